package schema

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
)

// worthSharing is the size in bytes from which a key that stands in several
// maps is written once.
const worthSharing = 80

// share writes keys that several maps have in common once.
func (b *builder) share(root *node) {
	all := []*node{root}
	for _, name := range slices.Sorted(maps.Keys(b.defs)) {
		all = append(all, b.defs[name])
	}
	uses := map[string]int{}
	for _, n := range all {
		for _, key := range n.Properties {
			uses[text(key)]++
		}
	}
	names := map[string]string{}
	for _, n := range all {
		for _, name := range slices.Sorted(maps.Keys(n.Properties)) {
			key := n.Properties[name]
			written := text(key)
			if uses[written] < 2 || len(written) < worthSharing {
				continue
			}
			if names[written] == "" {
				shared := "key-" + name
				if key.Deprecated && key.Ref == "" && len(key.Type) == 0 {
					shared = "key-without-meaning"
				}
				names[written] = b.free(shared)
				b.defs[names[written]] = key
			}
			n.Properties[name] = refer(names[written])
		}
	}
}

// free returns a name that no definition has.
func (b *builder) free(name string) string {
	for i := 2; ; i++ {
		if b.defs[name] == nil {
			return name
		}
		name += "-" + strconv.Itoa(i)
	}
}

func text(n *node) string {
	out, err := json.Marshal(n)
	if err != nil {
		panic("schema: " + err.Error())
	}
	return string(out)
}
