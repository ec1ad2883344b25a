package main

import (
	"io"

	"github.com/spf13/cobra"

	"signoff/adapters/api"
)

func (p *program) awayCommand() *cobra.Command {
	var r remote
	var body api.AwayBody
	var back bool
	cmd := &cobra.Command{
		Use:   "away",
		Short: "Say that you are away and who stands in, or that you are back",
		Long: "Say that you are away, and who answers for you meanwhile. Without a flag it lists\n" +
			"who is away. You can still answer, too. A stand-in of somebody who may not answer\n" +
			"a request may not either.",
		Example: "  signoff away --until 2026-12-05 --stand-in kim@example.com\n" +
			"  signoff away --from 2026-12-20 --until 2027-01-02\n  signoff away --back",
		Args: wantArgs(0, 0, "no argument"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			set := body.From != "" || body.Until != "" || body.StandIn != ""
			if back && set {
				return usagef("say either --back or when you are away")
			}
			client, err := p.client(r)
			if err != nil {
				return err
			}
			var list api.AbsenceList
			switch {
			case back:
				list, err = client.ClearAway(cmd.Context(), body.As)
			case set:
				list, err = client.SetAway(cmd.Context(), body)
			default:
				list, err = client.Absences(cmd.Context())
			}
			if err != nil {
				return err
			}
			return p.printAway(list)
		},
	}
	r.flags(cmd)
	cmd.Flags().StringVar(&body.From, "from", "", "from when: a day, a time or a duration such as P3D (default: now)")
	cmd.Flags().StringVar(&body.Until, "until", "", "until when (default: until you say that you are back)")
	cmd.Flags().StringVar(&body.StandIn, "stand-in", "", "who answers for you, by name or mail address")
	cmd.Flags().BoolVar(&back, "back", false, "you are back")
	cmd.Flags().StringVar(&body.As, "as", "", "the person who is away; only with signoff dev")
	return cmd
}

func (p *program) printAway(list api.AbsenceList) error {
	if p.json {
		return p.writeJSON(list)
	}
	if len(list.Away) == 0 {
		p.say("nobody is away")
		return nil
	}
	return p.table(func(w io.Writer) {
		line(w, "AWAY", "FROM", "UNTIL", "STAND-IN")
		for _, a := range list.Away {
			standIn := a.StandIn
			if standIn == "" {
				standIn = "nobody"
			}
			line(w, a.Person, stamp(a.From), stamp(a.Until), standIn)
		}
	})
}

func (p *program) stuckCommand() *cobra.Command {
	var r remote
	cmd := &cobra.Command{
		Use:   "stuck",
		Short: "List the requests that wait in vain",
		Long: "List the requests that wait in vain unless somebody does something: nobody is left\n" +
			"who can answer, or no message about them reached anybody. The status is 1 if there\nare any.",
		Args: wantArgs(0, 0, "no argument"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, err := p.client(r)
			if err != nil {
				return err
			}
			list, err := client.Stuck(cmd.Context())
			if err != nil {
				return err
			}
			return p.printStuck(list)
		},
	}
	r.flags(cmd)
	return cmd
}

func (p *program) printStuck(list api.StuckList) error {
	if p.json {
		if err := p.writeJSON(list); err != nil {
			return err
		}
	} else if len(list.Requests) == 0 {
		p.say("no request waits in vain")
	}
	if len(list.Requests) == 0 {
		return nil
	}
	for _, r := range list.Requests {
		if p.json {
			break
		}
		p.say("%s %s/%s since %s: %s", r.Request, r.Namespace, r.Flow, stamp(r.Since), visible(r.Title))
		for _, why := range r.Why {
			p.say("  %s", visible(why))
		}
	}
	return errFaults
}
