package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"signoff/adapters/api"
	"signoff/engine/flow"
)

func (p *program) applyCommand() *cobra.Command {
	var r remote
	var body api.ApplyBody
	cmd := &cobra.Command{
		Use:   "apply PATH…",
		Short: "Make the server's flows what files say",
		Long: "Save flow files, or all flow files in folders, as new revisions where they differ\n" +
			"from what the server has. The server checks all of them first; a fault stops all.\n" +
			"It can be run again at any time: what is as it should be is left alone.",
		Args: wantArgs(1, -1, "files or folders"),
		RunE: func(cmd *cobra.Command, args []string) error {
			all, err := readPaths(args)
			if err != nil {
				return err
			}
			for _, c := range all {
				body.Files = append(body.Files, api.FlowFile{Name: c.file, Source: string(c.source)})
			}
			client, err := p.client(r)
			if err != nil {
				return err
			}
			return p.apply(cmd.Context(), client, body, all)
		},
	}
	r.flags(cmd)
	cmd.Flags().BoolVar(&body.Prune, "prune", false, "also remove the flows that no file defines, in the namespaces of those that files define")
	cmd.Flags().BoolVar(&body.DryRun, "dry-run", false, "change nothing, tell what would change")
	return cmd
}

func (p *program) apply(ctx context.Context, client *api.Client, body api.ApplyBody, all []checked) error {
	done, err := client.Apply(ctx, body)
	if e, ok := errors.AsType[*api.Error](err); ok && len(e.Faults) > 0 {
		return p.tellFaults(withFaults(all, e.Faults))
	}
	if err != nil {
		return err
	}
	if p.json {
		return p.writeJSON(done)
	}
	if err := p.table(func(w io.Writer) { changes(w, done.Changes) }); err != nil {
		return err
	}
	for _, f := range done.Warnings {
		if f.Severity == flow.Blocks {
			p.say("cannot start: %s", f)
		}
	}
	p.say("%s", applied(done))
	return nil
}

// withFaults gives each file the faults that the server found in it. A fault of
// a file that the server names otherwise is not lost.
func withFaults(all []checked, faults []flow.Fault) []checked {
	place := make(map[string]int)
	for i := range all {
		all[i].faults = nil
		place[all[i].file] = i
	}
	for _, f := range faults {
		i, known := place[f.File]
		if !known {
			i = len(all)
			place[f.File] = i
			all = append(all, checked{file: f.File})
		}
		all[i].faults = append(all[i].faults, f)
	}
	return all
}

// changes lists what is not as it was.
func changes(w io.Writer, all []api.FlowChange) {
	for _, c := range all {
		if c.Change == "unchanged" {
			continue
		}
		revision := fmt.Sprintf("revision %d", c.Revision)
		if c.Revision == 0 {
			revision = "" // it would be the first
		}
		line(w, c.Change, c.Namespace+"/"+c.ID, revision, fmt.Sprintf("+%d -%d", c.Added, c.Removed), c.File)
	}
}

// applied counts what was done, or would be.
func applied(done api.ApplyAnswer) string {
	counts := map[string]int{}
	for _, c := range done.Changes {
		counts[c.Change]++
	}
	var parts []string
	for _, kind := range []string{"created", "changed", "removed", "unchanged"} {
		if counts[kind] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[kind], kind))
		}
	}
	text := count(len(done.Changes), "flow") + ": " + strings.Join(parts, ", ")
	warnings := slices.DeleteFunc(slices.Clone(done.Warnings), func(f flow.Fault) bool { return f.Severity == flow.Blocks })
	if n := len(warnings); n > 0 {
		text += "; " + count(n, "warning") + ", see signoff validate"
	}
	if done.DryRun {
		text += "; this was a dry run, nothing was saved"
	}
	return text
}
