package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"signoff/adapters/api"
	"signoff/engine"
)

// startFlags are the flags of `signoff start`.
type startFlags struct {
	remote

	inputs []string
	labels []string
	as     string
	wait   bool
}

func (p *program) startCommand() *cobra.Command {
	var f startFlags
	cmd := &cobra.Command{
		Use:   "start NAMESPACE/FLOW",
		Short: "Start a flow",
		Example: "  signoff start hr.operations/vacation_approval \\\n" +
			"    -i employee=Alex -i start_date=2026-12-21 -i end_date=2026-12-31",
		Args: wantArgs(1, 1, "one flow: NAMESPACE/FLOW"),
		RunE: func(cmd *cobra.Command, args []string) error {
			body, err := startBody(args[0], f)
			if err != nil {
				return err
			}
			client, err := p.client(f.remote)
			if err != nil {
				return err
			}
			if err := uploaded(cmd.Context(), client, body.Inputs); err != nil {
				return err
			}
			return p.start(cmd.Context(), client, body, f.wait)
		},
	}
	f.flags(cmd)
	cmd.Flags().StringArrayVarP(&f.inputs, "input", "i", nil, "an input as key=value, or key=@FILE to upload one; may be given again")
	cmd.Flags().StringArrayVar(&f.labels, "label", nil, "a label as key=value; may be given again")
	cmd.Flags().StringVar(&f.as, "as", "", "the person who starts it; only with signoff dev")
	cmd.Flags().BoolVar(&f.wait, "wait", false, "wait for the end; the exit status is 0 only for SUCCESS or WARNING")
	return cmd
}

func startBody(name string, f startFlags) (api.StartBody, error) {
	namespace, flow, ok := strings.Cut(name, "/")
	if !ok || namespace == "" || flow == "" || strings.Contains(flow, "/") {
		return api.StartBody{}, usagef("%q is not of the form NAMESPACE/FLOW", name)
	}
	inputs, err := pairs("-i", f.inputs)
	if err != nil {
		return api.StartBody{}, err
	}
	labels, err := pairs("--label", f.labels)
	if err != nil {
		return api.StartBody{}, err
	}
	return api.StartBody{Namespace: namespace, Flow: flow, Inputs: anys(inputs), Labels: labels, As: f.as}, nil
}

// pairs reads key=value arguments. The same key twice is a mistake.
func pairs(flag string, args []string) (map[string]string, error) {
	out := make(map[string]string, len(args))
	for _, arg := range args {
		k, v, ok := strings.Cut(arg, "=")
		if !ok || k == "" {
			return nil, usagef("%s %s is not of the form key=value", flag, arg)
		}
		if _, twice := out[k]; twice {
			return nil, usagef("%s %s is given twice", flag, k)
		}
		out[k] = v
	}
	return out, nil
}

func anys(m map[string]string) map[string]any {
	out := make(map[string]any, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}

func (p *program) start(ctx context.Context, client *api.Client, body api.StartBody, wait bool) error {
	x, err := client.Start(ctx, body)
	if err != nil {
		return err
	}
	if wait {
		if !p.json {
			p.say("%s %s/%s started", x.ID, x.Namespace, x.Flow)
		}
		if x, err = awaitEnd(ctx, client, x); err != nil {
			return err
		}
	}
	if err := p.printExecution(x); err != nil {
		return err
	}
	if wait && x.State != engine.Success && x.State != engine.Warning {
		return errFaults
	}
	return nil
}

// poll is how often a waiting command asks.
const poll = 250 * time.Millisecond

// awaitEnd asks until the execution is over.
func awaitEnd(ctx context.Context, client *api.Client, x api.Execution) (api.Execution, error) {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for !x.State.Final() {
		select {
		case <-ctx.Done():
			return x, fmt.Errorf("stopped waiting; %s goes on", x.ID)
		case <-tick.C:
		}
		var err error
		if x, err = client.Execution(ctx, x.ID); err != nil {
			return x, err
		}
	}
	return x, nil
}
