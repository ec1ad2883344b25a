package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"signoff/adapters/api"
)

func (p *program) flowsCommand() *cobra.Command {
	var r remote
	var namespace string
	cmd := &cobra.Command{
		Use:   "flows",
		Short: "List flows; show, compare and roll back their revisions",
		Args:  wantArgs(0, 0, "no argument, or one of its commands"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, err := p.client(r)
			if err != nil {
				return err
			}
			all, err := client.Flows(cmd.Context())
			if err != nil {
				return err
			}
			return p.listFlows(below(all, namespace))
		},
	}
	r.flags(cmd)
	cmd.Flags().StringVar(&namespace, "namespace", "", "only this namespace and those below it")
	cmd.AddCommand(
		p.flowShowCommand(), p.flowRevisionsCommand(), p.flowDiffCommand(), p.flowRollbackCommand(),
		p.flowSwitchCommand("enable", true), p.flowSwitchCommand("disable", false), p.flowRemoveCommand(),
	)
	return cmd
}

// below selects the flows of a namespace and those below it.
func below(all []api.FlowInfo, namespace string) []api.FlowInfo {
	var some []api.FlowInfo
	for _, f := range all {
		if namespace == "" || f.Namespace == namespace || strings.HasPrefix(f.Namespace, namespace+".") {
			some = append(some, f)
		}
	}
	return some
}

func (p *program) listFlows(all []api.FlowInfo) error {
	if p.json {
		return p.writeJSON(api.FlowList{Flows: all})
	}
	if len(all) == 0 {
		p.say("no flows")
		return nil
	}
	return p.table(func(w io.Writer) {
		line(w, "FLOW", "REVISION", "STATE", "DESCRIPTION")
		for _, f := range all {
			state := "on"
			switch {
			case f.CannotStart != "":
				state = "cannot start"
			case f.Disabled:
				state = "off"
			}
			about, _, _ := strings.Cut(f.Description, "\n")
			line(w, f.Namespace+"/"+f.ID, strconv.Itoa(f.Revision), state, about)
		}
	})
}

// flowName takes NAMESPACE/FLOW apart.
func flowName(arg string) (namespace, id string, err error) {
	namespace, id, ok := strings.Cut(arg, "/")
	if !ok || namespace == "" || id == "" || strings.Contains(id, "/") {
		return "", "", usagef("%q is not of the form NAMESPACE/FLOW", arg)
	}
	return namespace, id, nil
}

func revisionNumber(arg string) (int, error) {
	n, err := strconv.Atoi(arg)
	if err != nil || n < 1 {
		return 0, usagef("%q is not the number of a revision", arg)
	}
	return n, nil
}

// onFlow makes a command that takes a flow and, perhaps, more.
func (p *program) onFlow(use, short string, args cobra.PositionalArgs, run func(context.Context, *api.Client, flowArgs) error) *cobra.Command {
	var r remote
	cmd := &cobra.Command{
		Use: use, Short: short, Args: args,
		RunE: func(cmd *cobra.Command, args []string) error {
			namespace, id, err := flowName(args[0])
			if err != nil {
				return err
			}
			client, err := p.client(r)
			if err != nil {
				return err
			}
			return run(cmd.Context(), client, flowArgs{namespace: namespace, id: id, more: args[1:]})
		},
	}
	r.flags(cmd)
	return cmd
}

// flowArgs is the flow that a command is about, and its other arguments.
type flowArgs struct {
	namespace, id string
	more          []string
}

func (f flowArgs) String() string { return f.namespace + "/" + f.id }

func (p *program) flowShowCommand() *cobra.Command {
	var revision int
	cmd := p.onFlow("show NAMESPACE/FLOW", "Print the source of a flow", wantArgs(1, 1, "one flow: NAMESPACE/FLOW"),
		func(ctx context.Context, client *api.Client, f flowArgs) error {
			if revision < 0 {
				return usagef("--revision %d is not the number of a revision", revision)
			}
			src, err := client.Source(ctx, f.namespace, f.id, revision)
			if err != nil {
				return err
			}
			if p.json {
				return p.writeJSON(src)
			}
			if _, err = io.WriteString(p.Stdout, src.Source); err != nil {
				return err
			}
			if src.CannotStart != "" { // beside the source, which may go into a file
				_, err = fmt.Fprintf(p.Stderr, "cannot start: %s\n", src.CannotStart)
			}
			return err
		})
	cmd.Flags().IntVar(&revision, "revision", 0, "this revision instead of the latest")
	return cmd
}

func (p *program) flowRevisionsCommand() *cobra.Command {
	return p.onFlow("revisions NAMESPACE/FLOW", "List the revisions of a flow, newest first", wantArgs(1, 1, "one flow: NAMESPACE/FLOW"),
		func(ctx context.Context, client *api.Client, f flowArgs) error {
			all, err := client.Revisions(ctx, f.namespace, f.id)
			if err != nil {
				return err
			}
			if p.json {
				return p.writeJSON(api.RevisionList{Revisions: all})
			}
			return p.table(func(w io.Writer) {
				line(w, "REVISION", "SAVED", "BY", "SHA-256", "STATE")
				for _, r := range all {
					line(w, strconv.Itoa(r.Revision), stamp(r.Saved), r.By, r.Digest[:min(12, len(r.Digest))], revisionState(r))
				}
			})
		})
}

func revisionState(r api.FlowRevision) string {
	switch {
	case r.Deleted:
		return "removed"
	case r.Disabled:
		return "off"
	}
	return "on"
}

func (p *program) flowRollbackCommand() *cobra.Command {
	return p.onFlow("rollback NAMESPACE/FLOW REVISION", "Save the source of an old revision as a new one", wantArgs(2, 2, "a flow and a revision"),
		func(ctx context.Context, client *api.Client, f flowArgs) error {
			revision, err := revisionNumber(f.more[0])
			if err != nil {
				return err
			}
			saved, err := client.Rollback(ctx, f.namespace, f.id, revision)
			if err != nil {
				return err
			}
			return p.tellRevision(saved, fmt.Sprintf("%s is as in revision %d: revision %d", f, revision, saved.Revision))
		})
}

func (p *program) flowSwitchCommand(name string, on bool) *cobra.Command {
	what, state := "Keep a flow from being started; what runs goes on", "off"
	if on {
		what, state = "Let a flow be started again", "on"
	}
	return p.onFlow(name+" NAMESPACE/FLOW", what, wantArgs(1, 1, "one flow: NAMESPACE/FLOW"),
		func(ctx context.Context, client *api.Client, f flowArgs) error {
			saved, err := client.SwitchFlow(ctx, f.namespace, f.id, on)
			if err != nil {
				return err
			}
			return p.tellRevision(saved, fmt.Sprintf("%s is %s: revision %d", f, state, saved.Revision))
		})
}

func (p *program) flowRemoveCommand() *cobra.Command {
	return p.onFlow("remove NAMESPACE/FLOW", "Remove a flow; its revisions are kept, and what runs goes on", wantArgs(1, 1, "one flow: NAMESPACE/FLOW"),
		func(ctx context.Context, client *api.Client, f flowArgs) error {
			if err := client.RemoveFlow(ctx, f.namespace, f.id); err != nil {
				return err
			}
			if p.json {
				return p.writeJSON(map[string]string{"removed": f.String()})
			}
			p.say("%s is removed; signoff flows rollback brings a revision back", f)
			return nil
		})
}

func (p *program) tellRevision(r api.FlowRevision, text string) error {
	if p.json {
		return p.writeJSON(r)
	}
	p.say("%s", text)
	return nil
}
