package bot

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"signoff/bot/card"
	"signoff/bot/inbox"
	"signoff/engine"
	"signoff/store"
)

// deskState is what the desk remembers, all of it made from the store.
type deskState struct {
	index inbox.Index
	// on: commits go into the index, too. It is switched on before the store is
	// read, so that nothing falls in between.
	on atomic.Bool

	homes homes

	mu   sync.Mutex
	read bool // guarded by mu: the store was read
}

// indexHistory is how many executions are read besides those with open requests,
// the latest, for what people asked and decided lately.
const indexHistory = 2000

// indexed makes sure that the index knows what the store holds. The first call
// reads it.
func (b *Bot) indexed(ctx context.Context) error {
	d := &b.desk
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.read {
		return nil
	}
	d.on.Store(true)
	latest := store.Query{}
	if err := b.indexAll(ctx, latest, indexHistory); err != nil {
		return err
	}
	open := store.Query{States: []engine.State{engine.Running, engine.Paused, engine.Queued, engine.Retrying}}
	if err := b.indexAll(ctx, open, 0); err != nil {
		return err
	}
	d.read = true
	return nil
}

// warm reads the index before somebody has to wait for it.
func (b *Bot) warm(ctx context.Context) {
	if len(b.Adapters) == 0 {
		return
	}
	if err := b.indexed(ctx); err != nil && ctx.Err() == nil {
		b.Log.WarnContext(ctx, "the open requests could not be read; whoever asks for them first waits", "err", err)
	}
	b.recallHomes(ctx)
}

// indexAll reads what a query selects into the index, at most so many; 0 is all.
func (b *Bot) indexAll(ctx context.Context, q store.Query, most int) error {
	q.Limit = listPage
	for n := 0; most == 0 || n < most; n += listPage {
		page, err := b.Store.Executions(ctx, q)
		if err != nil {
			return fmt.Errorf("read the open requests: %w", err)
		}
		for i := range page {
			b.index(ctx, &page[i])
		}
		if len(page) < listPage {
			return nil
		}
		q.After = page[len(page)-1].ID
	}
	return nil
}

// noticed takes a committed execution into the index, once somebody uses it, and
// has the pages drawn anew that show it.
func (b *Bot) noticed(ctx context.Context, x *engine.Execution) {
	if b.desk.on.Load() && b.index(ctx, x) {
		b.redrawHomes(concerned(x))
	}
}

// index takes an execution into the index, and reports whether that changed a list.
func (b *Bot) index(ctx context.Context, x *engine.Execution) bool {
	var entries []*inbox.Entry
	for i := range x.Runs {
		run := &x.Runs[i]
		if run.Request == nil || run.Past {
			continue
		}
		rev, err := b.revision(ctx, x.Flow)
		if err != nil {
			b.Log.WarnContext(ctx, "a request is missing in lists", "execution", x.ID, "err", err)
			continue
		}
		entries = append(entries, entryOf(rev, x, run))
	}
	return b.desk.index.Put(x.ID, x.Version, entries)
}

func entryOf(rev revision, x *engine.Execution, run *engine.TaskRun) *inbox.Entry {
	r := run.Request
	id := engine.NewRequestID(x.ID, run.ID)
	e := &inbox.Entry{
		Request: id, Execution: x.ID, Namespace: x.Flow.Namespace, Ref: card.Ref(id), Version: r.Version,
		Requester: x.Requester.Person, Opened: r.Opened, Due: card.LastCall(r), Closed: r.Closed,
		Waits: r.Open() && r.Wanted == "",
	}
	if !r.Open() && e.Closed.IsZero() {
		e.Closed = r.Opened // of a version that did not say when
	}
	for _, a := range r.Responses {
		if a.By.Person != "" {
			e.Answers = append(e.Answers, inbox.Answer{By: a.By.Person, At: a.At})
		}
	}
	if e.Waits {
		e.Case, _ = engine.CaseOf(rev.flow, *x, run.ID, engine.Facts{})
		e.Case.People = nil
	}
	return e
}

// requestsOf are the requests of an execution that still stand, in their order;
// none if there is no such execution.
func (b *Bot) requestsOf(ctx context.Context, id engine.ExecutionID) ([]asked, error) {
	x, err := b.Store.Execution(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("find the requests of %.40s: %w", id, err)
	}
	var out []asked
	for _, run := range x.Runs {
		if run.Request == nil || run.Past {
			continue
		}
		a, err := b.asked(ctx, x, run)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}
