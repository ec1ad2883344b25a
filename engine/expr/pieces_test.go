package expr_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/expr"
)

func TestPieces(t *testing.T) {
	t.Parallel()
	got, err := expr.Pieces("echo {{ inputs.a }}\n{# no #}{% if x %}{% raw %}{{.Name}}{% endraw %}{% endif %} {{ '}}' ~ {\"a\": 1} -}}  end")
	if err != nil {
		t.Fatal(err)
	}
	want := []expr.Piece{
		{Text: "echo "},
		{Expression: "{{ inputs.a }}", Line: 1, Col: 9},
		{Text: "\n"},
		{Tag: "if", Line: 2, Col: 12},
		{Text: "{{.Name}}"},
		{Tag: "endif", Line: 2, Col: 52},
		{Text: " "},
		{Expression: `{{ '}}' ~ {"a": 1} }}`, Line: 2, Col: 64},
		{Text: "end"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Pieces (-want +got):\n%s", diff)
	}
	if _, err := expr.Pieces("echo {{ a"); err == nil {
		t.Error("Pieces took an expression that is never closed")
	}
}
