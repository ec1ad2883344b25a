package expr

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// wrong lists all that is wrong with a template.
func wrong(t *testing.T, src string) (all []string, outline *Template) {
	t.Helper()
	_, err := Parse(src)
	first, ok := errors.AsType[*SyntaxError](err)
	if !ok {
		t.Fatalf("Parse(%q) = %v, want a *SyntaxError", src, err)
	}
	for _, e := range append([]*SyntaxError{first}, first.More...) {
		all = append(all, fmt.Sprintf("%s filter=%s test=%s", e.Error(), e.Filter, e.Test))
	}
	return all, first.Outline
}

// TestParseNamesAllUnknown: a name that does not exist does not keep the rest of
// a template from being read.
func TestParseNamesAllUnknown(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		src  string
		want []string
	}{
		"filters":    {"{{ a | x | y }}", []string{"1:8: there is no filter `x` filter=x test=", "1:12: there is no filter `y` filter=y test="}},
		"arguments":  {"{{ a | x(b | y, c=1) }}", []string{"1:8: there is no filter `x` filter=x test=", "1:14: there is no filter `y` filter=y test="}},
		"tests":      {"{{ a is x or a is not y(1) }}", []string{"1:9: there is no test `x` filter= test=x", "1:23: there is no test `y` filter= test=y"}},
		"tags":       {"{% filter x %}{% if a is y %}{% endif %}{% endfilter %}", []string{"1:11: there is no filter `x` filter=x test=", "1:26: there is no test `y` filter= test=y"}},
		"lines":      {"{{ a | x }}\n{{ b\n | y }}", []string{"1:8: there is no filter `x` filter=x test=", "3:4: there is no filter `y` filter=y test="}},
		"then_fault": {"{{ a | x }}{{ 1 + }}", []string{"1:8: there is no filter `x` filter=x test=", "1:19: unexpected the end of the expression filter= test="}},
		"in_a_tag":   {"{% if a | x %}", []string{"1:4: {% if %} is never closed by {% endif %} filter= test=", "1:11: there is no filter `x` filter=x test="}},
		"twice":      {"{{ a | x ~ (b | x) }}", []string{"1:8: there is no filter `x` filter=x test=", "1:17: there is no filter `x` filter=x test="}},
		"macro":      {"{% macro m(a) %}{{ a | x }}{% endmacro %}{{ m(1) | y }}", []string{"1:24: there is no filter `x` filter=x test=", "1:52: there is no filter `y` filter=y test="}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, _ := wrong(t, c.src)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("Parse(%s) (-want +got):\n%s", c.src, diff)
			}
		})
	}
}

// TestOutline: what a broken template reads and calls is known as far as it could
// be read, and it renders as nothing.
func TestOutline(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"{{ a.b | x }}{{ f(c | y) }}":       "a.b? c? f()",
		"{{ a is x ? g(1) : b }}":           "a? b g()",
		"{{ a }}{{ f(1) }}{{ b + }}{{ c":    "",
		"{{ a }}{{ f(1) }}{{ b + }}{{ c }}": "a b f()",
	} {
		_, outline := wrong(t, src)
		if outline == nil {
			if want != "" {
				t.Errorf("Parse(%s) has no outline", src)
			}
			continue
		}
		var got []string
		for _, r := range outline.Refs() {
			path := strings.Join(r.Path, ".")
			if r.Spared {
				path += "?"
			}
			got = append(got, path)
		}
		for _, c := range outline.Calls() {
			got = append(got, c.Name+"()")
		}
		if got := strings.Join(got, " "); got != want {
			t.Errorf("outline of %s = %q, want %q", src, got, want)
		}
		if text, err := outline.Render(sample()); text != "" || err != nil || outline.Whole() || outline.Literal() {
			t.Errorf("the outline of %s renders as %q, %v", src, text, err)
		}
	}
}

// TestManyUnknownNames: the number of faults is bounded by that of the parts.
func TestManyUnknownNames(t *testing.T) {
	t.Parallel()
	got, _ := wrong(t, strings.Repeat("{{ a | x }}", 3000))
	if len(got) != maxNodes/2+1 || !strings.Contains(got[len(got)-1], "more than 2000 parts") {
		t.Errorf("%d faults, the last %s", len(got), got[len(got)-1])
	}
}
