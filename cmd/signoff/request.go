package main

import (
	"context"

	"github.com/spf13/cobra"

	"signoff/adapters/api"
)

// requestFlags are the flags of the commands that do something with a request
// besides answering it.
type requestFlags struct {
	remote

	body    api.RequestBody
	inputs  []string
	version int
}

// requestVerb is one of those commands.
type requestVerb struct {
	verb        string
	short, long string
	args        string // what stands behind the request's id; empty for nothing
	example     string // behind the id
	add         func(*cobra.Command, *requestFlags)
}

func requestVerbs() []requestVerb {
	reason := func(what string) func(*cobra.Command, *requestFlags) {
		return func(cmd *cobra.Command, f *requestFlags) { cmd.Flags().StringVar(&f.body.Reason, "reason", "", what) }
	}
	inputs := func(cmd *cobra.Command, f *requestFlags) {
		cmd.Flags().StringArrayVarP(&f.inputs, "input", "i", nil, "a value as key=value, or key=@FILE to upload one; may be given again")
	}
	return []requestVerb{
		{
			verb: api.VerbDelegate, short: "Let somebody else answer a request for you",
			long:    "Let somebody else answer a request for you, for a time or to its end. You can still\nanswer, too; your seat counts once. Nobody who is excluded can answer for you.",
			example: "--to kim@example.com --until 2026-11-25 --reason 'I am in the air'",
			add: func(cmd *cobra.Command, f *requestFlags) {
				cmd.Flags().StringVar(&f.body.To, "to", "", "who answers for you, by name or mail address")
				cmd.Flags().StringVar(&f.body.Until, "until", "", "until when: a day, a time or a duration such as P3D (default: to the end)")
				reason("why; it stands on the card")(cmd, f)
			},
		},
		{
			verb: api.VerbReassign, short: "Give somebody's seat in a request to somebody else",
			long:    "Give somebody's seat in a request to somebody else, for good: your own, or with the\nright request.move that of another.",
			example: "--from dana@example.com --to kim@example.com --reason 'Dana is ill'",
			add: func(cmd *cobra.Command, f *requestFlags) {
				cmd.Flags().StringVar(&f.body.From, "from", "", "whose seat it is (default: yours)")
				cmd.Flags().StringVar(&f.body.To, "to", "", "who gets it, by name or mail address")
				reason("why; it stands on the card")(cmd, f)
			},
		},
		{
			verb: api.VerbChanges, args: " TEXT", short: "Ask the requester to change something first",
			long:    "Ask the requester to change something first. Nobody can answer until they ask anew\nwith: signoff resubmit",
			example: "'Start a week later'",
		},
		{
			verb: api.VerbResubmit, short: "Change what you were asked to, and ask anew",
			long:    "Change the inputs of your request that its flow lets you, and ask anew. Answers that\nwere given before count no more.",
			example: "-i start_date=2026-12-28 --text 'A week later'",
			add: func(cmd *cobra.Command, f *requestFlags) {
				inputs(cmd, f)
				cmd.Flags().StringVar(&f.body.Text, "text", "", "what to say to those who answer")
			},
		},
		{
			verb: api.VerbComment, args: " TEXT", short: "Ask about a request, or reply as its requester",
			long:    "Ask something about a request that you can answer, or reply as its requester. It\nstands on the card, and changes nothing about who can answer.",
			example: "'Who covers for you?'",
		},
		{
			verb: api.VerbWithdraw, short: "Take your own request back", long: "Take your own request back. It ends as cancelled.",
			example: "--reason 'No longer needed'", add: reason("why, for those who were asked"),
		},
		{
			verb: api.VerbOverride, short: "Break glass: approve a request alone",
			long:    "Break glass: approve a request over the heads of those who are asked. It takes the\nright request.override and a reason, which everybody who was asked reads. Nobody\noverrides their own request.",
			example: "--reason 'Production is down and nobody answers'",
			add: func(cmd *cobra.Command, f *requestFlags) {
				reason("why; everybody who was asked reads it")(cmd, f)
				inputs(cmd, f)
			},
		},
	}
}

func (p *program) requestCommands() []*cobra.Command {
	var out []*cobra.Command
	for _, v := range requestVerbs() {
		out = append(out, p.requestCommand(v))
	}
	return append(out, p.stuckCommand(), p.awayCommand())
}

func (p *program) requestCommand(v requestVerb) *cobra.Command {
	var f requestFlags
	n, what := 1, "one request's id"
	if v.args != "" {
		n, what = 2, "a request's id and a text"
	}
	cmd := &cobra.Command{
		Use: v.verb + " REQUEST" + v.args, Short: v.short,
		Long:    v.long + "\n\nREQUEST is its id, which start, show and the execution's page print.",
		Example: "  signoff " + v.verb + " 01m81r47hmv7129vp0f05vmmby.1 " + v.example,
		Args:    wantArgs(n, n, what),
		RunE: func(cmd *cobra.Command, args []string) error {
			if v.args != "" {
				f.body.Text = args[1]
			}
			client, err := p.client(f.remote)
			if err != nil {
				return err
			}
			return p.doRequest(cmd.Context(), client, v.verb, args[0], f)
		},
	}
	f.flags(cmd)
	if v.add != nil {
		v.add(cmd, &f)
	}
	cmd.Flags().StringVar(&f.body.As, "as", "", "the person who does it; only with signoff dev")
	cmd.Flags().IntVar(&f.version, "version", 0, "the request version that was read (default: as it stands)")
	return cmd
}

func (p *program) doRequest(ctx context.Context, client *api.Client, verb, name string, f requestFlags) error {
	request, err := requestID(ctx, client, name)
	if err != nil {
		return err
	}
	given, err := pairs("-i", f.inputs)
	if err != nil {
		return err
	}
	if len(given) > 0 {
		values := anys(given)
		if err := uploaded(ctx, client, values); err != nil {
			return err
		}
		if verb == api.VerbOverride {
			f.body.Values = values
		} else {
			f.body.Inputs = values
		}
	}
	a, err := client.DoRequest(ctx, request, verb, f.version, f.body)
	if err != nil {
		return err
	}
	return p.sayAnswer(a)
}
