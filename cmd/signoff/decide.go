package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"signoff/adapters/api"
	"signoff/engine"
)

// decideFlags are the flags of `signoff decide`.
type decideFlags struct {
	remote

	approve, reject bool
	inputs          []string
	as              string
	version         int
}

func (p *program) decideCommand() *cobra.Command {
	var f decideFlags
	cmd := &cobra.Command{
		Use:   "decide REQUEST",
		Short: "Answer a request: approve it, reject it, or send what it asks for",
		Long: "Answer a request. REQUEST is its id, which start, show and the execution's page\n" +
			"print. The person who answers is the one for whom the token stands.",
		Example: "  signoff decide 01m81r47hmv7129vp0f05vmmby.1 --approve -i reason='Enjoy the snow'\n" +
			"  signoff decide 01m81r47hmv7129vp0f05vmmby.1 --reject -i reason='Too many are away'",
		Args: wantArgs(1, 1, "one request's id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			body, err := decisionBody(f)
			if err != nil {
				return err
			}
			client, err := p.client(f.remote)
			if err != nil {
				return err
			}
			return p.decide(cmd.Context(), client, args[0], f.version, body)
		},
	}
	f.flags(cmd)
	cmd.Flags().BoolVar(&f.approve, "approve", false, "say yes")
	cmd.Flags().BoolVar(&f.reject, "reject", false, "say no")
	cmd.Flags().StringArrayVarP(&f.inputs, "input", "i", nil, "a value as key=value, or key=@FILE to upload one; may be given again")
	cmd.Flags().StringVar(&f.as, "as", "", "the person who answers; only with signoff dev")
	cmd.Flags().IntVar(&f.version, "version", 0, "the request version that was read (default: as it stands)")
	return cmd
}

func decisionBody(f decideFlags) (api.DecisionBody, error) {
	values, err := pairs("-i", f.inputs)
	if err != nil {
		return api.DecisionBody{}, err
	}
	b := api.DecisionBody{Values: anys(values), As: f.as}
	switch {
	case f.approve && f.reject:
		return b, usagef("say either --approve or --reject")
	case f.approve:
		b.Verdict = string(engine.Approve)
	case f.reject:
		b.Verdict = string(engine.Reject)
	}
	return b, nil
}

func (p *program) decide(ctx context.Context, client *api.Client, name string, version int, b api.DecisionBody) error {
	request, err := requestID(ctx, client, name)
	if err != nil {
		return err
	}
	if err := uploaded(ctx, client, b.Values); err != nil {
		return err
	}
	a, err := client.Decide(ctx, request, version, b)
	if err != nil {
		return err
	}
	return p.sayAnswer(a)
}

// sayAnswer says what came of a click.
func (p *program) sayAnswer(a api.DecisionAnswer) error {
	if p.json {
		return p.writeJSON(a)
	}
	if a.Text == "" {
		a.Text = string(a.Kind)
	}
	p.say("%s", visible(a.Text))
	return nil
}

// requestID takes a request's id and nothing else: by an execution's id, a
// command that is repeated or late would answer whatever is asked by then. For
// one of those it says which requests the execution has.
func requestID(ctx context.Context, client *api.Client, name string) (string, error) {
	if strings.Contains(name, ".") {
		return name, nil
	}
	if strings.HasPrefix(name, "REQ-") {
		return "", usagef("%s is the request's name in chat; a command takes its id, which stands in: signoff show EXECUTION", name)
	}
	x, err := client.Execution(ctx, name)
	if err != nil {
		return "", err
	}
	var asked []string
	for _, t := range x.Runs {
		if t.Request != nil {
			asked = append(asked, t.Request.ID)
		}
	}
	if len(asked) == 0 {
		return "", &api.Error{Code: string(engine.NotFound), Text: "The execution " + name + " is " + string(x.State) + " and asks for nothing."}
	}
	return "", usagef("%s is an execution; name the request: %s", name, strings.Join(asked, " or "))
}
