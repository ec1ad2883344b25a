package main

import (
	"github.com/spf13/cobra"

	"signoff/engine/approval"
)

// diffFlags complete sides that have only flows, or only a configuration.
type diffFlags struct {
	config string
	flows  string
}

func (p *program) diffCommand() *cobra.Command {
	var f diffFlags
	cmd := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Say who gains or loses the power to approve what",
		Long: "Compare two versions of flows, of the configuration, or of both, and say who\n" +
			"gains or loses the power to approve what, and which rules change. Each side is\n" +
			"a flow file, a folder of flows, a configuration, or a folder with a\n" +
			"signoff.yaml and flows. A side without a configuration takes that of the other,\n" +
			"or --config; a side without flows takes --flows. Without any configuration,\n" +
			"groups are compared by name.\n" +
			"Exit status 0: no change; 1: somebody or something changes; 2: it cannot be told.",
		Example: "  signoff diff old/flows flows --config signoff.yaml\n" +
			"  signoff diff signoff.yaml signoff.new.yaml --flows flows",
		Args: wantArgs(2, 2, "the old and the new version"),
		RunE: func(_ *cobra.Command, args []string) error {
			var sides [2]version
			for i, path := range args {
				var err error
				if sides[i], err = versionOf(path, f); err != nil {
					return err
				}
			}
			return p.tellDifference(compareVersions(sides[0], sides[1]))
		},
	}
	cmd.Flags().StringVar(&f.config, "config", "", "the configuration for a side that has none")
	cmd.Flags().StringVar(&f.flows, "flows", "", "the flows for a side that has none")
	return cmd
}

// tellDifference prints what changed; a change is the exit status 1.
func (p *program) tellDifference(d approval.Difference) error {
	switch {
	case p.json:
		if err := p.writeJSON(d); err != nil {
			return err
		}
	case d.Empty():
		p.say("Nobody gains or loses the power to approve anything, and no rule changes.")
	default:
		for _, c := range d.People {
			p.say("%s %s", sign(c.Gained), visible(c.Text))
		}
		for _, c := range d.Rules {
			p.say("%s %s, task %s: %s", sign(c.Added), c.Flow, c.Task, visible(c.Text))
		}
	}
	if d.Empty() {
		return nil
	}
	return errFaults
}

func sign(more bool) string {
	if more {
		return "+"
	}
	return "-"
}
