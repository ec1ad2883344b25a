package api

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"signoff/adapters"
	"signoff/engine"
	"signoff/engine/access"
)

// MaxBulk bounds how much is done at one request.
const MaxBulk = 1000

// bulkWorkers is how much of it is done at once.
const bulkWorkers = 8

// Selection names executions: by their ids, or by a query.
type Selection struct {
	IDs   []string `json:"ids,omitempty"`
	Query *Filter  `json:"query,omitempty"`
}

// BulkBody is the body of a verb for many executions.
type BulkBody struct {
	Selection
	OrderBody
}

// BulkReplayBody is the body of a replay of many executions.
type BulkReplayBody struct {
	Selection
	ReplayBody
}

// BulkAnswer says of each item what came of it. Some may fail and others not.
type BulkAnswer struct {
	Results []Result `json:"results"`
	Done    int      `json:"done"`
	Failed  int      `json:"failed"`
	DryRun  bool     `json:"dryRun,omitempty"`
}

// Result is what came of one item.
type Result struct {
	ID string `json:"id"` // as it was named, or found
	OK bool   `json:"ok"`
	// State is that of the execution afterwards, or as it would be.
	State engine.State `json:"state,omitempty"`
	// Execution is the new one that a replay started.
	Execution string `json:"execution,omitempty"`
	// Version is that of the request which a decision was on.
	Version int    `json:"version,omitempty"`
	Error   *Error `json:"error,omitempty"`
}

// bulk adds the routes that do the same with many.
func (s *server) bulk(t *table) {
	const all = Prefix + "/executions/"
	for _, verb := range verbs() {
		if verb == VerbState { // a task run's id is another task elsewhere
			continue
		}
		t.add("POST "+all+verb+"/by-ids", s.known(s.orderMany(verb, byIDs)), access.ControlExecution)
		t.add("POST "+all+verb+"/by-query", s.known(s.orderMany(verb, byQuery)), access.ControlExecution, access.ViewExecution)
	}
	t.add("POST "+all+VerbReplay+"/by-ids", s.known(s.replayMany(byIDs)), access.ControlExecution)
	t.add("POST "+all+VerbReplay+"/by-query", s.known(s.replayMany(byQuery)), access.ControlExecution, access.ViewExecution)
	t.add("POST "+Prefix+"/requests/decide/by-ids", s.known(s.decideMany(byIDs)), access.Decide)
	t.add("POST "+Prefix+"/requests/decide/by-query", s.known(s.decideMany(byQuery)), access.Decide, access.ViewExecution)
}

// how is by what a route selects.
type how int

const (
	byIDs how = iota
	byQuery
)

// selected is an execution that a request names; its state is known of one that
// was found by a query.
type selected struct {
	id    string
	state engine.State
}

func (s *server) orderMany(verb string, by how) handler {
	return func(w http.ResponseWriter, r *http.Request, t Token) {
		var b BulkBody
		_, err := decode(w, r, &b)
		if err == nil {
			err = b.check(verb)
		}
		var who adapters.Account
		if err == nil {
			who, err = s.actor(t, b.As)
		}
		var items []selected
		if err == nil {
			items, err = s.choose(r.Context(), pick{b.Selection, by, appliesTo(verb), who})
		}
		if err != nil {
			s.fail(w, r, err)
			return
		}
		order := b.order(verb, who)
		do := func(ctx context.Context, id string) Result {
			x, err := s.Service.Do(ctx, engine.ExecutionID(id), order)
			return s.result(r, Result{ID: id, State: x.State}, err)
		}
		s.write(w, http.StatusOK, answerOf(b.DryRun, inTurn(r.Context(), verb, items, do)))
	}
}

func (s *server) replayMany(by how) handler {
	return func(w http.ResponseWriter, r *http.Request, t Token) {
		var b BulkReplayBody
		_, err := decode(w, r, &b)
		if err == nil && b.TaskRun != "" {
			err = badRequest("Many executions are replayed as a whole: a task run's id is another task in each.")
		}
		var who adapters.Account
		if err == nil {
			who, err = s.actor(t, b.As)
		}
		var ask ReplayRequest
		if err == nil {
			ask, err = b.request(who)
		}
		var items []selected
		if err == nil {
			items, err = s.choose(r.Context(), pick{b.Selection, by, appliesTo(VerbReplay), who})
		}
		if err != nil {
			s.fail(w, r, err)
			return
		}
		do := func(ctx context.Context, id string) Result {
			one := ask
			one.Of, one.Once = engine.ExecutionID(id), replayOnce(r, who.ID, id)
			x, err := s.Service.Replay(ctx, one)
			return s.result(r, Result{ID: id, State: x.State, Execution: string(x.ID)}, err)
		}
		s.write(w, http.StatusOK, answerOf(b.DryRun, inTurn(r.Context(), VerbReplay, items, do)))
	}
}

// result notes how an item ended. What is not meant for the caller is logged.
func (s *server) result(r *http.Request, out Result, err error) Result {
	if err == nil {
		out.OK = true
		return out
	}
	out.State, out.Execution = "", ""
	if out.Error = explain(conflict(err)); out.Error == nil {
		id := rand.Text()[:8]
		s.Log.ErrorContext(r.Context(), "an item of a bulk request failed", "id", id, "item", out.ID, "route", r.Pattern, "err", err)
		out.Error = &Error{Code: "internal", Text: "Something went wrong. Look for " + id + " in the server's log."}
	}
	return out
}

func answerOf(dry bool, results []Result) BulkAnswer {
	a := BulkAnswer{Results: results, DryRun: dry}
	for _, r := range results {
		if r.OK {
			a.Done++
		} else {
			a.Failed++
		}
	}
	return a
}

// pick is what a request selects, and for whom.
type pick struct {
	Selection

	how how
	// states are those that a query means which names none; nil is all.
	states []engine.State
	by     adapters.Account
}

// choose is what a request is about: each id once, in its order, or what the
// query finds now, newest first. More than can be done is refused as a whole.
func (s *server) choose(ctx context.Context, sel pick) ([]selected, error) {
	if sel.how == byIDs {
		if sel.Query != nil || len(sel.IDs) == 0 {
			return nil, badRequest("Name the executions: ids must hold at least one, and a query is for by-query.")
		}
		ids, err := eachOnce(sel.IDs)
		items := make([]selected, len(ids))
		for i, id := range ids {
			items[i].id = id
		}
		return items, err
	}
	if sel.Query == nil || sel.IDs != nil || !sel.Query.Given() {
		return nil, badRequest("A query must select by something, such as a namespace; ids are for by-ids.")
	}
	f, err := sel.Query.normal()
	if err != nil {
		return nil, err
	}
	if f.Limit = MaxBulk + 1; len(f.States) == 0 {
		f.States = sel.states
	}
	xs, err := s.Service.Executions(ctx, f, sel.by)
	if err != nil {
		return nil, err
	}
	if len(xs) > MaxBulk {
		return nil, tooMany("The query selects more than that; narrow it.")
	}
	items := make([]selected, len(xs))
	for i, x := range xs {
		items[i] = selected{string(x.ID), x.State}
	}
	return items, nil
}

func tooMany(what string) error {
	return badRequest(fmt.Sprintf("At most %d are done at one request. %s Nothing was done.", MaxBulk, what))
}

func eachOnce(ids []string) ([]string, error) {
	var out []string
	seen := make(map[string]bool, len(ids))
	for _, id := range ids {
		if id = strings.TrimSpace(id); id == "" {
			return nil, badRequest("An id is empty.")
		}
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	if len(out) > MaxBulk {
		return nil, tooMany("Send them in parts.")
	}
	return out, nil
}

// appliesTo is where a verb can do something: what a query means that names no
// state. Nil is anywhere.
func appliesTo(verb string) []engine.State {
	switch verb {
	case VerbKill, VerbCancel:
		return []engine.State{engine.Created, engine.Queued, engine.Running, engine.Paused, engine.Retrying}
	case VerbHold:
		return []engine.State{engine.Running, engine.Paused, engine.Retrying}
	case VerbRelease:
		return []engine.State{engine.Paused}
	case VerbRestart:
		return []engine.State{engine.Failed}
	case VerbForceRun:
		return []engine.State{engine.Queued}
	case VerbReplay:
		return []engine.State{engine.Success, engine.Warning, engine.Failed, engine.Killed, engine.Cancelled}
	}
	return nil
}

// inTurn does something with each item, several at once, and keeps their order.
// Whoever ends executions ends those that wait in a queue before the ones whose
// slots they wait for: none of them begins in between.
func inTurn(ctx context.Context, verb string, items []selected, do func(context.Context, string) Result) []Result {
	results := make([]Result, len(items))
	pass := func(wanted func(engine.State) bool) {
		free := make(chan struct{}, bulkWorkers)
		var all sync.WaitGroup
		for i, item := range items {
			if !wanted(item.state) {
				continue
			}
			free <- struct{}{}
			all.Go(func() {
				defer func() { <-free }()
				results[i] = do(ctx, item.id)
			})
		}
		all.Wait()
	}
	if verb != VerbKill && verb != VerbCancel {
		pass(func(engine.State) bool { return true })
		return results
	}
	pass(func(s engine.State) bool { return s == engine.Queued })
	pass(func(s engine.State) bool { return s != engine.Queued })
	return results
}
