package store

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"signoff/engine"
	"signoff/engine/audit"
)

var update = flag.Bool("update", false, "rewrite testdata")

func encode(t testing.TB, x engine.Execution, owed ...Owed) []byte {
	t.Helper()
	encoded, err := EncodeExecution(&x)
	if err != nil {
		t.Fatalf("EncodeExecution = %v", err)
	}
	rec, err := SealExecution(x.ID, owed, encoded)
	if err != nil {
		t.Fatalf("SealExecution = %v", err)
	}
	return rec
}

func decode(t testing.TB, id engine.ExecutionID, rec []byte) (engine.Execution, []Owed) {
	t.Helper()
	r, err := UnsealExecution(id, rec)
	if err != nil {
		t.Fatalf("UnsealExecution = %v", err)
	}
	x, err := r.Decode()
	if err != nil {
		t.Fatalf("Decode = %v", err)
	}
	owed, err := r.Owed()
	if err != nil {
		t.Fatalf("Owed = %v", err)
	}
	return x, owed
}

// works is one of each kind of work.
func works() []engine.Work {
	return []engine.Work{
		full[engine.Call](), full[engine.Deliver](), full[engine.Timer](), full[engine.Notice](), full[engine.Launch](),
		engine.TellParent{},
		full[engine.StopChild](),
		engine.Dequeue{},
		full[engine.Announce](),
		engine.Again{},
		full[engine.Reminder](), full[engine.Climb](), full[engine.StageTimer](), full[engine.Tell](), full[engine.Log](), full[engine.ReturnReminder](),
	}
}

func owedOf(id engine.ExecutionID) []Owed {
	var owed []Owed
	for i, w := range works() {
		owed = append(owed, Owed{
			Effect:  engine.Effect{Execution: id, Key: engine.EffectKey(fmt.Sprint("k", i)), Due: time.Unix(int64(i), 5).UTC(), Work: w},
			Attempt: i,
		})
	}
	return owed
}

// A field that is added to the engine and not to the codec would be lost without
// a word; here it is a failure.
func TestCodecForgetsNoField(t *testing.T) {
	t.Parallel()
	want := full[engine.Execution]()
	wantOwed := owedOf(want.ID)
	got, owed := decode(t, want.ID, encode(t, want, wantOwed...))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("execution (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(wantOwed, owed); diff != "" {
		t.Errorf("owed (-want +got):\n%s", diff)
	}
	flow := full[Flow]()
	if got, err := UnsealFlow("k", SealFlow("k", flow)); err != nil || !cmp.Equal(flow, got) {
		t.Errorf("flow = %v (-want +got):\n%s", err, cmp.Diff(flow, got))
	}
	entry := full[Entry]()
	if got, err := UnsealEntry("k", mustSeal(t, SealEntry, entry)); err != nil || !cmp.Equal(entry, got) {
		t.Errorf("value = %v (-want +got):\n%s", err, cmp.Diff(entry, got))
	}
	trigger := state()
	if got, err := UnsealTrigger("k", mustSeal(t, SealTrigger, trigger)); err != nil || !cmp.Equal(trigger, got) {
		t.Errorf("trigger = %v (-want +got):\n%s", err, cmp.Diff(trigger, got))
	}
	lines := []audit.Line{full[audit.Line](), full[audit.Line]()}
	lines[1].Seq = lines[0].Seq + 1
	for _, full := range []bool{false, true} {
		if got, err := UnsealLines(LinesKey(lines[0].Seq), SealLines(lines, full)); err != nil || !cmp.Equal(lines, got) {
			t.Errorf("lines, full: %t = %v (-want +got):\n%s", full, err, cmp.Diff(lines, got))
		}
	}
}

// state is what is kept of a trigger: it has no revision, and is not removed.
func state() TriggerState {
	t := full[TriggerState]()
	t.Flow.Revision, t.Removed = 0, false
	return t
}

func mustSeal[T any](t testing.TB, seal func(string, T) ([]byte, error), v T) []byte {
	t.Helper()
	rec, err := seal("k", v)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func TestCodecKeepsTheHeadApart(t *testing.T) {
	t.Parallel()
	for _, x := range []engine.Execution{full[engine.Execution](), {ID: "x", Version: 1}, {ID: "x", Flow: engine.FlowRef{Namespace: strings.Repeat("long", 200)}, Version: 9}} {
		r, err := UnsealExecution(x.ID, encode(t, x))
		if err != nil {
			t.Fatal(err)
		}
		want := Head{ID: x.ID, Flow: x.Flow, Version: x.Version, State: x.State, Slot: x.Slot}
		if got, err := r.Head(); err != nil || got != want {
			t.Errorf("Head = %+v, %v, want %+v", got, err, want)
		}
	}
}

func TestCodecKeepsValues(t *testing.T) {
	t.Parallel()
	for _, v := range []any{
		nil, true, false, int64(0), int64(-1), int64(math.MaxInt64), int64(math.MinInt64), 0.0, 5.0, -0.5, math.MaxFloat64, math.Inf(-1),
		"", "5", "\xff",
		[]any{},
		map[string]any{},
		[]any(nil), map[string]any(nil),
		[]any{int64(1), 1.0, "1", []any{nil, map[string]any{"a": []any{}}}},
	} {
		rec, err := SealEntry("k", Entry{Value: v})
		if err != nil {
			t.Fatalf("SealEntry(%#v) = %v", v, err)
		}
		got, err := UnsealEntry("k", rec)
		if err != nil || !reflect.DeepEqual(got.Value, v) {
			t.Errorf("UnsealEntry(SealEntry(%#v)) = %#v, %v", v, got, err)
		}
	}
}

func TestCodecTurnsNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want any }{
		{int(7), int64(7)},
		{json.Number("7"), int64(7)},
		{json.Number("7.0"), 7.0},
		{json.Number("9223372036854775808"), 9223372036854775808.0},
		{json.Number("1e2"), 100.0},
	} {
		rec, err := SealEntry("k", Entry{Value: c.in})
		if err != nil {
			t.Fatalf("SealEntry(%#v) = %v", c.in, err)
		}
		if got, err := UnsealEntry("k", rec); err != nil || got.Value != c.want {
			t.Errorf("%#v comes back as %#v, %v, want %#v", c.in, got, err, c.want)
		}
	}
}

func TestCodecRefuses(t *testing.T) {
	t.Parallel()
	deep := any("end")
	for range maxDepth {
		deep = []any{deep}
	}
	for name, v := range map[string]any{
		"a channel": make(chan int), "a struct": struct{}{}, "an unsigned number": uint64(1),
		"no number": json.Number("seven"), "too deep": deep, "a bad value inside": []any{map[string]any{"f": func() {}}},
	} {
		if _, err := SealEntry("k", Entry{Value: v}); err == nil {
			t.Errorf("SealEntry(%s) = nil, want an error", name)
		}
	}
}

func TestTimesComeBackInUTC(t *testing.T) {
	t.Parallel()
	for _, at := range []time.Time{
		{},
		time.Unix(0, 0).UTC(), time.Unix(-1, 1).UTC(), time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC),
		time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC), time.Date(2026, 3, 29, 2, 30, 0, 5, time.FixedZone("CEST", 7200)), time.Now(),
	} {
		got, _ := decode(t, "x", encode(t, engine.Execution{ID: "x", Started: at}))
		if !got.Started.Equal(at) || got.Started.Location() != time.UTC || got.Started != at.Round(0).UTC() {
			t.Errorf("%v comes back as %v", at, got.Started)
		}
	}
}

// TestDamageIsFound flips every bit, and cuts at every place, of every kind of
// record: each is an error that names the record, never another value.
func TestDamageIsFound(t *testing.T) {
	t.Parallel()
	x := full[engine.Execution]()
	value, err := SealEntry("the key", Entry{Value: map[string]any{"a": int64(1)}})
	if err != nil {
		t.Fatal(err)
	}
	lines := []audit.Line{audit.Append(audit.Head{}, []byte(`{"a":1}`))}
	for name, c := range map[string]struct {
		rec  []byte
		open func(rec []byte) error
		says string
	}{
		"execution": {encode(t, x), func(rec []byte) error { _, err := UnsealExecution(x.ID, rec); return err }, string(x.ID)},
		"value":     {value, func(rec []byte) error { _, err := UnsealEntry("the key", rec); return err }, "the key"},
		"trigger":   {mustSeal(t, SealTrigger, state()), func(rec []byte) error { _, err := UnsealTrigger("k", rec); return err }, "trigger"},
		"flow":      {SealFlow("hr/f", full[Flow]()), func(rec []byte) error { _, err := UnsealFlow("hr/f", rec); return err }, "hr/f"},
		"lines":     {SealLines(lines, true), func(rec []byte) error { _, err := UnsealLines(LinesKey(1), rec); return err }, "audit line"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := c.open(c.rec); err != nil {
				t.Fatalf("the sound record: %v", err)
			}
			for i := range c.rec {
				for bit := range 8 {
					rec := []byte(string(c.rec))
					rec[i] ^= 1 << bit
					if err := c.open(rec); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), c.says) {
						t.Fatalf("bit %d of byte %d: %v, want %v naming %q", bit, i, err, ErrDamaged, c.says)
					}
				}
				if err := c.open(c.rec[:i]); !errors.Is(err, ErrDamaged) {
					t.Fatalf("cut at %d: %v, want %v", i, err, ErrDamaged)
				}
			}
		})
	}
}

func TestRecordUnderAWrongKeyIsDamage(t *testing.T) {
	t.Parallel()
	x := engine.Execution{ID: "a", Version: 1}
	if _, err := UnsealExecution("b", encode(t, x)); !errors.Is(err, ErrDamaged) {
		t.Errorf("another key: %v, want %v", err, ErrDamaged)
	}
	if _, err := UnsealFlow("a", encode(t, x)); !errors.Is(err, ErrDamaged) {
		t.Errorf("another kind: %v, want %v", err, ErrDamaged)
	}
}

func TestNewerRecordIsRefusedInWords(t *testing.T) {
	t.Parallel()
	body := []byte{codecVersion + 1}
	rec := binary.LittleEndian.AppendUint32(body, checksum(KindValue, "k", body))
	if _, err := UnsealEntry("k", rec); err == nil || errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "another version of signoff") {
		t.Errorf("UnsealEntry(newer) = %v, want words about the version", err)
	}
}

// TestStoredBytesStayReadable reads what earlier versions wrote. The files are
// never rewritten for a released version; -update writes the present one.
func TestStoredBytesStayReadable(t *testing.T) {
	t.Parallel()
	x := full[engine.Execution]()
	lines := []audit.Line{audit.Append(audit.Head{Seq: 41}, []byte(`{"at":"2026-11-22T12:00:00Z","event":"flow.saved"}`))}
	value, err := SealEntry("ns\x00key", Entry{Type: "JSON", Value: []any{nil, true, int64(-3), 1.5, "text", map[string]any{"k": "v"}}, Expires: time.Unix(9, 9).UTC(), Updated: time.Unix(8, 0).UTC()})
	if err != nil {
		t.Fatal(err)
	}
	for name, rec := range map[string][]byte{
		"execution": encode(t, x, owedOf(x.ID)...),
		"lines":     SealLines(lines, true),
		"tail":      SealLines(lines, false),
		"flow":      SealFlow("key", full[Flow]()),
		"value":     value,
		"trigger":   mustSeal(t, SealTrigger, state()),
	} {
		file := filepath.Join("testdata", fmt.Sprintf("v%d-%s.bin", codecVersion, name))
		if *update {
			if err := os.WriteFile(file, rec, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, rec); diff != "" {
			t.Errorf("%s is written otherwise than it was (-was +is):\n%s", name, diff)
		}
	}
	// A revision that was saved before its author was kept.
	early := full[Flow]()
	early.Author = ""
	c := coder{}
	c.flow(&early)
	if got, err := UnsealFlow("key", Seal(KindFlow, "key", c.out[:len(c.out)-1])); err != nil || !cmp.Equal(early, got) {
		t.Errorf("an early revision is %+v, %v", got, err)
	}
	rec, err := os.ReadFile(filepath.Join("testdata", "v1-execution.bin"))
	if err != nil {
		t.Fatal(err)
	}
	got, owed := decode(t, x.ID, rec)
	if diff := cmp.Diff(x, got); diff != "" {
		t.Errorf("v1 execution (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(owedOf(x.ID), owed); diff != "" {
		t.Errorf("v1 owed (-want +got):\n%s", diff)
	}
}

// TestEncodingChangesNothing encodes one value in many goroutines; the race
// detector sees a write.
func TestEncodingChangesNothing(t *testing.T) {
	t.Parallel()
	x := full[engine.Execution]()
	for range 4 {
		t.Run("at once", func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(full[engine.Execution](), x); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			encode(t, x, owedOf(x.ID)...)
		})
	}
}

func TestCodecKeepsWhatRapidDraws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		want := engine.Execution{ID: "x", Inputs: rapid.MapOf(rapid.String(), values()).Draw(rt, "inputs")}
		got, _ := decode(t, "x", encode(t, want))
		if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); diff != "" {
			rt.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

func values() *rapid.Generator[any] {
	leaf := rapid.OneOf(
		rapid.Just(any(nil)), rapid.Bool().AsAny(), rapid.Int64().AsAny(), rapid.Float64().AsAny(), rapid.String().AsAny(),
	)
	inner := rapid.OneOf(leaf, rapid.SliceOfN(leaf, 0, 3).AsAny(), rapid.MapOfN(rapid.String(), leaf, 0, 3).AsAny())
	return rapid.OneOf(inner, rapid.SliceOfN(inner, 0, 3).AsAny(), rapid.MapOfN(rapid.String(), inner, 0, 3).AsAny())
}

// FuzzDecode feeds the decoder with bytes whose checksum is right, so that it is
// the decoder which must not panic, and must read nothing that it would write
// otherwise.
func FuzzDecode(f *testing.F) {
	x := full[engine.Execution]()
	encoded, err := EncodeExecution(&x)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(encoded)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		rec := Seal(KindExecution, "x", b)
		r, err := UnsealExecution("x", rec)
		if err != nil {
			return
		}
		_, _ = r.Owed()
		_, _ = r.Head()
		x, err := r.Decode()
		if err != nil {
			return
		}
		again, err := EncodeExecution(&x)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		r.Encoded = again
		y, err := r.Decode()
		if err != nil || !cmp.Equal(x, y, cmpopts.EquateNaNs()) {
			t.Fatalf("read, written and read again: %v\n%s", err, cmp.Diff(x, y))
		}
	})
}
