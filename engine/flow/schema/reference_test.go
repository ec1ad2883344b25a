package schema_test

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/flow"
	"signoff/engine/flow/schema"
)

var update = flag.Bool("update", false, "rewrite docs/reference.md")

const head = `# Reference of the flow language

Every type, every key. This page is made from the definitions by which flows are
read; rewrite it with ` + "`go test ./engine/flow/schema -run Reference -update`" + `.

A **text** stands as it is; a **text with expressions** may hold ` + "`{{ … }}`" + `
(see [expressions.md](expressions.md)), and so may every text within **any value**
and a **map**. A **duration** is written as ISO 8601 does: ` + "`PT30M`, `P3D`" + `. A key
without a value counts as absent. A type is called by its short name, by a name of
Kestra's, or by any ending of that from a dot on, as long as only one type has it.
What the inputs take and how they are checked is in [inputs.md](inputs.md), what
the tasks do in [tasks.md](tasks.md), the triggers in [triggers.md](triggers.md),
and what is told of a flow in [rules.md](rules.md).
`

func TestReferenceIsWhatIsDefined(t *testing.T) {
	t.Parallel()
	const file = "../../../docs/reference.md"
	got := schema.Flow().Reference(head)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("docs/reference.md is not what is defined; rewrite it with -update (-want +got):\n%s", diff)
	}
}

// Each definition has its section with its keys, and each link leads somewhere.
func TestReferenceIsWhole(t *testing.T) {
	t.Parallel()
	text := string(schema.Flow().Reference(""))
	for _, d := range flow.Definitions() {
		if d.Sort != flow.SortFlow && !strings.Contains(text, "\n### "+d.Name+"\n\n"+d.Doc+"\n") {
			t.Errorf("%s %s has no section", d.Sort, d.Name)
		}
		if !strings.Contains(text, "```yaml\n"+d.Example+"```\n") {
			t.Errorf("%s %s has no example", d.Sort, d.Name)
		}
		for _, p := range d.Properties {
			if !strings.Contains(text, "`"+p.Name+"`") {
				t.Errorf("%s %s: the key %s is nowhere", d.Sort, d.Name, p.Name)
			}
		}
	}
	anchors := map[string]int{}
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(text, -1) {
		name := strings.NewReplacer(" ", "-", ".", "").Replace(strings.ToLower(heading[1]))
		anchors[name]++
		if n := anchors[name]; n > 1 {
			anchors[name+"-"+string(rune('0'+n-1))]++
		}
	}
	for _, link := range regexp.MustCompile(`\]\(#([^)]*)\)`).FindAllStringSubmatch(text, -1) {
		if anchors[link[1]] == 0 {
			t.Errorf("the link #%s leads nowhere", link[1])
		}
	}
}
