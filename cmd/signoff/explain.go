package main

import (
	"context"

	"github.com/spf13/cobra"

	"signoff/adapters"
	"signoff/engine/approval"
)

func (p *program) explainCommand() *cobra.Command {
	var r remote
	var as string
	cmd := &cobra.Command{
		Use:   "explain REQUEST",
		Short: "Say who can decide a request, who cannot and why, and what happens next",
		Long: "Explain a request: who can decide it now and why, who cannot and why not, what is\n" +
			"still missing, and what happens when nobody answers. REQUEST is its id, which\n" +
			"start, show and the execution's page print.",
		Example: "  signoff explain 01m81r47hmv7129vp0f05vmmby.1 --as kim@example.com",
		Args:    wantArgs(1, 1, "one request's id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			client, err := p.client(r)
			if err != nil {
				return err
			}
			request, err := requestID(cmd.Context(), client, args[0])
			if err != nil {
				return err
			}
			e, err := client.Explain(cmd.Context(), request, as)
			if err != nil {
				return err
			}
			if p.json {
				return p.writeJSON(e)
			}
			for _, line := range e.Text {
				p.say("%s", visible(line))
			}
			return nil
		},
	}
	r.flags(cmd)
	cmd.Flags().StringVar(&as, "as", "", "answer \"can I?\" for this person")
	return cmd
}

// Explain says who can decide a request.
func (s service) Explain(ctx context.Context, request, as string, by adapters.Account) (approval.Explanation, error) {
	who, err := s.principal(by)
	if err != nil {
		return approval.Explanation{}, err
	}
	return s.Bot.Explain(ctx, request, as, who)
}
