package main

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"signoff/adapters/api"
)

func (p *program) rightsCommand() *cobra.Command {
	var r remote
	var q api.RightsQuery
	cmd := &cobra.Command{
		Use:   "rights",
		Short: "Show who may do what, and where",
		Long: "Show who has which role in which namespace, and what that allows. Whether\n" +
			"somebody may answer one request is up to its flow, too: signoff explain says it.",
		Args: wantArgs(0, 0, "no argument"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, err := p.client(r)
			if err != nil {
				return err
			}
			list, err := client.Rights(cmd.Context(), q)
			if err != nil {
				return err
			}
			if p.json {
				return p.writeJSON(list)
			}
			if len(list.Rights) == 0 {
				p.say("nobody may do anything here, but for whoever holds the token of the data folder")
				return nil
			}
			return p.table(func(w io.Writer) { writeRights(w, list) })
		},
	}
	cmd.Flags().StringVar(&q.Person, "person", "", "one person, by id or mail address")
	cmd.Flags().StringVar(&q.Namespace, "namespace", "", "what holds in this namespace")
	r.flags(cmd)
	return cmd
}

// writeRights writes a line for each role of each, and one for what they allow.
func writeRights(w io.Writer, list api.RightsList) {
	line(w, "WHO", "ROLE", "IN")
	for _, e := range list.Rights {
		who := e.Person
		if e.Service != "" {
			who = "service:" + e.Service
		}
		for _, role := range e.Roles {
			line(w, who, role.Role, everyOr(role.In))
			who = ""
		}
		if len(e.Roles) == 0 {
			line(w, who, "no role")
		}
		line(w, "", "may "+verbsOf(e))
	}
}

func everyOr(namespaces []string) string {
	names := make([]string, len(namespaces))
	for i, ns := range namespaces {
		if names[i] = ns; ns == "" {
			names[i] = "all namespaces"
		}
	}
	return strings.Join(names, ", ")
}

func verbsOf(e api.RightsInfo) string {
	if len(e.Verbs) == 0 {
		return "do nothing but answer where a flow names them"
	}
	texts := make([]string, len(e.Verbs))
	for i, v := range e.Verbs {
		texts[i] = string(v)
	}
	return strings.Join(texts, ", ")
}
