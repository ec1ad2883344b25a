package main

import "testing"

func TestPlainValues(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		value any
		want  string
	}{
		"a text is as it is":           {"two words", "two words"},
		"nothing is a dash":            {nil, "-"},
		"a large number has no power":  {1e6, "1000000"},
		"a map is JSON":                {map[string]any{"b": nil, "a": []any{1.5, true}}, `{"a":[1.5,true],"b":null}`},
		"a list of texts keeps quotes": {[]any{"x y"}, `["x y"]`},
	} {
		if got := plain(c.value); got != c.want {
			t.Errorf("%s: plain(%v) = %s, want %s", name, c.value, got, c.want)
		}
	}
}
