package bot_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/bot"
	"signoff/engine"
	"signoff/engine/audit"
	"signoff/store"
)

func TestNewValueHoldsToItsType(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typ   string
		given any
		want  any
		as    string // "": it is refused
	}{
		{"", "text", "text", "STRING"},
		{"", int64(5), int64(5), "NUMBER"},
		{"", 0.5, 0.5, "NUMBER"},
		{"", true, true, "BOOLEAN"},
		{"", []any{"a"}, []any{"a"}, "JSON"},
		{"", nil, nil, "JSON"},
		{"string", "42", "42", "STRING"},
		{"NUMBER", "42", int64(42), "NUMBER"},
		{"NUMBER", "0.5", 0.5, "NUMBER"},
		{"NUMBER", "NaN", nil, ""},
		{"NUMBER", "1e999", nil, ""},
		{"NUMBER", "four", nil, ""},
		{"NUMBER", true, nil, ""},
		{"BOOLEAN", "TRUE", true, "BOOLEAN"},
		{"BOOLEAN", "yes", nil, ""},
		{"BOOLEAN", int64(1), nil, ""},
		{"DATE", "2026-12-31", "2026-12-31", "DATE"},
		{"DATE", "2026-02-30", nil, ""},
		{"DATE", int64(5), nil, ""},
		{"DATETIME", "2026-12-31T23:59:00+01:00", "2026-12-31T23:59:00+01:00", "DATETIME"},
		{"DATETIME", "soon", nil, ""},
		{"DURATION", "P1DT2H", "P1DT2H", "DURATION"},
		{"DURATION", "P", nil, ""},
		{"DURATION", "PT", nil, ""},
		{"JSON", `{"a":[1]}`, map[string]any{"a": []any{json.Number("1")}}, "JSON"},
		{"JSON", `{"a"`, nil, ""},
		{"JSON", `1 2`, nil, ""},
		{"COLOUR", "red", nil, ""},
	} {
		got, err := bot.NewValue(c.typ, c.given)
		if c.as == "" {
			if text := rejected(t, err, engine.BadInput); strings.Contains(text, "four") {
				t.Errorf("NewValue(%s, %v) repeats the value: %s", c.typ, c.given, text)
			}
			continue
		}
		if err != nil || got.Type != c.as || !cmp.Equal(got.Value, c.want) {
			t.Errorf("NewValue(%s, %v) = %+v, %v, want %v as %s", c.typ, c.given, got, err, c.want, c.as)
		}
	}
}

func TestParseTTL(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"PT90M": 90 * time.Minute, "P1D": 24 * time.Hour, "P1DT12H": 36 * time.Hour, "P2W": 14 * 24 * time.Hour, "PT0.5S": 500 * time.Millisecond,
		"": 0, "P": 0, "PT": 0, "P1DT": 0, "PT0S": 0, "P1M": 0, "1h": 0, "-PT1H": 0, "P999999999D": 0, "PT1H ": 0,
	} {
		if got, ok := bot.ParseTTL(text); got != want && ok || ok != (want > 0) {
			t.Errorf("ParseTTL(%q) = %v, %t, want %v", text, got, ok, want)
		}
	}
}

func setKV(t *testing.T, w *world, ns, key string, value any) {
	t.Helper()
	e, err := bot.NewValue("", value)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.bot.SetValue(t.Context(), ns, key, e, operator); err != nil {
		t.Fatalf("SetValue = %v", err)
	}
}

func TestValuesAreInheritedFromAbove(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		setKV(t, w, "it", "ABOVE", "above")
		setKV(t, w, "it", "BOTH", "above")
		setKV(t, w, "it.ops", "BOTH", "own")
		setKV(t, w, "it.ops.deep", "BELOW", "below")
		setKV(t, w, "i", "BESIDE", "beside")
		saveAs(t, w, flowOf("it.ops", "f", "{{ kv('ABOVE') }} {{ kv('BOTH') }}"))
		saveAs(t, w, flowOf("it.ops", "below", "{{ kv('BELOW') }}"))
		saveAs(t, w, flowOf("it.ops", "beside", "{{ kv('BESIDE') }}"))
		for flow, want := range map[string]string{"f": "above own", "below": "", "beside": ""} {
			x, err := w.bot.Start(t.Context(), bot.StartRequest{Namespace: "it.ops", Flow: flow, By: operator})
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			x = w.execution(x.ID)
			switch {
			case want == "" && x.State != engine.Failed:
				t.Errorf("%s ended %s: it read a value that is not above it", flow, x.State)
			case want != "" && (x.State != engine.Success || x.Runs[0].Logs[0].Text != want):
				t.Errorf("%s ended %s (%s), want it to say %q", flow, x.State, x.Problem, want)
			}
		}
	})
}

// The trail proves that a value was changed, and does not hold it.
func TestTheTrailTellsTheDigestOfAValue(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		setKV(t, w, "it", "KEY", "the value itself")
		if err := w.bot.DeleteValue(t.Context(), "it", "KEY", operator); err != nil {
			t.Fatal(err)
		}
		rejected(t, w.bot.DeleteValue(t.Context(), "it", "KEY", operator), engine.NotFound)
		var told []audit.Event
		for _, r := range w.trail() {
			if r.Event == audit.KVSet || r.Event == audit.KVDeleted {
				told = append(told, r.Event)
			}
			if text, err := json.Marshal(r); err != nil || strings.Contains(string(text), "the value itself") {
				t.Errorf("the trail holds the value: %s, %v", text, err)
			}
		}
		if diff := cmp.Diff([]audit.Event{audit.KVSet, audit.KVDeleted}, told); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
	})
}

func TestSetValueRefusesOddNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	defer w.stop()
	for _, c := range []struct{ ns, key string }{{"", "k"}, {"it", ""}, {"it", "a b"}, {"it", "a\x00"}, {"i\nt", "k"}, {"it", strings.Repeat("k", 257)}} {
		rejected(t, w.bot.SetValue(t.Context(), c.ns, c.key, store.Entry{Value: "v"}, operator), engine.BadInput)
	}
}
