package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"sort"
	"strings"
	"time"

	"signoff/engine"
	"signoff/engine/audit"
)

// trail is what the log says of one execution.
type trail struct {
	Lines []trailLine
	// Intact says that the stretch of the log that holds them verifies.
	Intact bool
	// Text says which stretch was looked at, or what is wrong with it.
	Text string
}

type trailLine struct {
	Seq, At, Event, Who, Text, Hash string
}

const (
	// slack is how far the times of neighbouring lines may be out of order, and
	// how long after its end an execution's copies are still being updated.
	slack = time.Minute
	after = time.Hour
	// maxTrail bounds how many lines one page looks at.
	maxTrail = 10000
	batch    = 500
)

// trail reads the stretch of the log in which the execution ran, verifies it
// and keeps the execution's own lines.
func (s *server) trail(ctx context.Context, x engine.Execution) (trail, error) {
	first, err := s.firstLine(ctx, x.Started.Add(-slack))
	if err != nil {
		return trail{}, err
	}
	lines, head, err := s.stretch(ctx, first, x)
	if err != nil {
		return trail{}, err
	}
	if len(lines) == 0 {
		return trail{Intact: true, Text: "The audit log holds no line of this execution."}, nil
	}
	t := verdict(lines, head)
	for _, l := range lines {
		if v, ok := lineView(l, x.ID); ok {
			t.Lines = append(t.Lines, v)
		}
	}
	return t, nil
}

// firstLine finds the first line that was written at a time or later.
func (s *server) firstLine(ctx context.Context, at time.Time) (uint64, error) {
	_, head, err := s.Service.Audit(ctx, 1, 1)
	if err != nil {
		return 0, fmt.Errorf("read the audit log: %w", err)
	}
	var failed error
	n := sort.Search(int(head.Seq), func(i int) bool { //nolint:gosec // a log has fewer lines than an int holds
		lines, _, err := s.Service.Audit(ctx, uint64(i)+1, 1) //nolint:gosec // i is not negative
		if err != nil || len(lines) == 0 {
			failed = errors.Join(failed, err)
			return true
		}
		return !writtenAt(lines[0]).Before(at)
	})
	return uint64(n) + 1, failed //nolint:gosec // n is not negative
}

// stretch reads from the line before first, which anchors the chain, to the end
// of what can concern the execution.
func (s *server) stretch(ctx context.Context, first uint64, x engine.Execution) ([]audit.Line, audit.Head, error) {
	var all []audit.Line
	var head audit.Head
	for next := max(first, 2) - 1; len(all) < maxTrail; {
		lines, end, err := s.Service.Audit(ctx, next, batch)
		if err != nil {
			return nil, head, fmt.Errorf("read the audit log: %w", err)
		}
		if head = end; len(lines) == 0 {
			break
		}
		all = append(all, lines...)
		last := lines[len(lines)-1]
		if next = last.Seq + 1; !x.Ended.IsZero() && writtenAt(last).After(x.Ended.Add(after)) {
			break
		}
	}
	return all, head, nil
}

// verdict verifies a stretch. A stretch that begins inside the log is anchored
// at its first line.
func verdict(lines []audit.Line, head audit.Head) trail {
	var start, want audit.Head
	rest := lines
	if lines[0].Seq > 1 {
		start, rest = lines[0].Head(), lines[1:]
	}
	if last := lines[len(lines)-1]; last.Seq == head.Seq {
		want = head
	}
	end, err := audit.Verify(each(rest), start, want)
	if err != nil {
		return trail{Text: "The audit log does not verify: " + err.Error()}
	}
	return trail{Intact: true, Text: fmt.Sprintf(
		"The chain is intact from line %d to line %d. For the whole log: signoff audit verify", lines[0].Seq, end.Seq)}
}

func each(lines []audit.Line) iter.Seq2[audit.Line, error] {
	return func(yield func(audit.Line, error) bool) {
		for _, l := range lines {
			if !yield(l, nil) {
				return
			}
		}
	}
}

func writtenAt(l audit.Line) time.Time {
	var r struct {
		At time.Time `json:"at"`
	}
	// A line that cannot be read sorts first and fails the verification.
	_ = json.Unmarshal(l.Raw, &r)
	return r.At
}

func lineView(l audit.Line, id engine.ExecutionID) (trailLine, bool) {
	var r audit.Record
	if err := json.Unmarshal(l.Raw, &r); err != nil || r.Execution != string(id) {
		return trailLine{}, false
	}
	return trailLine{
		Seq: fmt.Sprint(l.Seq), At: clock(r.At), Event: clean(string(r.Event)), Who: actor(r.Actor),
		Text: summary(r), Hash: l.Hash.String()[:8],
	}, true
}

func actor(a audit.Actor) string {
	switch {
	case a.Name != "":
		return clean(a.Name)
	case a.Person != "":
		return clean(a.Person)
	default:
		return clean(a.Via)
	}
}

// summary is the part of a record that a reader looks for.
func summary(r audit.Record) string {
	var parts []string
	if r.Task != "" {
		parts = append(parts, r.Task)
	}
	for _, k := range []string{"state", "verdict", "place", "person", "text", "problem", "asked"} {
		if v, ok := r.Data[k]; ok && v != "" {
			// A problem begins with the task, which stands here already.
			parts = append(parts, strings.TrimPrefix(words(v), r.Task+": "))
		}
	}
	return clean(strings.Join(parts, " · "))
}

// words is a value in one line; a list without its brackets.
func words(v any) string {
	list, ok := v.([]any)
	if !ok {
		return strings.Join(strings.Fields(text(v)), " ")
	}
	var out []string
	for _, e := range list {
		out = append(out, words(e))
	}
	return strings.Join(out, ", ")
}
