package main

import (
	"context"
	"encoding/json"
	"io"

	"github.com/spf13/cobra"

	"signoff/adapters/api"
)

func (p *program) kvCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "kv",
		Short: "List, read, set and delete the values of a namespace",
		Args:  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return usagef("there is no command %q\nSee: signoff kv --help", "kv "+args[0])
		},
	}
	cmd.AddCommand(p.kvListCommand(), p.kvGetCommand(), p.kvSetCommand(), p.kvDeleteCommand())
	return cmd
}

// onValues makes a command that takes a namespace and, perhaps, more.
func (p *program) onValues(use, short string, args cobra.PositionalArgs, run func(context.Context, *api.Client, []string) error) *cobra.Command {
	var r remote
	cmd := &cobra.Command{
		Use: use, Short: short, Args: args,
		RunE: func(cmd *cobra.Command, args []string) error {
			client, err := p.client(r)
			if err != nil {
				return err
			}
			return run(cmd.Context(), client, args)
		},
	}
	r.flags(cmd)
	return cmd
}

func (p *program) kvListCommand() *cobra.Command {
	return p.onValues("list NAMESPACE", "List the values of a namespace", wantArgs(1, 1, "a namespace"),
		func(ctx context.Context, client *api.Client, args []string) error {
			values, err := client.Values(ctx, args[0])
			if err != nil {
				return err
			}
			if p.json {
				return p.writeJSON(api.ValueList{Values: values})
			}
			if len(values) == 0 {
				p.say("no values in %s", args[0])
				return nil
			}
			return p.table(func(w io.Writer) {
				line(w, "KEY", "TYPE", "VALUE", "UPDATED", "EXPIRES", "DESCRIPTION")
				for _, key := range sortedKeys(values) {
					v := values[key]
					line(w, key, v.Type, valueText(v.Value), stamp(v.Updated), stamp(v.Expires), v.Description)
				}
			})
		})
}

// valueText is a text as it is and anything else as JSON.
func valueText(v any) string {
	if text, ok := v.(string); ok {
		return text
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return "?" // it came out of JSON
	}
	return string(raw)
}

func (p *program) kvGetCommand() *cobra.Command {
	return p.onValues("get NAMESPACE KEY", "Print a value", wantArgs(2, 2, "a namespace and a key"),
		func(ctx context.Context, client *api.Client, args []string) error {
			values, err := client.Values(ctx, args[0])
			if err != nil {
				return err
			}
			v, ok := values[args[1]]
			if !ok {
				return &api.Error{Code: "not_found", Text: "There is no key " + args[1] + " in the namespace " + args[0] + "."}
			}
			if p.json {
				return p.writeJSON(v)
			}
			p.say("%s", visible(valueText(v.Value)))
			return nil
		})
}

func (p *program) kvSetCommand() *cobra.Command {
	var b api.ValueBody
	cmd := p.onValues("set NAMESPACE KEY VALUE", "Set a value", wantArgs(3, 3, "a namespace, a key and a value"),
		func(ctx context.Context, client *api.Client, args []string) error {
			b.Value = args[2]
			v, err := client.SetValue(ctx, args[0], args[1], b)
			if err != nil {
				return err
			}
			if p.json {
				return p.writeJSON(v)
			}
			text := "set " + args[1] + " in " + args[0] + " as " + v.Type
			if !v.Expires.IsZero() {
				text += " until " + stamp(v.Expires)
			}
			p.say("%s", visible(text))
			return nil
		})
	cmd.Flags().StringVar(&b.Type, "type", "", "STRING (the default), NUMBER, BOOLEAN, DATETIME, DATE, DURATION or JSON")
	cmd.Flags().StringVar(&b.TTL, "ttl", "", "how long it lasts, such as PT1H or P1D (default: for ever)")
	cmd.Flags().StringVar(&b.Description, "description", "", "what it is for")
	return cmd
}

func (p *program) kvDeleteCommand() *cobra.Command {
	return p.onValues("delete NAMESPACE KEY", "Delete a value", wantArgs(2, 2, "a namespace and a key"),
		func(ctx context.Context, client *api.Client, args []string) error {
			if err := client.DeleteValue(ctx, args[0], args[1]); err != nil {
				return err
			}
			if p.json {
				return p.writeJSON(map[string]string{"deleted": args[1]})
			}
			p.say("%s", visible("deleted "+args[1]+" from "+args[0]))
			return nil
		})
}
