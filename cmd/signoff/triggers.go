package main

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"signoff/adapters/api"
)

func (p *program) triggersCommand() *cobra.Command {
	var r remote
	var namespace string
	var next int
	cmd := &cobra.Command{
		Use:   "triggers",
		Short: "Show what starts flows by itself, and when; switch it on and off",
		Example: "  signoff triggers --next 5\n" +
			"  signoff triggers disable hr.operations/report/weekdays",
		Args: wantArgs(0, 0, "no argument"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, err := p.client(r)
			if err != nil {
				return err
			}
			all, err := client.Triggers(cmd.Context(), namespace, next)
			if err != nil {
				return err
			}
			if p.json {
				return p.writeJSON(api.TriggerList{Triggers: all})
			}
			if len(all) == 0 {
				p.say("no triggers")
				return nil
			}
			return p.table(func(w io.Writer) { triggerRows(w, all) })
		},
	}
	r.flags(cmd)
	cmd.Flags().StringVar(&namespace, "namespace", "", "only this namespace and those below it")
	cmd.Flags().IntVar(&next, "next", 1, "how many of the coming times to show")
	cmd.AddCommand(
		p.triggerChange("enable", "Let a trigger start its flow again", func(ctx context.Context, c *api.Client, t triggerName) error {
			return c.SwitchTrigger(ctx, t.namespace, t.flow, t.id, true)
		}),
		p.triggerChange("disable", "Keep a trigger from starting its flow", func(ctx context.Context, c *api.Client, t triggerName) error {
			return c.SwitchTrigger(ctx, t.namespace, t.flow, t.id, false)
		}),
		p.triggerChange("unlock", "Let a schedule start although its last execution has not ended", func(ctx context.Context, c *api.Client, t triggerName) error {
			return c.UnlockTrigger(ctx, t.namespace, t.flow, t.id)
		}),
	)
	return cmd
}

// triggerRows writes a line for each trigger, and one for each further time.
func triggerRows(w io.Writer, all []api.Trigger) {
	line(w, "TRIGGER", "TYPE", "STATUS", "NEXT", "LAST", "WAITS FOR")
	for _, t := range all {
		next, last := "", ""
		if len(t.Next) > 0 {
			next = t.Next[0].Format(time.RFC3339)
		}
		if !t.Last.IsZero() {
			last = t.Last.Format(time.RFC3339)
		}
		says := t.Says
		if t.Problem != "" {
			says = t.Problem
		}
		line(w, t.Namespace+"/"+t.Flow+"/"+t.ID, t.Type, t.Status, next, last, says)
		for _, at := range t.Next[min(1, len(t.Next)):] {
			line(w, "", "", "", at.Format(time.RFC3339))
		}
	}
}

// triggerName is NAMESPACE/FLOW/TRIGGER.
type triggerName struct{ namespace, flow, id string }

func parseTriggerName(arg string) (triggerName, error) {
	parts := strings.Split(arg, "/")
	if len(parts) != 3 || parts[0] == "" || parts[1] == "" || parts[2] == "" {
		return triggerName{}, usagef("%q is not of the form NAMESPACE/FLOW/TRIGGER", arg)
	}
	return triggerName{parts[0], parts[1], parts[2]}, nil
}

// triggerChange is a command that changes one trigger.
func (p *program) triggerChange(name, short string, change func(context.Context, *api.Client, triggerName) error) *cobra.Command {
	var r remote
	cmd := &cobra.Command{
		Use:   name + " NAMESPACE/FLOW/TRIGGER",
		Short: short,
		Args:  wantArgs(1, 1, "one trigger: NAMESPACE/FLOW/TRIGGER"),
		RunE: func(cmd *cobra.Command, args []string) error {
			t, err := parseTriggerName(args[0])
			if err != nil {
				return err
			}
			client, err := p.client(r)
			if err != nil {
				return err
			}
			if err := change(cmd.Context(), client, t); err != nil {
				return err
			}
			if p.json {
				return p.writeJSON(struct{}{})
			}
			p.say("%s/%s/%s: %s", t.namespace, t.flow, t.id, map[string]string{
				"enable": "switched on", "disable": "switched off", "unlock": "unlocked",
			}[name])
			return nil
		},
	}
	r.flags(cmd)
	return cmd
}
