package story

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"time"

	"signoff/bot"
	"signoff/engine"
	"signoff/engine/flow"
)

// Result is what came of one story.
type Result struct {
	Story    string
	Failures []Failure
	// Log tells what happened, a line each.
	Log []string
	// Reached holds the tasks that ran and how gates ended; see [Suite.Ends].
	Reached map[string]bool
}

// Run runs one story. It never panics, and its clock and its ids are its own, so
// stories may run beside each other.
func (s *Suite) Run(ctx context.Context, story *Story) (out Result) {
	out.Story = story.Name
	defer func() {
		if p := recover(); p != nil {
			out.Failures = append(out.Failures, Failure{File: s.File.Name, Pos: story.Pos, Text: fmt.Sprintf("signoff broke: %v\n%s", p, debug.Stack())})
		}
	}()
	w, err := newWorld(ctx, s, story)
	if err != nil {
		out.Failures = []Failure{{File: s.File.Name, Pos: story.Pos, Text: fmt.Sprintf("the story cannot be set up: %v", err)}}
		return out
	}
	if err := w.play(ctx); err != nil {
		w.fail(story.Pos, "signoff failed: %v", err)
	}
	out.Failures, out.Log, out.Reached = w.failed, w.log, w.reached(ctx)
	return out
}

// play does what the story says, to its end. The error is signoff's own.
func (w *world) play(ctx context.Context) error {
	if err := w.settle(ctx); err != nil {
		return err
	}
	if st := w.story.Start; st != nil {
		if err := w.start(ctx, st); err != nil {
			return err
		}
	}
	for _, step := range w.story.Steps {
		if err := w.step(ctx, step); err != nil {
			return err
		}
	}
	for _, e := range w.story.Expect {
		if err := w.expect(ctx, e); err != nil {
			return err
		}
	}
	return w.verify(ctx)
}

func (w *world) step(ctx context.Context, step Step) error {
	switch step := step.(type) {
	case Wait:
		w.note("wait %s", step.For)
		return w.pass(ctx, w.clock.now.Add(step.For))
	case Until:
		if step.At.Before(w.clock.now) {
			w.fail(step.Pos, "the clock stands at %s already", w.clock.now.Format(time.RFC3339))
			return nil
		}
		w.note("wait until %s", step.At.Format(time.RFC3339))
		return w.pass(ctx, step.At)
	case *Start:
		return w.start(ctx, step)
	case *Answer:
		return w.answer(ctx, step)
	case *Act:
		return w.act(ctx, step)
	case *Deed:
		return w.deed(ctx, step)
	case *Away:
		return w.away(ctx, step)
	case Check:
		return w.expect(ctx, step.Expect)
	}
	panic("story: unknown step")
}

// mostWork bounds how often the clock stops between two steps.
const mostWork = 100_000

// pass moves the clock, and stops wherever something is due.
func (w *world) pass(ctx context.Context, until time.Time) error {
	for range mostWork {
		next, err := w.due(ctx)
		if err != nil {
			return err
		}
		if next.IsZero() || next.After(until) {
			w.clock.to(until)
			return w.settle(ctx)
		}
		if !next.After(w.clock.now) {
			next = w.clock.now.Add(time.Millisecond) // it is tried again
		}
		w.clock.to(next)
	}
	return fmt.Errorf("more than %d things were due before %s", mostWork, until.Format(time.RFC3339))
}

// settle does all that is due now.
func (w *world) settle(ctx context.Context) error {
	_, err := w.due(ctx)
	return err
}

// due does all that is due now, and then what schedules start, and returns when
// more will be.
func (w *world) due(ctx context.Context) (time.Time, error) {
	next, err := w.drain(ctx)
	if err != nil || !w.story.schedules {
		return next, err
	}
	tick, err := w.bot.Tick(ctx)
	if err != nil {
		return next, fmt.Errorf("look after schedules: %w", err)
	}
	if next, err = w.drain(ctx); next.IsZero() || !tick.IsZero() && tick.Before(next) {
		next = tick
	}
	return next, err
}

func (w *world) drain(ctx context.Context) (time.Time, error) {
	next, err := w.bot.Drain(ctx)
	if err != nil {
		return next, fmt.Errorf("do what is due: %w", err)
	}
	return next, nil
}

func (w *world) start(ctx context.Context, st *Start) error {
	s := w.story
	r := bot.StartRequest{Inputs: st.Inputs, Labels: st.Labels, By: w.principal(st.By)}
	if st.By == "" {
		r.By = w.principal(s.by)
	}
	f, _ := w.suite.find(st.Flow)
	r.Namespace, r.Flow = f.Namespace, f.ID
	if own, _ := w.suite.find(""); f == own {
		r.Inputs, r.Labels = over(s.inputs, st.Inputs), over(s.labels, st.Labels)
	}
	x, err := w.begin(ctx, f, st, r)
	if no, ok := errors.AsType[*engine.RejectionError](err); ok {
		w.note("start %s: refused: %s", r.Flow, no.Text)
		w.refused(st.Pos, "the start", st.Refused, no.Text)
		return nil
	}
	if err != nil {
		return fmt.Errorf("start %s: %w", r.Flow, err)
	}
	if x.ID == "" {
		w.note("call webhook %s: nothing is started", st.Webhook)
		return nil
	}
	w.named[st.As] = x.ID
	if st.Refused != nil {
		w.fail(st.Refused.Pos, "the start was to be refused with %q, and was not", st.Refused.Text)
	}
	if err := w.settle(ctx); err != nil {
		return err
	}
	if x, err = w.store.Execution(ctx, x.ID); err != nil {
		return err
	}
	w.note("start %s by %s: %s", r.Flow, r.By.Name, x.State)
	return nil
}

func (w *world) begin(ctx context.Context, f *flow.Flow, st *Start, r bot.StartRequest) (engine.Execution, error) {
	if st.Webhook != "" {
		return w.call(ctx, f, st)
	}
	return w.bot.Start(ctx, r)
}

// over lays a map over another.
func over[V any](under, top map[string]V) map[string]V {
	out := maps.Clone(under)
	if out == nil {
		return top
	}
	maps.Copy(out, top)
	return out
}

// refused compares a refusal with the one that was wanted.
func (w *world) refused(at Pos, what string, want *Text, got string) {
	switch {
	case want == nil:
		w.fail(at, "%s was refused: %s", what, got)
	case !says(want.Text, got):
		w.fail(want.Pos, "%s was refused with another text %s", what, difference(want.Text, got))
	}
}
