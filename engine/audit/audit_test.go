package audit_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"signoff/engine/audit"
)

func TestCanonicalIsStable(t *testing.T) {
	t.Parallel()
	r := audit.Record{
		At:        time.Date(2026, 11, 22, 13, 4, 5, 6000, time.FixedZone("", 3600)),
		Event:     audit.RequestApproved,
		Namespace: "hr.operations", Flow: "vacation_approval", Revision: 3,
		Execution: "x1", Task: "await", TaskRun: "2",
		Actor: audit.Actor{Person: "dana@example.com", Name: "Dana <D&A>", Account: "slack:T1:U1", Via: "slack"},
		Data:  map[string]any{"z": int64(1), "a": map[string]any{"y": nil, "b": []any{true, 1.5}}},
	}
	want := `{"at":"2026-11-22T12:04:05.000006Z","event":"request.approved","namespace":"hr.operations",` +
		`"flow":"vacation_approval","revision":3,"execution":"x1","task":"await","taskRun":"2",` +
		`"actor":{"person":"dana@example.com","name":"Dana <D&A>","account":"slack:T1:U1","via":"slack"},` +
		`"data":{"a":{"b":[true,1.5],"y":null},"z":1}}`
	got, err := audit.Canonical(r)
	if diff := cmp.Diff(want, string(got)); err != nil || diff != "" {
		t.Errorf("Canonical(r) = %v (-want +got):\n%s", err, diff)
	}
}

func TestCanonicalRefusesWhatJSONCannotSay(t *testing.T) {
	t.Parallel()
	for _, v := range []any{math.NaN(), math.Inf(1), make(chan int)} {
		if b, err := audit.Canonical(audit.Record{Data: map[string]any{"v": v}}); err == nil {
			t.Errorf("Canonical(data %v) = %s, want an error", v, b)
		}
	}
}

// The hashes of the first lines are fixed for ever: a trail written today is
// verified by every later program.
func TestAppendKeepsItsHashes(t *testing.T) {
	t.Parallel()
	first := audit.Append(audit.Head{}, []byte(`{"a":1}`))
	second := audit.Append(first.Head(), []byte(`{"b":2}`))
	got := first.Hash.String() + "\n" + second.Hash.String()
	want := "e522c96f13b1aed960637de727e1c7f570fbb2ca05a3b6f0ab9d3326dcdbf9b2\n2fe91bcbb65aa04f1e473b5c13f0fe08b51933b7f2e8a921192b67df155c514c"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("hashes (-want +got):\n%s", diff)
	}
}

func TestLineSurvivesExport(t *testing.T) {
	t.Parallel()
	texts := []string{`plain`, `<b>&amp;</b>`, `\u003c is not <`, `\\u003e`, "\u2028", "ümläut", `"quoted\"`, "\x00"}
	for _, text := range texts {
		raw, err := audit.Canonical(audit.Record{Data: map[string]any{"text": text}})
		if err != nil {
			t.Fatal(err)
		}
		want := audit.Append(audit.Head{Seq: 41}, raw)
		verbatim, err := want.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		escaped, err := json.Marshal(want) // escapes <, > and & on its own
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range [][]byte{verbatim, escaped} {
			var got audit.Line
			if err := json.Unmarshal(b, &got); err != nil {
				t.Fatalf("Unmarshal(%s): %v", b, err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("Unmarshal(%s) (-want +got):\n%s", b, diff)
			}
		}
	}
}

func TestUnmarshalLineRefuses(t *testing.T) {
	t.Parallel()
	hash := strings.Repeat("ab", 32)
	good := `{"seq":1,"hash":"` + hash + `","record":{}}`
	var l audit.Line
	if err := json.Unmarshal([]byte(good), &l); err != nil {
		t.Fatalf("Unmarshal(%s) = %v, want nil", good, err)
	}
	for name, bad := range map[string]string{
		"second record":   strings.TrimSuffix(good, "}") + `,"record":{}}`,
		"second seq":      strings.TrimSuffix(good, "}") + `,"seq":2}`,
		"other order":     `{"hash":"` + hash + `","seq":1,"record":{}}`,
		"upper-case hash": strings.ReplaceAll(good, "ab", "AB"),
		"short hash":      `{"seq":1,"hash":"abab","record":{}}`,
		"long hash":       `{"seq":1,"hash":"` + hash + `00","record":{}}`,
		"leading zero":    strings.Replace(good, ":1,", ":01,", 1),
		"negative":        strings.Replace(good, ":1,", ":-1,", 1),
		"too large":       strings.Replace(good, ":1,", ":18446744073709551616,", 1),
		"not an object":   strings.Replace(good, "{}", "[]", 1),
		"cut":             good[:len(good)-2],
		"empty":           "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var l audit.Line
			if err := l.UnmarshalJSON([]byte(bad)); err == nil {
				t.Errorf("UnmarshalJSON(%s) = nil, want an error", bad)
			}
		})
	}
}

func log(n int) []audit.Line {
	var lines []audit.Line
	var head audit.Head
	for i := range n {
		l := audit.Append(head, fmt.Appendf(nil, `{"n":%d}`, i+1))
		lines, head = append(lines, l), l.Head()
	}
	return lines
}

func seq(lines []audit.Line) iter.Seq2[audit.Line, error] {
	return func(yield func(audit.Line, error) bool) {
		for _, l := range lines {
			if !yield(l, nil) {
				return
			}
		}
	}
}

func TestVerifyNames(t *testing.T) {
	t.Parallel()
	whole := log(9)
	head := whole[8].Head()
	forged := audit.Append(whole[3].Head(), []byte(`{"n":"forged"}`))
	type check struct {
		lines []audit.Line
		want  audit.Head
		kind  audit.FaultKind
		seq   uint64
	}
	renumber := slices.Clone(whole)
	renumber[4].Seq = 50
	rehash := slices.Clone(whole)
	rehash[4].Hash[3] ^= 1
	other := log(9)
	other[8] = audit.Append(other[7].Head(), []byte(`{}`))
	for name, c := range map[string]check{
		"changed record":          {lines: put(whole, 4, audit.Line{Seq: 5, Raw: []byte(`{}`), Hash: whole[4].Hash}), kind: audit.Changed, seq: 5},
		"changed number":          {lines: renumber, kind: audit.Changed, seq: 5},
		"changed hash":            {lines: rehash, kind: audit.Changed, seq: 5},
		"removed":                 {lines: slices.Delete(slices.Clone(whole), 4, 5), kind: audit.Removed, seq: 5},
		"removed first":           {lines: whole[1:], kind: audit.Removed, seq: 1},
		"inserted well-chained":   {lines: slices.Insert(slices.Clone(whole), 4, forged), kind: audit.Inserted, seq: 5},
		"inserted with old hash":  {lines: slices.Insert(slices.Clone(whole), 4, audit.Line{Seq: 5}), kind: audit.Inserted, seq: 5},
		"inserted with far seq":   {lines: slices.Insert(slices.Clone(whole), 4, audit.Line{Seq: 99}), kind: audit.Inserted, seq: 99},
		"inserted a copy":         {lines: slices.Insert(slices.Clone(whole), 7, whole[2]), kind: audit.Inserted, seq: 3},
		"inserted a copy earlier": {lines: slices.Insert(slices.Clone(whole), 2, whole[7]), kind: audit.Inserted, seq: 8},
		"moved earlier":           {lines: slices.Insert(slices.Delete(slices.Clone(whole), 6, 7), 2, whole[6]), kind: audit.Reordered, seq: 7},
		"moved later":             {lines: slices.Insert(slices.Delete(slices.Clone(whole), 2, 3), 6, whole[2]), kind: audit.Reordered, seq: 3},
		"last moved earlier":      {lines: slices.Insert(slices.Clone(whole[:8]), 2, whole[8]), kind: audit.Reordered, seq: 9},
		"cut":                     {lines: whole[:6], want: head, kind: audit.Cut, seq: 7},
		"emptied":                 {lines: nil, want: head, kind: audit.Cut, seq: 1},
		"rewritten to the end":    {lines: other, want: head, kind: audit.Rewritten, seq: 9},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := audit.Verify(seq(c.lines), audit.Head{}, c.want)
			fault, ok := errors.AsType[*audit.FaultError](err)
			if !ok || fault.Kind != c.kind || fault.Seq != c.seq {
				t.Errorf("Verify = %v, want %s at %d", err, c.kind, c.seq)
			}
		})
	}
}

func put(lines []audit.Line, i int, l audit.Line) []audit.Line {
	lines = slices.Clone(lines)
	lines[i] = l
	return lines
}

func TestVerifyAccepts(t *testing.T) {
	t.Parallel()
	whole := log(9)
	for name, c := range map[string]struct {
		lines       []audit.Line
		start, want audit.Head
	}{
		"nothing":                {},
		"a whole log":            {lines: whole},
		"a log that has grown":   {lines: whole, want: whole[4].Head()},
		"exactly the known head": {lines: whole, want: whole[8].Head()},
		"a part":                 {lines: whole[5:], start: whole[4].Head(), want: whole[8].Head()},
		// The limit that the comment on Verify states.
		"a cut log without a known head": {lines: whole[:3]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			head, err := audit.Verify(seq(c.lines), c.start, c.want)
			want := c.start
			if len(c.lines) > 0 {
				want = c.lines[len(c.lines)-1].Head()
			}
			if diff := cmp.Diff(want, head); err != nil || diff != "" {
				t.Errorf("Verify = %v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestVerifyRefusesAHeadBeforeTheStart(t *testing.T) {
	t.Parallel()
	whole := log(9)
	if _, err := audit.Verify(seq(whole[5:]), whole[4].Head(), whole[2].Head()); err == nil {
		t.Error("Verify(lines 6 to 9, known head 3) = nil, want an error")
	}
}

func TestVerifyReturnsTheReadersError(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk on fire")
	lines := func(yield func(audit.Line, error) bool) {
		for _, l := range log(2) {
			if !yield(l, nil) {
				return
			}
		}
		yield(audit.Line{}, broken)
	}
	if _, err := audit.Verify(lines, audit.Head{}, audit.Head{}); !errors.Is(err, broken) {
		t.Errorf("Verify = %v, want %v", err, broken)
	}
}

// TestVerifyFindsEveryMutation draws a log, harms it once, and expects the harm
// to be named. The last line's loss needs the known head; everything else is
// found with it and without.
func TestVerifyFindsEveryMutation(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 12).Draw(t, "n")
		lines := log(n)
		known := lines[n-1].Head()
		i := rapid.IntRange(0, n-1).Draw(t, "i")
		kind, want := audit.Changed, []uint64{uint64(i + 1)}
		needsHead := false

		switch rapid.SampledFrom([]string{"flip", "remove", "duplicate", "forge", "swap"}).Draw(t, "harm") {
		case "flip":
			lines[i] = flip(t, lines[i])
		case "remove":
			lines, kind, needsHead = slices.Delete(lines, i, i+1), audit.Removed, i == n-1
		case "duplicate":
			j := rapid.IntRange(0, n).Draw(t, "to")
			lines, kind = slices.Insert(lines, j, lines[i]), audit.Inserted
		case "forge":
			l := audit.Line{Seq: uint64(i + 1), Raw: []byte(`{}`)}
			lines, kind = slices.Insert(lines, i, l), audit.Inserted
		case "swap":
			j := (i + rapid.IntRange(1, n-1).Draw(t, "by")) % n
			lines[i], lines[j] = lines[j], lines[i]
			kind, want = audit.Reordered, append(want, uint64(j+1))
		}

		if _, err := audit.Verify(seq(lines), audit.Head{}, audit.Head{}); (err == nil) != needsHead {
			t.Fatalf("Verify without a known head = %v, want an error: %t", err, !needsHead)
		}
		if needsHead {
			kind = audit.Cut
		}
		_, err := audit.Verify(seq(lines), audit.Head{}, known)
		fault, ok := errors.AsType[*audit.FaultError](err)
		if !ok || fault.Kind != kind || !slices.Contains(want, fault.Seq) {
			t.Fatalf("Verify = %v, want %s at one of %v", err, kind, want)
		}
	})
}

func flip(t *rapid.T, l audit.Line) audit.Line {
	bit := byte(1) << rapid.IntRange(0, 7).Draw(t, "bit")
	switch rapid.SampledFrom([]string{"raw", "hash", "seq"}).Draw(t, "part") {
	case "raw":
		l.Raw = bytes.Clone(l.Raw)
		l.Raw[rapid.IntRange(0, len(l.Raw)-1).Draw(t, "at")] ^= bit
	case "hash":
		l.Hash[rapid.IntRange(0, len(l.Hash)-1).Draw(t, "at")] ^= bit
	case "seq":
		l.Seq ^= uint64(bit)
	}
	return l
}
