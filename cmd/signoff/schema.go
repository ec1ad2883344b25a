package main

import (
	"github.com/spf13/cobra"

	"signoff/cmd/signoff/config"
	"signoff/engine/flow/schema"
	"signoff/story"
)

func (p *program) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema [flow|config|story]",
		Short: "Print a JSON Schema, by which editors complete and check",
		Long: "schema prints the JSON Schema of flows, of signoff.yaml (config) or of the stories of\n" +
			"flows (story). Write it into a file, and name that in your editor: docs/editor.md.",
		Example:   "  signoff schema > flow.schema.json\n  signoff schema config > signoff.schema.json",
		ValidArgs: []string{"flow", "config", "story"},
		Args:      wantArgs(0, 1, "flow, config or story"),
		RunE: func(cmd *cobra.Command, args []string) error {
			what := append(args, "flow")[0]
			d, ok := languages()[what]
			if !ok {
				return usagef("there is no schema %q; write flow, config or story\nUsage: %s", what, cmd.UseLine())
			}
			out, err := d.JSON()
			if err != nil {
				return err
			}
			_, err = p.Stdout.Write(out)
			return err
		},
	}
}

// languages are the files that people write.
func languages() map[string]schema.Document {
	return map[string]schema.Document{"flow": schema.Flow(), "config": config.Schema(), "story": story.Schema()}
}
