package main

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"signoff/adapters/api"
)

func (p *program) peopleCommand() *cobra.Command {
	cmd := p.onPeople("people", "List people with their linked accounts, and what should be mended", wantArgs(0, 0, "no argument"),
		func(ctx context.Context, client *api.Client, _ []string) (api.PeopleList, error) {
			return client.People(ctx)
		})
	var surface string
	unlink := p.onPeople("unlink PERSON", "Break the link of a person's account, so that the next one can take its place", wantArgs(1, 1, "a person"),
		func(ctx context.Context, client *api.Client, args []string) (api.PeopleList, error) {
			return client.UnlinkPerson(ctx, args[0], surface)
		})
	unlink.Flags().StringVar(&surface, "surface", "slack", "where the account is")
	var b api.LinkBody
	link := p.onPeople("link PERSON ACCOUNT", "Say that an account is a person's", wantArgs(2, 2, "a person and an account"),
		func(ctx context.Context, client *api.Client, args []string) (api.PeopleList, error) {
			b.Account = args[1]
			return client.LinkPerson(ctx, args[0], b)
		})
	link.Flags().StringVar(&b.Surface, "surface", "slack", "where the account is")
	link.Flags().StringVar(&b.Tenant, "tenant", "", "the workspace or directory of the account, such as T012AB3CD")
	cmd.AddCommand(link, unlink)
	return cmd
}

// onPeople makes a command that prints the people as they then are.
func (p *program) onPeople(use, short string, args cobra.PositionalArgs, run func(context.Context, *api.Client, []string) (api.PeopleList, error)) *cobra.Command {
	var r remote
	cmd := &cobra.Command{
		Use: use, Short: short, Args: args,
		RunE: func(cmd *cobra.Command, args []string) error {
			client, err := p.client(r)
			if err != nil {
				return err
			}
			list, err := run(cmd.Context(), client, args)
			if err != nil {
				return err
			}
			return p.printPeople(list)
		},
	}
	r.flags(cmd)
	return cmd
}

func (p *program) printPeople(list api.PeopleList) error {
	if p.json {
		return p.writeJSON(list)
	}
	err := p.table(func(w io.Writer) {
		line(w, "PERSON", "NAME", "STATE", "MANAGER", "LINKED ACCOUNTS")
		for _, who := range list.People {
			state := "active"
			if who.Inactive {
				state = "inactive"
			}
			var links []string
			for _, l := range who.Links {
				links = append(links, l.Surface+" "+l.Tenant+" "+l.Account+" (by "+l.Method+", "+stamp(l.At)+")")
			}
			line(w, who.ID, who.Name, state, who.Manager, strings.Join(links, ", "))
		}
	})
	for _, problem := range list.Problems {
		p.say("! %s", visible(problem))
	}
	return err
}
