package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"signoff/adapters"
	"signoff/engine"
)

// BulkDecisionBody is the body of a decision on many requests. The verdict and
// the values are for each of them that says nothing of its own, and are checked
// against the form of each.
type BulkDecisionBody struct {
	// IDs and Items name requests; Query selects executions, of which every open
	// request is meant.
	IDs   []string       `json:"ids,omitempty"`
	Items []DecisionItem `json:"items,omitempty"`
	Query *Filter        `json:"query,omitempty"`

	DecisionBody

	DryRun bool `json:"dryRun,omitempty"`
}

// DecisionItem is a request with an answer of its own.
type DecisionItem struct {
	ID string `json:"id"`
	// Version is the one that was read; 0 is the request as it stands.
	Version int            `json:"version,omitempty"`
	Verdict string         `json:"verdict,omitempty"`
	Values  map[string]any `json:"values,omitempty"`
}

func (s *server) decideMany(by how) handler {
	return func(w http.ResponseWriter, r *http.Request, t Token) {
		var b BulkDecisionBody
		raw, err := decode(w, r, &b)
		var who adapters.Account
		if err == nil {
			who, err = s.decider(t, b.As)
		}
		var items []DecisionItem
		if err == nil {
			items, err = s.chosen(r.Context(), b, by, who)
		}
		if err != nil {
			s.fail(w, r, err)
			return
		}
		s.decideEach(w, r, items, manyDecisions{by: who, dry: b.DryRun, proof: digest(raw)})
	}
}

// manyDecisions is what decisions on many requests have in common.
type manyDecisions struct {
	by    adapters.Account
	dry   bool
	proof string
}

func (s *server) decideEach(w http.ResponseWriter, r *http.Request, items []DecisionItem, m manyDecisions) {
	named, all := make(map[string]DecisionItem, len(items)), make([]selected, len(items))
	for i, item := range items {
		named[item.ID], all[i].id = item, item.ID
	}
	results := inTurn(r.Context(), "decide", all, func(ctx context.Context, id string) Result {
		item := named[id]
		d := decision{
			id: id, key: r.Header.Get("Idempotency-Key"), by: m.by, proof: m.proof,
			body: DecisionBody{Verdict: item.Verdict, Values: item.Values},
		}
		if item.Version != 0 {
			d.version = strconv.Itoa(item.Version)
		}
		version, err := s.decideOne(ctx, d, m.dry)
		return s.result(r, Result{ID: id, Version: version}, err)
	})
	s.write(w, http.StatusOK, answerOf(m.dry, results))
}

// decideOne hands one decision in, or only tries it, and returns the version of
// the request that it is on.
func (s *server) decideOne(ctx context.Context, d decision, dry bool) (int, error) {
	c, err := s.click(ctx, d)
	if err != nil {
		return 0, err
	}
	handle := s.Service.Click
	if dry {
		handle = s.Service.TryClick
	}
	a, err := handle(ctx, c)
	if err != nil {
		return c.Version, err
	}
	return c.Version, notTaken(a)
}

// chosen lists the requests that are meant, each once, with its answer.
func (s *server) chosen(ctx context.Context, b BulkDecisionBody, by how, who adapters.Account) ([]DecisionItem, error) {
	items := b.Items
	for _, id := range b.IDs {
		items = append(items, DecisionItem{ID: id})
	}
	switch {
	case by == byQuery && (b.IDs != nil || b.Items != nil), by == byIDs && (b.Query != nil || len(items) == 0):
		return nil, badRequest("Name the requests: ids or items for by-ids, a query of executions for by-query.")
	case by == byQuery:
		var err error
		if items, err = s.openRequests(ctx, b.Query, who); err != nil {
			return nil, err
		}
	}
	if len(items) > MaxBulk {
		return nil, tooMany("Send them in parts.")
	}
	shared := asClick(b.Values) // read by all of them, and changed by none
	var seen []string
	for i, item := range items {
		if item.ID == "" || slices.Contains(seen, item.ID) {
			return nil, badRequest("Each request must be named, and once: " + strconv.Quote(item.ID) + ".")
		}
		seen = append(seen, item.ID)
		if item.Verdict == "" && item.Values == nil {
			items[i].Verdict, items[i].Values = b.Verdict, shared
			continue
		}
		items[i].Values = asClick(item.Values)
	}
	return items, nil
}

// openRequests are those of the executions that a query selects, at the version
// at which they stand now.
func (s *server) openRequests(ctx context.Context, q *Filter, who adapters.Account) ([]DecisionItem, error) {
	if q == nil || !q.Given() {
		return nil, badRequest("A query must select by something, such as a namespace.")
	}
	f, err := q.normal()
	if err != nil {
		return nil, err
	}
	if f.Limit = MaxBulk + 1; len(f.States) == 0 {
		f.States = []engine.State{engine.Paused, engine.Running, engine.Retrying}
	}
	xs, err := s.Service.Executions(ctx, f, who)
	if err != nil {
		return nil, err
	}
	if len(xs) > MaxBulk {
		return nil, tooMany("The query selects more executions than that; narrow it.")
	}
	var items []DecisionItem
	for _, x := range xs {
		for _, run := range x.Runs {
			if run.Request != nil && run.Request.Open() {
				items = append(items, DecisionItem{ID: string(engine.NewRequestID(x.ID, run.ID)), Version: run.Request.Version})
			}
		}
	}
	return items, nil
}
