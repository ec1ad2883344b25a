package flow_test

import (
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
	"pgregory.net/rapid"

	"signoff/engine/flow"
)

// Wherever a mistake stands in a text, and however YAML writes the text, the
// fault points at it. The mark is a character that no expression may hold.
func TestParsePointsAtMistake(t *testing.T) {
	t.Parallel()
	styles := map[string]yaml.Style{
		"plain": 0, "double": yaml.DoubleQuotedStyle, "single": yaml.SingleQuotedStyle,
		"literal": yaml.LiteralStyle, "folded": yaml.FoldedStyle,
	}
	for name, style := range styles {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				pieces := rapid.SliceOfN(rapid.SampledFrom([]string{
					"word", " ", "  ", "\n", "\n\n", "'", `"`, `\`, "é", "👋", "#", ": ", "- ", "{{ 1 }}", "{{ '§' }}", "a very long line that is folded somewhere ",
				}), 0, 12)
				before := strings.Join(pieces.Draw(t, "before"), "")
				after := strings.Join(pieces.Draw(t, "after"), "")
				checkMark(t, style, before+"{{ 1 + ¤ }}"+after)
			})
		})
	}
}

func checkMark(t *rapid.T, style yaml.Style, message string) {
	t.Helper()
	scalar := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: style, Value: message}
	block, err := yaml.Marshal(map[string]*yaml.Node{"message": scalar})
	if err != nil {
		t.Fatal(err)
	}
	src := "id: a\nnamespace: b\ntasks:\n  - id: c\n    type: Log\n    " +
		strings.ReplaceAll(strings.TrimSuffix(string(block), "\n"), "\n", "\n    ") + "\n"
	_, faults := flow.Parse("f.yaml", []byte(src))
	if len(faults) != 1 || faults[0].Rule != "expression" {
		t.Fatalf("faults = %v, want one [expression] for\n%s", faults, src)
	}
	at := faults[0]
	line := []rune(strings.Split(src, "\n")[at.Line-1])
	if at.Col > len(line) || line[at.Col-1] != '¤' && !strings.HasPrefix(string(line[at.Col-1:]), `\u00a4`) {
		t.Fatalf("%s points at %q of\n%s", at, string(line[min(at.Col, len(line))-1:]), src)
	}
}
