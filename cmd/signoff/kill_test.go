package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"signoff/adapters"
	"signoff/adapters/api"
	"signoff/adapters/slack/slacktest"
	"signoff/engine"
	"signoff/engine/audit"
)

// killCycles is how often the server is killed: few by default, 300 in CI.
func killCycles(t *testing.T) int {
	t.Helper()
	s := os.Getenv("SIGNOFF_KILL_CYCLES")
	if s == "" {
		return 10
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatalf("SIGNOFF_KILL_CYCLES: %v", err)
	}
	return n
}

// TestKill kills the running server at random moments with clicks in flight,
// starts it again, and holds everything that people were told against what it
// then knows: nothing confirmed is lost, nothing is decided twice, nobody was
// told what is not so.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the server and kills it")
	}
	h := newHarness(t)
	for range killCycles(t) {
		h.cycle()
		if faults := h.told.check(h.executions()); len(faults) > 0 {
			t.Fatalf("after a kill:\n%s", strings.Join(faults, "\n"))
		}
	}
	h.settle()
	h.checkAll()
	if len(h.told.decided) == 0 || h.kills > 200 && len(h.told.refused) == 0 || len(h.told.unanswered) == 0 {
		t.Errorf("the kills hit too little: %d decisions confirmed, %d refused, %d without an answer",
			len(h.told.decided), len(h.told.refused), len(h.told.unanswered))
	}
	t.Logf("%d kills, %d starts, %d decisions confirmed, %d refused, %d without an answer, %d presses acknowledged",
		h.kills, len(h.told.started), len(h.told.decided), len(h.told.refused), len(h.told.unanswered), len(h.told.pressed))
}

// TestKillSees is the control: a harness that takes every decision that was sent
// for confirmed must find some of them lost.
func TestKillSees(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the server and kills it")
	}
	h := newHarness(t)
	for range 200 {
		h.cycle()
		h.told.believe() // the planted fault
		if faults := h.told.check(h.executions()); len(faults) > 0 {
			t.Logf("found: %s", faults[0])
			return
		}
	}
	t.Fatal("believing what was never confirmed went unnoticed")
}

// said is a decision and what the person was told of it.
type said struct {
	execution string
	by        string
	verdict   engine.Verdict
	text      string
}

// told is everything that people were told.
type told struct {
	mu         sync.Mutex
	started    map[string]bool // guarded by mu, as all below
	decided    []said
	refused    []said
	unanswered []said
	// pressed are executions on whose card a press was acknowledged to Slack.
	pressed []string
}

func (o *told) press(execution string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.pressed = append(o.pressed, execution)
}

func (o *told) start(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.started[id] = true
}

func (o *told) answer(s said, a api.DecisionAnswer, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	no, refused := errors.AsType[*api.Error](err)
	switch {
	case err == nil && a.Kind == adapters.Recorded:
		o.decided = append(o.decided, s)
	case refused && no.Status < 500:
		s.text = no.Text
		o.refused = append(o.refused, s)
	default:
		o.unanswered = append(o.unanswered, s)
	}
}

// believe takes what was never answered for confirmed.
func (o *told) believe() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.decided = append(o.decided, o.unanswered...)
	o.unanswered = nil
}

// check holds what was told against what is.
func (o *told) check(now map[string]api.Request) []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var faults []string
	for id := range o.started {
		if _, ok := now[id]; !ok {
			faults = append(faults, fmt.Sprintf("the execution %s was confirmed and is lost", id))
		}
	}
	for _, s := range o.decided {
		r := now[s.execution]
		if len(r.Responses) != 1 || r.Responses[0].By.Person != s.by || r.Responses[0].Verdict != s.verdict {
			faults = append(faults, fmt.Sprintf("%s was told that their %s on %s is recorded; it holds %+v", s.by, s.verdict, s.execution, r.Responses))
		}
	}
	for _, id := range o.pressed { // it counted, or somebody else's had counted before
		if now[id].Outcome == "" {
			faults = append(faults, fmt.Sprintf("a press on the card of %s was acknowledged, and nothing is decided", id))
		}
	}
	for _, s := range o.refused {
		r := now[s.execution]
		if !strings.HasPrefix(s.text, "Already ") {
			continue // refused for another reason, such as an older version
		}
		if len(r.Responses) != 1 || !strings.HasPrefix(s.text, "Already "+string(r.Outcome)+" by "+r.Responses[0].By.Name+",") {
			faults = append(faults, fmt.Sprintf("%s was told %q of %s; it is %s with %+v", s.by, s.text, s.execution, r.Outcome, r.Responses))
		}
	}
	return faults
}

// cycle starts executions and decides them from two sides, in the middle of
// which the server is killed, and started again. The moments are the point of
// the test; there is no event to wait for.
func (h *harness) cycle() {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 30*time.Second)
	defer cancel()
	var busy sync.WaitGroup
	for range 4 {
		busy.Go(func() { h.approveOne(ctx) })
	}
	pressing, stop := context.WithCancel(ctx)
	busy.Go(func() {
		for pressing.Err() == nil {
			h.rejectAll(pressing)
			someTime(5 * time.Millisecond)
		}
	})
	someTime(80 * time.Millisecond)
	h.kill()
	stop()
	busy.Wait()
	h.serve()
}

func someTime(limit time.Duration) { time.Sleep(rand.N(limit)) }

// approveOne is Dana, who starts an execution and approves it a little later.
func (h *harness) approveOne(ctx context.Context) {
	x, err := h.client().Start(ctx, api.StartBody{Namespace: "ops", Flow: "gate"})
	if err != nil {
		return
	}
	h.told.start(x.ID)
	someTime(30 * time.Millisecond)
	s := said{execution: x.ID, by: "dana", verdict: engine.Approve}
	request := string(engine.NewRequestID(engine.ExecutionID(x.ID), "1"))
	a, err := h.client().Decide(ctx, request, 0, api.DecisionBody{Verdict: string(s.verdict)})
	h.told.answer(s, a, err)
}

// rejectAll is Kim, who presses Reject in the channel wherever she can.
func (h *harness) rejectAll(ctx context.Context) {
	for _, m := range h.chat.Messages("#ops") {
		b, ok := m.Button("Reject")
		if !ok || ctx.Err() != nil {
			continue
		}
		if r, err := h.chat.Press(ctx, "kim", m.Channel, m.TS, b.Action); err == nil && r.Outcome == slacktest.Acknowledged {
			request := strings.Split(b.Value, "|")[1]
			id, _, _ := engine.RequestID(request).Split()
			h.told.press(string(id))
		}
	}
}

// checkAll holds everything against everything once nothing moves any more.
func (h *harness) checkAll() {
	h.t.Helper()
	requests := h.executions()
	for _, f := range h.told.check(requests) {
		h.t.Error(f)
	}
	answers, chained := h.trail()
	if chained != nil {
		h.t.Errorf("the trail does not verify: %v", chained)
	}
	for id, r := range requests {
		if len(r.Responses) > 1 || answers[id] != len(r.Responses) {
			h.t.Errorf("%s has %d answers, and %d in the trail", id, len(r.Responses), answers[id])
		}
		if calls := h.far.keys(id); r.Outcome != "" && calls != 1 {
			h.t.Errorf("%s is %s and its call was made under %d different keys", id, r.Outcome, calls)
		}
	}
	for _, m := range h.chat.Messages("#ops") {
		if b := deciding(m); len(b) > 0 {
			h.t.Errorf("a card still shows buttons: %v", m.Lines())
		}
	}
}

// trail counts the recorded answers by execution and verifies the chain.
func (h *harness) trail() (map[string]int, error) {
	h.t.Helper()
	log, err := h.client().Audit(h.t.Context(), 1, 1_000_000)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = log.Close() }()
	answers := map[string]int{}
	counted := func(yield func(audit.Line, error) bool) {
		for line, err := range log.Lines() {
			if r, e := line.Record(); e == nil && r.Event == audit.ResponseRecorded {
				answers[r.Execution]++
			}
			if !yield(line, err) {
				return
			}
		}
	}
	_, err = audit.Verify(counted, audit.Head{}, log.Head)
	return answers, err
}
