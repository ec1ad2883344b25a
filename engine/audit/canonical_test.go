package audit_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"signoff/engine/audit"
)

// reference is how a record is written by definition; [audit.Canonical] is only
// faster.
func reference(r audit.Record) ([]byte, error) {
	r.At = r.At.UTC()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(r)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

type failure interface {
	Helper()
	Errorf(format string, args ...any)
}

func checkCanonical(t failure, r audit.Record) {
	t.Helper()
	want, wantErr := reference(r)
	got, err := audit.Canonical(r)
	switch {
	case (err == nil) != (wantErr == nil):
		t.Errorf("Canonical(%+v) = %v, encoding/json says %v", r, err, wantErr)
	case err == nil && !bytes.Equal(got, want):
		t.Errorf("Canonical(%+v) (-want +got):\n%s", r, cmp.Diff(string(want), string(got)))
	}
}

func TestCanonicalIsWhatJSONWrites(t *testing.T) {
	t.Parallel()
	type word string
	deep := any("end")
	for range 3000 {
		deep = map[string]any{"k": []any{deep}}
	}
	for _, v := range []any{
		nil, true, false, 0, -1, math.MinInt64, int64(math.MaxInt64), uint64(math.MaxUint64), int8(-3),
		0.0, math.Copysign(0, -1), 1.5, 1e21, 1e-7, 1e-10, float32(1e-7), math.MaxFloat64, math.NaN(), math.Inf(-1),
		json.Number("1e3"), json.Number(""), json.Number("one"), json.RawMessage(`{"a": 1}`),
		"", "plain", "<b>&amp;</b>", `"quoted\"`, "\x00\x1f\x7f\b\f\n\r\t", "ümläut 漢字 🙂", "\u2028\u2029", "\xff", "a\xc3", "\ufffd", "\xed\xa0\x80",
		word("named"), word("\n"),
		[]word{"a"},
		[]byte("bytes"), []byte(nil),
		[2]int{1, 2},
		struct{ A int }{1},
		&struct{ B string }{"<"},
		[]string{},
		[]string(nil),
		[]string{"a", "\n"},
		[]any{},
		[]any(nil),
		map[string]any{},
		map[string]any(nil),
		map[string]string{"b": "1", "a": "<"},
		map[int]string{2: "b", 10: "a"},
		[]map[string]any{{"a": 1}},
		[][]string{{"a"}},
		map[string]any{"\xff": 1, "\xfe": 2, "é": 3, "<": 4, "": 5},
		time.Unix(0, 0), errors.New("x"), make(chan int), func() {}, deep,
	} {
		checkCanonical(t, audit.Record{Data: map[string]any{"v": v}})
		checkCanonical(t, audit.Record{Data: map[string]any{"v": []any{v, map[string]any{"w": v}}}})
	}
}

func TestCanonicalRefusesWhatHoldsItself(t *testing.T) {
	t.Parallel()
	loop := map[string]any{}
	loop["list"] = []any{loop}
	if _, err := audit.Canonical(audit.Record{Data: loop}); err == nil {
		t.Error("Canonical(data that holds itself) = nil, want an error")
	}
}

func TestCanonicalTimes(t *testing.T) {
	t.Parallel()
	for _, at := range []time.Time{
		{},
		time.Unix(0, 0), time.Date(2026, 11, 22, 13, 4, 5, 120_000_000, time.FixedZone("", -3600)), time.Now(),
		time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(9999, 12, 31, 23, 59, 59, 0, time.FixedZone("", -3600)), time.Date(0, 1, 1, 0, 0, 0, 0, time.FixedZone("", 3600)),
	} {
		checkCanonical(t, audit.Record{At: at})
	}
}

func TestCanonicalIsWhatJSONWritesOfAnything(t *testing.T) {
	t.Parallel()
	text := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }), rapid.Just(""))
	leaf := rapid.OneOf(
		rapid.Just(any(nil)), rapid.Bool().AsAny(), rapid.Int().AsAny(), rapid.Int64().AsAny(), rapid.Float64().AsAny(), text.AsAny(),
		rapid.SliceOf(text).AsAny(),
	)
	inner := rapid.OneOf(leaf, rapid.SliceOfN(leaf, 0, 3).AsAny(), rapid.MapOfN(text, leaf, 0, 20).AsAny())
	data := rapid.MapOfN(text, rapid.OneOf(inner, rapid.SliceOfN(inner, 0, 3).AsAny(), rapid.MapOfN(text, inner, 0, 3).AsAny()), 0, 20)
	rapid.Check(t, func(t *rapid.T) {
		checkCanonical(t, audit.Record{
			At:    time.Unix(rapid.Int64Range(-1e11, 3e11).Draw(t, "sec"), rapid.Int64Range(0, 1e9-1).Draw(t, "nsec")),
			Event: audit.Event(text.Draw(t, "event")), Namespace: text.Draw(t, "namespace"), Flow: text.Draw(t, "flow"),
			Revision: rapid.Int().Draw(t, "revision"), Execution: text.Draw(t, "execution"), Task: text.Draw(t, "task"), TaskRun: text.Draw(t, "run"),
			Actor: audit.Actor{Person: text.Draw(t, "person"), Name: text.Draw(t, "name"), Account: text.Draw(t, "account"), Via: text.Draw(t, "via")},
			Data:  data.Draw(t, "data"),
		})
	})
}

// FuzzCanonical draws data as JSON, and texts that may not even be UTF-8.
func FuzzCanonical(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":"<\u2028\n"}],"c":null}`), "text\xff", int64(5))
	f.Fuzz(func(t *testing.T, data []byte, text string, sec int64) {
		r := audit.Record{At: time.Unix(sec, 0), Event: audit.Event(text), Task: text, Actor: audit.Actor{Name: text}}
		_ = json.Unmarshal(data, &r.Data) // what it says is whatever it says
		if r.Data == nil {
			r.Data = map[string]any{}
		}
		r.Data[text] = text
		checkCanonical(t, r)
	})
}

// BenchmarkCanonical writes the line of a decision.
func BenchmarkCanonical(b *testing.B) {
	r := audit.Record{
		At: time.Date(2026, 11, 22, 12, 0, 0, 129456789, time.UTC), Event: audit.ResponseRecorded,
		Namespace: "hr.operations", Flow: "vacation_approval", Revision: 1, Execution: "01JD9Z0000000000000000000A", Task: "await_decision", TaskRun: "2",
		Actor: audit.Actor{Person: "dana", Name: "Dana", Account: "slack:T0SIGNOFF:UDANA", Via: "slack"},
		Data: map[string]any{
			"digest": "0f1e2d3c4b5a69780f1e2d3c4b5a69780f1e2d3c4b5a69780f1e2d3c4b5a6978", "version": 1, "verdict": "approve",
			"values": map[string]any{"approved": true, "reason": "enjoy"}, "stage": "approvers",
		},
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := audit.Canonical(r); err != nil {
			b.Fatal(err)
		}
	}
}
