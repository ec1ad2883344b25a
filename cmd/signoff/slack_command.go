package main

import (
	"github.com/spf13/cobra"

	"signoff/adapters/slack/manifest"
	"signoff/engine/flow"
)

func (p *program) slackCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "slack",
		Short: "Print the Slack app's manifest; let workspaces install it",
		Args:  wantArgs(0, 0, "no argument, but one of its commands"),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.slackManifestCommand(), p.slackInstallCommand())
	return cmd
}

func (p *program) slackManifestCommand() *cobra.Command {
	var o manifest.Options
	var mode, flows string
	cmd := &cobra.Command{
		Use:   "manifest",
		Short: "Print the manifest of the Slack app, with the commands of your flows",
		Long: "manifest prints what to paste at https://api.slack.com/apps: Create New App, From a\n" +
			"manifest; or, for an app that is there, at App Manifest. What Slack would refuse is\n" +
			"said here first.",
		Example: "  signoff slack manifest --flows flows > manifest.yaml\n" +
			"  signoff slack manifest --mode http --url https://signoff.example.com",
		Args: wantArgs(0, 0, "no argument"),
		RunE: func(*cobra.Command, []string) error {
			o.Mode = manifest.Mode(mode)
			commands, err := p.flowCommands(flows)
			if err != nil {
				return err
			}
			o.Commands = commands
			m, err := manifest.Build(o)
			if err != nil {
				return err
			}
			return p.printManifest(m)
		},
	}
	f := cmd.Flags()
	f.StringVar(&mode, "mode", string(manifest.Socket), "how Slack reaches signoff: socket, or http")
	f.StringVar(&o.URL, "url", "", "signoff's public https address, for http and for other workspaces that install the app")
	f.StringVar(&flows, "flows", "", "a folder of flows (or a flow), whose own commands the app shall have")
	f.BoolVar(&o.Rotation, "rotation", false, "let tokens end after twelve hours; signoff renews them. Slack never switches it off again")
	f.BoolVar(&o.Org, "org", false, "let the app be installed for a whole Enterprise Grid organisation")
	return cmd
}

// flowCommands are the commands that the flows of a folder own; none for "".
func (p *program) flowCommands(path string) ([]manifest.Command, error) {
	if path == "" {
		return nil, nil
	}
	all, err := checkPaths([]string{path})
	if err != nil {
		return nil, err
	}
	var flows []*flow.Flow
	for _, c := range all {
		if c.faults.Stop() {
			return nil, p.tellFaults(all)
		}
		flows = append(flows, c.flow)
	}
	var out []manifest.Command
	for _, c := range flow.Commands(flows) {
		out = append(out, manifest.Command{Name: c.Name, Description: c.Description, Usage: c.Usage, Flow: c.Owner()})
	}
	return out, nil
}

func (p *program) printManifest(m manifest.Manifest) error {
	write := m.YAML
	if p.json {
		write = m.JSON
	}
	raw, err := write()
	if err == nil {
		_, err = p.Stdout.Write(raw)
	}
	return err
}
