package expr

import (
	"os"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// example is one of docs/expressions.md: a template, and what it renders to.
type example struct {
	line      int
	src, want string
}

// fences are the blocks of a page that begin with a word.
func fences(page, word string) map[int]string {
	out := map[int]string{}
	begin, inside := 0, ""
	for i, line := range strings.Split(page, "\n") {
		switch {
		case begin == 0 && line == "```"+word:
			begin, inside = i+2, ""
		case begin > 0 && line == "```":
			out[begin], begin = inside, 0
		case begin > 0:
			inside += line + "\n"
		}
	}
	return out
}

func examples(page string) []example {
	var out []example
	for at, block := range fences(page, "pebble") {
		var src []string
		for i, line := range strings.Split(strings.TrimSuffix(block, "\n"), "\n") {
			left, right, answer := strings.Cut(line, "=>")
			switch {
			case !answer:
				src = append(src, line)
			case strings.TrimSpace(left) == "" && len(src) == 0: // the next line of an answer
				out[len(out)-1].want += "\n" + strings.TrimPrefix(right, " ")
			default:
				if left = strings.TrimRight(left, " "); left != "" {
					src = append(src, left)
				}
				out = append(out, example{at + i, strings.Join(src, "\n"), strings.TrimPrefix(right, " ")})
				src = nil
			}
		}
	}
	return out
}

func documented(t *testing.T) (string, Env) {
	t.Helper()
	b, err := os.ReadFile("../../docs/expressions.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(b)
	var roots map[string]any
	for _, block := range fences(page, "yaml") {
		if err := yaml.Unmarshal([]byte(block), &roots); err != nil {
			t.Fatal(err)
		}
	}
	for _, root := range roots {
		tidyIn(root)
	}
	env := Env{Roots: roots}
	env.Funcs = FuncMap(map[string]Func{
		"now": func(Args) (any, error) { return "2026-03-01T00:00:00Z", nil },
		"kv":  func(Args) (any, error) { return nil, nil },
		"render": func(a Args) (any, error) {
			keys, _ := a.List[0].([]any)
			var v any = roots
			for _, k := range keys {
				v, _ = child(v, k)
			}
			text, _ := v.(string)
			return parse(t, text).Eval(env)
		},
	})
	return page, env
}

// tidyIn makes int64 of int, which is what the flow language gives.
func tidyIn(v any) {
	if m, ok := v.(map[string]any); ok {
		for k, e := range m {
			m[k] = tidy(e)
			tidyIn(m[k])
		}
	}
}

// TestDocumentedExamples: the page shows what happens.
func TestDocumentedExamples(t *testing.T) {
	t.Parallel()
	page, env := documented(t)
	all := examples(page)
	if len(all) < 90 {
		t.Errorf("there are %d examples, want all of the page", len(all))
	}
	for _, e := range all {
		if got := strings.TrimRight(render(e.src, env), " \n"); got != e.want {
			t.Errorf("docs/expressions.md:%d: %s\nrenders %q\nand not %q", e.line, e.src, got, e.want)
		}
	}
}

// TestDocumentedNames: each name of the language has an example, and each
// function of the environment a mention.
func TestDocumentedNames(t *testing.T) {
	t.Parallel()
	page, _ := documented(t)
	seen := map[string]bool{}
	for _, e := range examples(page) {
		segments, err := split(e.src)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range segments {
			for i, tok := range s.tokens {
				switch {
				case s.tag && i == 0:
					seen["tag "+tok.text] = true
				case i > 0 && s.tokens[i-1].is("|"), s.tag && i == 1 && s.tokens[0].word("filter"):
					seen["filter "+tok.text] = true
				case i > 0 && (s.tokens[i-1].word("is") || s.tokens[i-1].word("not")):
					seen["test "+tok.text] = true
				case tok.kind == kindWord && s.tokens[i+1].is("("):
					seen["function "+tok.text] = true
				}
			}
		}
	}
	for kind, names := range map[string][]string{"filter": Filters(), "test": Tests(), "function": Functions(), "tag": Tags()} {
		for _, n := range names {
			if !seen[kind+" "+n] {
				t.Errorf("the %s %s has no example", kind, n)
			}
		}
	}
	for name := range outside {
		if !strings.Contains(page, "`"+name+"(") {
			t.Errorf("the function %s is not mentioned", name)
		}
	}
	operators := []string{
		"or", "and", "is", "contains", "==", "equals", "!=", "<", ">", "<=", ">=", "??", "???", "isIn", "+", "-", "*", "/", "%", "~", "..", "not",
	}
	for _, op := range operators {
		if !slices.ContainsFunc(examples(page), func(e example) bool { return strings.Contains(e.src, op) }) {
			t.Errorf("the operator %s has no example", op)
		}
	}
}
