package expr

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestUnclear: where Kestra 1 and Kestra 2 give different values.
func TestUnclear(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		src  string
		want []Place
	}{
		{src: "{{ a ?? b | upper }}", want: []Place{{1, 6}}},
		{src: "{{ a | upper ?? b }}", want: []Place{{1, 14}}},
		{src: "{{ 'x' ~ a ?? b }}", want: []Place{{1, 12}}},
		{src: "{{ a ?? 0 + 1 }}", want: []Place{{1, 6}}},
		{src: "{{ 1 == a ?? b }}", want: []Place{{1, 11}}},
		{src: "{{ a }}\n{{ a ??? b * 2 }}", want: []Place{{2, 6}}},
		{src: "{{ 'a' ~ b isIn list }}", want: []Place{{1, 12}}},
		{src: "{{ f(a ?? b | upper) }}", want: []Place{{1, 8}}},
		{src: "{{ a ?? b }}"},
		{src: "{{ a ?? b ?? c }}"},
		{src: "{{ a ?? 'x' == 'x' }}"},
		{src: "{{ (a ?? b) | upper }}"},
		{src: "{{ a ?? (b | upper) }}"},
		{src: "{{ a ?? [b | upper] }}"},
		{src: "{{ a ?? f(b ~ c) }}"},
		{src: "{{ not a ?? b }}"},
		{src: "{{ a and b ?? c or d }}"},
		{src: "{{ a ?? b ? c | upper : d }}"},
		{src: "{{ list contains a ?? b }}"},
	} {
		t.Run(tc.src, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, parse(t, tc.src).Unclear()); diff != "" {
				t.Errorf("Unclear (-want +got):\n%s", diff)
			}
		})
	}
}

// TestRefsSpared: what may be absent without a fault.
func TestRefsSpared(t *testing.T) {
	t.Parallel()
	for src, want := range map[string][]bool{
		"{{ a ?? b }}":                     {true, false},
		"{{ a ?? b ?? c }}":                {true, true, false},
		"{{ a ??? b }}":                    {true, false},
		"{{ a is defined }}":               {true},
		"{{ a is not defined }}":           {true},
		"{{ a is null }}":                  {false},
		"{{ a | default(b) }}":             {true, false},
		"{{ a | upper }}":                  {false},
		"{{ f(a) ?? b }}":                  {true, false},
		"{{ a + (b ?? c) }}":               {false, true, false},
		"{{ (a ~ b) ?? c }}":               {true, true, false},
		"{{ a is defined ? a.x : b }}":     {true, false, false},
		"{{ x == a is defined }}":          {true, true},
		"{{ {'k': a ?? 1, 'l': b} }}":      {true, false},
		"{{ a }}{{ b ?? 1 }}{{ c }}":       {false, true, false},
		"{{ list[a ?? 0].name }}":          {false, true},
		"{{ (a | default(1)) + b | abs }}": {true, false},
	} {
		t.Run(src, func(t *testing.T) {
			t.Parallel()
			var got []bool
			for _, ref := range parse(t, src).Refs() {
				got = append(got, ref.Spared)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("Spared (-want +got):\n%s", diff)
			}
		})
	}
}
