package expr

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// one is what an expression evaluates to: a value, or the text of an error.
type one struct {
	src  string
	want any
	err  string // of Eval, or of Parse with "syntax " before it
}

func evaluate(src string, env Env) (any, string) {
	t, err := Parse(src)
	if err != nil {
		if _, ok := errors.AsType[*SyntaxError](err); !ok {
			return nil, "not a *SyntaxError: " + err.Error()
		}
		return nil, "syntax " + err.Error()
	}
	v, err := t.Eval(env)
	if err != nil {
		if _, ok := errors.AsType[*EvalError](err); !ok {
			return nil, "not an *EvalError: " + err.Error()
		}
		return nil, err.Error()
	}
	return v, ""
}

func check(t *testing.T, env Env, cases []one) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.src, func(t *testing.T) {
			t.Parallel()
			got, err := evaluate(c.src, env)
			if err != c.err {
				t.Fatalf("Eval(%s) error = %q, want %q", c.src, err, c.err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("Eval(%s) (-want +got):\n%s", c.src, diff)
			}
		})
	}
}

func parse(t testing.TB, src string) *Template {
	t.Helper()
	tmpl, err := Parse(src)
	if err != nil {
		t.Fatalf("Parse(%q) = %v", src, err)
	}
	return tmpl
}

type m = map[string]any

type l = []any

// sample is the environment of most tests.
func sample() Env {
	return Env{
		Roots: m{
			"o":      m{"approved": false, "yes": true, "n": int64(5), "s": "5", "nul": nil, "reason": "x", "f": 2.5, "empty": ""},
			"list":   l{int64(3), int64(1), int64(2)},
			"people": l{m{"name": "Ada"}, m{"name": "Bob"}},
			"inputs": m{"employee": "Ada", "cloud": "gcp", "days": int64(3)},
			"go":     m{"int": 7, "strings": []string{"a", "b"}, "labels": map[string]string{"team": "ops"}},
		},
		Funcs: FuncMap(map[string]Func{
			"kv": func(args Args) (any, error) {
				return m{"gcp": "europe-west1", "args": int64(args.Len())}, nil
			},
			"echo":   func(args Args) (any, error) { return append(l{}, args.List...), nil },
			"fails":  func(Args) (any, error) { return nil, errors.New("no secret of that name") },
			"panics": func(Args) (any, error) { panic("a fault") },
		}),
	}
}
