package flow

import (
	"go/ast"
	goparser "go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The rule names are for people to look up.
func TestRulesAreDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z-]+)`").FindAllStringSubmatch(string(page), -1) {
		documented = append(documented, m[1])
	}
	slices.Sort(documented)
	if diff := cmp.Diff(ruleNames(t), documented); diff != "" {
		t.Errorf("docs/rules.md (-code +page):\n%s", diff)
	}
}

// A rule that no flow in testdata breaks is a rule that nobody has seen work.
func TestRulesAreTested(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/err/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^flow.yaml:.* \[([a-z-]+)\]$`).FindAllSubmatch(data, -1) {
			seen[string(m[1])] = true
		}
	}
	if diff := cmp.Diff(ruleNames(t), sortedKeys(seen)); diff != "" {
		t.Errorf("rules in testdata/err (-code +seen):\n%s", diff)
	}
}

func ruleNames(t *testing.T) []string {
	t.Helper()
	file, err := goparser.ParseFile(token.NewFileSet(), "rules.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for _, v := range spec.Values {
			lit, ok := v.(*ast.BasicLit)
			if !ok {
				t.Fatalf("rules.go holds %T, want a string", v)
			}
			name, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, name)
		}
		return false
	})
	slices.Sort(names)
	return names
}
