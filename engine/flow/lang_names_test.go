package flow

import (
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// Each name by which a type may be called leads to that type.
func TestTypesAnswerToTheirNames(t *testing.T) {
	t.Parallel()
	for _, d := range Definitions() {
		names := d.Called()
		if part := d.Sort == SortFlow || d.Sort == SortPart; part != (len(names) == 0) {
			t.Errorf("%s %s is called %q", d.Sort, d.Name, names)
		}
		if len(names) > 0 && !slices.Contains(names, d.Name) {
			t.Errorf("%s %s is not called by its own name", d.Sort, d.Name)
		}
		for _, name := range names {
			if d.Sort != SortTask {
				continue
			}
			if got, _ := taskType(name); got == nil || got.Name != d.Name {
				t.Errorf("the name %s is not one of %s", name, d.Name)
			}
		}
	}
}

// Of the keys that a definition names together, one is needed: an example loads
// with it and is refused without them all.
func TestOneOfSeveralKeysIsNeeded(t *testing.T) {
	t.Parallel()
	for _, d := range Definitions() {
		for _, keys := range d.Either {
			var one map[string]any
			if err := yaml.Unmarshal([]byte(d.Example), &one); err != nil {
				t.Fatal(err)
			}
			for _, key := range keys {
				if d.property(key) == nil {
					t.Errorf("%s has no key %s", d.Name, key)
				}
				delete(one, key)
			}
			if d.Sort == SortPart {
				continue // what surrounds it is not known; see testdata/err
			}
			short, err := yaml.Marshal(one)
			if err != nil {
				t.Fatal(err)
			}
			d.Example = string(short)
			_, faults := Parse("f", []byte(example(d)))
			found := slices.ContainsFunc(faults, func(f Fault) bool {
				return f.Rule == string(ruleMissingKey) && strings.Contains(f.Message, quote(keys[0]))
			})
			if !found {
				t.Errorf("%s without %q has the faults %v", d.Name, keys, faults)
			}
		}
	}
}

// Names that published flows use for types which are called otherwise now.
func TestOlderNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]Type{
		"io.kestra.core.tasks.flows.ForEach": TypeForEach, "io.kestra.core.tasks.flows.Flow": TypeSubflow,
		"io.kestra.plugin.core.flow.Flow": TypeSubflow, "io.kestra.plugin.core.kv.Put": TypeKVSet, "core.kv.Put": TypeKVSet,
		"io.kestra.plugin.kestra.kv.Set": TypeKVSet, "io.kestra.plugin.core.kv.Set": TypeKVSet,
	} {
		if got, _ := taskType(name); got == nil || got.Name != string(want) {
			t.Errorf("taskType(%s) = %v, want %s", name, got, want)
		}
	}
}
