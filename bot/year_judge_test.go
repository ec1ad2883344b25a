package bot_test

import (
	"slices"
	"strings"
	"sync"
	"time"

	"signoff/bot"
	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/store"
)

// judge looks at what became of the requests of a year. It works in the bubble's
// own goroutine, but for observe.
type judge struct {
	y        *year
	requests []engine.RequestID // that were open at the last look, and new ones
	all      int
	tries    int

	reminders, urgent, offHours int // told
	stuck                       int // days on which a request was listed
	outcomes                    map[engine.Outcome]int
	returned, forgotten         int // days on which a request lay with its requester, or was listed for that
	anew, overrides             int // rounds after the first, and overrides of what was sent back

	mu     sync.Mutex
	told   map[engine.RequestID][]approval.PersonID // who was told about a request; guarded by mu
	chased map[engine.RequestID][]string            // what was said since it was sent back; guarded by mu
	failed int                                      // notices that reached nobody; guarded by mu
}

// observe counts what the trail says of words to people.
func (j *judge) observe(records []audit.Record) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, r := range records {
		id := engine.NewRequestID(engine.ExecutionID(r.Execution), engine.TaskRunID(r.TaskRun))
		what, _ := r.Data["what"].(string)
		switch r.Event { //nolint:exhaustive // what was said, and since when
		case audit.RequestReturned:
			j.chased[id] = nil
		case audit.RequestSuperseded:
			j.anew++
		case audit.NoticeSent, audit.NoticeFailed:
			j.chased[id] = append(j.chased[id], what)
		}
		if r.Event == audit.NoticeFailed {
			j.failed++
		}
		if r.Event == audit.NoticeSent {
			who, _ := r.Data["person"].(string)
			j.told[id] = append(j.told[id], approval.PersonID(who))
		}
	}
}

func (j *judge) begun(id engine.ExecutionID) {
	j.all++
	request := engine.NewRequestID(id, "1")
	if j.request(request) == nil {
		j.outcomes["never asked"]++ // nobody could answer it, and that was told
		return
	}
	j.requests = append(j.requests, request)
}

// request is one as it is stored; nil if the execution asked nobody.
func (j *judge) request(id engine.RequestID) *engine.Request {
	x, run, _ := id.Split()
	stored, err := j.y.store.Execution(j.y.t.Context(), x)
	if err != nil {
		j.y.t.Fatal(err)
	}
	tr, _ := stored.Run(run)
	return tr.Request
}

// open are the requests that wait for people.
func (j *judge) open() []engine.RequestID {
	j.requests = slices.DeleteFunc(j.requests, func(id engine.RequestID) bool {
		r := j.request(id)
		if r.Open() {
			return false
		}
		j.outcomes[r.Outcome]++
		return true
	})
	return slices.Clone(j.requests)
}

// listen judges what people were told since.
func (j *judge) listen() {
	for _, w := range j.y.chat.words() {
		reminder, urgent := w.reminds()
		works := j.y.staff.atWork(w.who, w.at)
		switch {
		case !reminder:
		case urgent:
			j.urgent++
			if !works {
				j.offHours++
			}
		default:
			j.reminders++
			if !works {
				j.y.t.Errorf("%s was reminded at %s, outside their hours %+v: %s", w.who, w.at, j.y.staff.person(w.who).Hours, w.text)
			}
		}
	}
}

// look judges every open request, once a day.
func (j *judge) look() {
	listed, err := j.y.bot.Stuck(j.y.t.Context(), engine.Principal{Via: "engine"})
	if err != nil {
		j.y.t.Fatal(err)
	}
	j.stuck += len(listed)
	for _, id := range j.open() {
		r := j.request(id)
		isListed := slices.ContainsFunc(listed, func(s bot.StuckRequest) bool { return s.Request == id })
		e := j.y.explain(id)
		if e.Closed == "" && len(e.Can) == 0 && !isListed {
			j.y.t.Errorf("%s: nobody can answer %s, and it is not listed as stuck:\n%s", j.y.clock(), id, strings.Join(e.Lines(), "\n"))
		}
		if j.sentBack(id, r, isListed) {
			continue
		}
		if j.climbed(r) && !isListed && !j.somebodyKnows(id, e.Can) {
			j.y.t.Errorf("%s: %s is older than its ladder, and nobody who can answer was told:\n%s", j.y.clock(), id, strings.Join(e.Lines(), "\n"))
		}
		if end := r.Deadline; !end.IsZero() && j.y.clock().After(end.Add(yearStep)) {
			j.y.t.Errorf("%s: %s is open after its deadline %s", j.y.clock(), id, end)
		}
	}
}

// weekend is how long a word may wait for somebody's hours of work.
const weekend = 72 * time.Hour

// sentBack judges a request that lies with its requester, and reports whether it
// does: when all reminders are over, somebody was told; and then, and after a week
// in any case, it is listed.
func (j *judge) sentBack(id engine.RequestID, r *engine.Request, listed bool) bool {
	back, ok := r.Returned()
	if !ok {
		return false
	}
	j.returned++
	last := 72 * time.Hour
	if own := r.Policy.Stages[r.Stage].Remind; len(own) > 0 {
		last = own[len(own)-1]
	}
	j.mu.Lock()
	said := j.chased[id]
	j.mu.Unlock()
	age := j.y.clock().Sub(back.At)
	switch over := age > last+2*24*time.Hour+2*weekend; {
	case over && !slices.Contains(said, string(engine.NewsUnchanged)) && !j.y.staff.person(back.By.Person).Inactive:
		j.y.t.Errorf("%s: %s lies with its requester for %s, and whoever sent it back was not told, only %v", j.y.clock(), id, age, said)
	case (over || age > 7*24*time.Hour) && !listed:
		j.y.t.Errorf("%s: %s lies with its requester for %s, and is not listed as stuck", j.y.clock(), id, age)
	case listed:
		j.forgotten++
	}
	return true
}

// requester is who asks a request.
func (j *judge) requester(id engine.RequestID) approval.PersonID {
	x, _, _ := id.Split()
	stored, err := j.y.store.Execution(j.y.t.Context(), x)
	if err != nil {
		j.y.t.Fatal(err)
	}
	return stored.Requester.Person
}

// climbed reports whether a request is older than the ladder of its stage, by
// a day for a surface that was down.
func (j *judge) climbed(r *engine.Request) bool {
	last := time.Duration(0)
	for _, rung := range r.Policy.Stages[r.Stage].Escalate {
		last = max(last, rung.After)
	}
	return j.y.clock().Sub(r.StageAt) > last+24*time.Hour
}

// somebodyKnows reports whether one of those who can answer a request has a copy
// of it, or was told about it.
func (j *judge) somebodyKnows(id engine.RequestID, able []approval.Able) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.ContainsFunc(able, func(a approval.Able) bool {
		return slices.Contains(j.y.chat.reached(string(id)), string(a.Person)) || slices.Contains(j.told[id], a.Person)
	})
}

// verdict looks at the year as a whole: that what was judged did happen.
func (j *judge) verdict() {
	t := j.y.t
	j.open()
	t.Logf("%d requests %v, %d open; %d reminders, %d urgent of which %d outside hours; %d alerts, %d words lost; %d stuck days; %d days sent back, %d forgotten, %d anew, %d overridden then",
		j.all, j.outcomes, len(j.requests), j.reminders, j.urgent, j.offHours, j.y.chat.alerts, j.failed, j.stuck,
		j.returned, j.forgotten, j.anew, j.overrides)
	for what, ok := range map[string]bool{
		"300 requests": j.all >= 300, "reminders": j.reminders > 100, "urgent reminders at night": j.offHours > 10,
		"stuck requests": j.stuck > 0, "approvals": j.outcomes[engine.Approved] > 50, "rejections": j.outcomes[engine.Rejected] > 5,
		"expiries": j.outcomes[engine.Expired] > 5, "words that reached nobody": j.failed > 0, "alerts": j.y.chat.alerts > 0,
		"requests that were sent back": j.returned > 50, "requests that were forgotten": j.forgotten > 10, "requests that were changed": j.anew > 5,
		"alerts of what waits in vain": j.y.chat.vain > 10, "overrides of what was sent back": j.overrides > 0,
	} {
		if !ok {
			t.Errorf("the year was too quiet: not enough %s", what)
		}
	}
	if xs, err := j.y.store.Executions(t.Context(), store.Query{Limit: 1}); err != nil || len(xs) != 1 {
		t.Errorf("Executions() = %d, %v", len(xs), err)
	}
}
