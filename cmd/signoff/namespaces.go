package main

import (
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"signoff/adapters/api"
)

func (p *program) namespacesCommand() *cobra.Command {
	var r remote
	cmd := &cobra.Command{
		Use:   "namespaces",
		Short: "Show the namespaces as a tree, with what is in each",
		Args:  wantArgs(0, 0, "no argument"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, err := p.client(r)
			if err != nil {
				return err
			}
			all, err := client.Namespaces(cmd.Context())
			if err != nil {
				return err
			}
			if p.json {
				return p.writeJSON(api.NamespaceList{Namespaces: all})
			}
			if len(all) == 0 {
				p.say("no namespaces")
				return nil
			}
			return p.table(func(w io.Writer) { tree(w, all) })
		},
	}
	r.flags(cmd)
	return cmd
}

// tree writes each namespace below the one that holds it; one that holds only
// others has a line, too.
func tree(w io.Writer, all []api.NamespaceInfo) {
	known := make(map[string]api.NamespaceInfo)
	for _, n := range all {
		known[n.Name] = n
		for up := n.Name; ; {
			cut := strings.LastIndexByte(up, '.')
			if cut < 0 {
				break
			}
			up = up[:cut]
			if _, there := known[up]; !there {
				known[up] = api.NamespaceInfo{Name: up}
			}
		}
	}
	for _, name := range slices.SortedFunc(slices.Values(sortedKeys(known)), byPart) {
		n := known[name]
		var what []string
		if n.Flows > 0 {
			what = append(what, count(n.Flows, "flow"))
		}
		if n.Values > 0 {
			what = append(what, count(n.Values, "value"))
		}
		last := name[strings.LastIndexByte(name, '.')+1:]
		line(w, strings.Repeat("  ", strings.Count(name, "."))+last, strings.Join(what, ", "))
	}
}

// byPart orders namespaces so that each stands right before those below it.
func byPart(a, b string) int {
	return slices.Compare(strings.Split(a, "."), strings.Split(b, "."))
}
