package expr

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// tree is an expression as the model draws it.
type tree struct {
	op          string
	left, right *tree
	leaf        string
}

// modelPrecedence is the table of the reference, written down a second time.
var modelPrecedence = map[string]int{
	"or": 10, "and": 15, "contains": 20, "==": 30, "!=": 30, "<": 30, ">=": 30, "??": 30, "isIn": 30,
	"+": 40, "-": 40, "*": 60, "/": 60, "~": 110,
}

func drawTree(t *rapid.T, depth int) *tree {
	if depth == 0 || rapid.IntRange(0, 3).Draw(t, "leaf?") == 0 {
		leaves := []string{"1", "2", "7", "2.5", "'a'", "'7'", "true", "false", "null", "o.n", "o.missing", "list", "''"}
		return &tree{leaf: rapid.SampledFrom(leaves).Draw(t, "leaf")}
	}
	ops := []string{"or", "and", "contains", "==", "!=", "<", ">=", "??", "isIn", "+", "-", "*", "/", "~"}
	return &tree{
		op:    rapid.SampledFrom(ops).Draw(t, "op"),
		left:  drawTree(t, depth-1),
		right: drawTree(t, depth-1),
	}
}

// full writes every bracket; sparse only those that the table asks for.
func (x *tree) full() string {
	if x.op == "" {
		return x.leaf
	}
	return "(" + x.left.full() + " " + x.op + " " + x.right.full() + ")"
}

func (x *tree) sparse(least int) string {
	if x.op == "" {
		return x.leaf
	}
	p := modelPrecedence[x.op]
	s := x.left.sparse(p) + " " + x.op + " " + x.right.sparse(p+1)
	if p < least {
		return "(" + s + ")"
	}
	return s
}

// TestPrecedenceModel: leaving out the brackets that the table makes needless
// changes neither the value nor whether there is one.
func TestPrecedenceModel(t *testing.T) {
	t.Parallel()
	env := sample()
	rapid.Check(t, func(t *rapid.T) {
		x := drawTree(t, 4)
		full, sparse := "{{ "+x.full()+" }}", "{{ "+x.sparse(0)+" }}"
		want, wantErr := evaluate(full, env)
		got, gotErr := evaluate(sparse, env)
		if (wantErr == "") != (gotErr == "") {
			t.Fatalf("%s: %q\n%s: %q", full, wantErr, sparse, gotErr)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s\n%s\n(-full +sparse):\n%s", full, sparse, diff)
		}
	})
}

// TestRegexModel: our counted loop finds what the library's own does.
func TestRegexModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[abé \n]{0,12}`).Draw(t, "text")
		source := rapid.SampledFrom([]string{
			"", "a", "a*", "a+", "a*b", "(a)|(b)", "a*?", "(a*)(b?)", "$", "^", "(?m)^a", "(?m)$", `\b`, `\Ba`, ".", `(?s).`, "é|a", "b*$", "[^a]", "a{2}",
		}).Draw(t, "pattern")
		r := newRun(Env{})
		p, err := r.compilePattern(source)
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.all(r, text, len(text)+1)
		if err != nil {
			t.Fatal(err)
		}
		want := regexp.MustCompile(source).FindAllStringSubmatchIndex(text, -1)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("all(%q, %q) (-want +got):\n%s", source, text, diff)
		}
		replaced, err := p.replace(r, text, "<$0>")
		if want := regexp.MustCompile(source).ReplaceAllString(text, "<$0>"); err != nil || replaced != want {
			t.Fatalf("replace(%q, %q) = %q, %v, want %q", source, text, replaced, err, want)
		}
	})
}

// TestJSONRoundTrip: what toJson writes, fromJson reads as the same value.
func TestJSONRoundTrip(t *testing.T) {
	t.Parallel()
	tmpl := parse(t, "{{ fromJson(x | toJson) == x }}")
	rapid.Check(t, func(t *rapid.T) {
		x := drawValue(t, 3)
		got, err := tmpl.Eval(Env{Roots: m{"x": x}})
		if err != nil || got != true {
			t.Fatalf("round trip of %#v = %v, %v", x, got, err)
		}
	})
}

func drawValue(t *rapid.T, depth int) any {
	switch rapid.IntRange(0, 4+2*min(depth, 1)).Draw(t, "kind") {
	case 0:
		return nil
	case 1:
		return rapid.Bool().Draw(t, "bool")
	case 2:
		return rapid.Int64().Draw(t, "int")
	case 3:
		return rapid.Float64().Draw(t, "float")
	case 4:
		return strings.ToValidUTF8(rapid.String().Draw(t, "string"), "")
	case 5:
		out := l{}
		for range rapid.IntRange(0, 3).Draw(t, "n") {
			out = append(out, drawValue(t, depth-1))
		}
		return out
	}
	out := m{}
	for range rapid.IntRange(0, 3).Draw(t, "n") {
		out[strings.ToValidUTF8(rapid.String().Draw(t, "key"), "")] = drawValue(t, depth-1)
	}
	return out
}
