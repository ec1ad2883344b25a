package bot

import (
	"context"
	"fmt"
	"slices"
	"time"

	"signoff/bot/card"
	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/approval"
	"signoff/store"
)

// StuckRequest is a request that waits in vain unless a person does something.
type StuckRequest struct {
	Request   engine.RequestID
	Namespace string
	Flow      string
	Title     string
	Since     time.Time
	// Why says what is wrong, and what can be done, in sentences.
	Why []string
}

// Stuck lists the requests that nobody can finish, or that were delivered to
// nobody, of those that the caller may see; the oldest first.
func (b *Bot) Stuck(ctx context.Context, by engine.Principal) ([]StuckRequest, error) {
	sees := b.sight(ctx, by, access.ViewRequest)
	open := []engine.State{engine.Running, engine.Paused, engine.Queued, engine.Retrying}
	var out []StuckRequest
	q := store.Query{States: open, Oldest: true, Limit: listPage}
	for {
		page, err := b.Store.Executions(ctx, q)
		if err != nil {
			return nil, fmt.Errorf("list what is stuck: %w", err)
		}
		for _, x := range page {
			if !sees(x.Flow.Namespace) && !begunBy(&x, by) {
				continue
			}
			found, err := b.stuckIn(ctx, x)
			if err != nil {
				return nil, err
			}
			out = append(out, found...)
		}
		if len(page) < listPage {
			return out, nil
		}
		q.After = page[len(page)-1].ID
	}
}

// stuckIn lists the requests of an execution that wait in vain.
func (b *Bot) stuckIn(ctx context.Context, x engine.Execution) ([]StuckRequest, error) {
	var out []StuckRequest
	for _, run := range x.Runs {
		if run.Request == nil || !run.Request.Open() || run.Past {
			continue
		}
		a, err := b.asked(ctx, x, run)
		if err != nil {
			return nil, err
		}
		why, err := b.whyStuck(ctx, a)
		if err != nil {
			return nil, err
		}
		if len(why) > 0 {
			v := b.view(a)
			out = append(out, StuckRequest{
				Request: v.ID(), Namespace: x.Flow.Namespace, Flow: x.Flow.ID, Title: v.Subject(), Since: v.Began(), Why: why,
			})
		}
	}
	return out, nil
}

func (b *Bot) whyStuck(ctx context.Context, a asked) ([]string, error) {
	rev, err := b.revision(ctx, a.x.Flow)
	if err != nil {
		return nil, err
	}
	people := b.Directory(a.x.Flow.Namespace)
	c, ok := engine.CaseOf(rev.flow, a.x, a.run.ID, engine.Facts{Now: b.Store.Now(), People: people})
	if !ok {
		return nil, nil
	}
	r := a.request()
	var why []string
	switch {
	case r.Wanted != "" && (people.People[a.x.Requester.Person].ID == "" || people.People[a.x.Requester.Person].Inactive):
		why = append(why, "It waits for "+card.Name(a.x.Requester, people)+" to change something, who is not there any more. "+textSentBackWayOut)
	case r.Neglected(b.Store.Now()):
		why = append(why, "It waits for "+card.Name(a.x.Requester, people)+" to change something, and nothing was changed for long. Talk to them. "+textSentBackWayOut)
	case r.Wanted == "" && c.Stuck():
		why = append(why, "Too few people are left who can answer it. "+textStuckWayOut)
	}
	switch {
	case undelivered(r):
		why = append(why, "No message about it reached anybody. Tell those who are asked another way, or mend where it is delivered.")
	case r.Wanted == "" && unreached(r, c):
		why = append(why, "No message about it reached anybody who can answer it now. Tell them another way, or mend where it is delivered.")
	}
	return why, nil
}

// textStuckWayOut is what helps a request that nobody can finish.
const textStuckWayOut = "Reassign a seat, override it, or cancel it."

// textSentBackWayOut is what helps one that nobody else can change: until it is
// changed, it takes no answers.
const textSentBackWayOut = "Override it, or cancel it and start it anew."

// unreached reports whether a copy could not be delivered, none stands in a
// channel, and of those who can answer nobody has one that could be: theirs were
// lost, or they can answer only since it was posted.
func unreached(r *engine.Request, rules approval.Case) bool {
	lost := map[approval.PersonID]bool{}
	problem := false
	for _, c := range r.Copies {
		if c.Role == engine.ForRequester {
			continue
		}
		problem = problem || c.Problem != ""
		switch {
		case c.Person == "" && c.Problem == "":
			return false
		case c.Person != "":
			before, seen := lost[c.Person]
			lost[c.Person] = c.Problem != "" && (before || !seen)
		}
	}
	if !problem {
		return false
	}
	e := rules.Explain("")
	return len(e.Can) > 0 && e.Unseen == 0 && !slices.ContainsFunc(e.Can, func(a approval.Able) bool {
		gone, asked := lost[a.Person]
		return asked && !gone
	})
}

// undelivered reports whether nobody has a copy of an open request or will get
// one.
func undelivered(r *engine.Request) bool {
	for _, c := range r.Copies {
		if c.Problem == "" && c.Role != engine.ForRequester {
			return false
		}
	}
	return true
}
