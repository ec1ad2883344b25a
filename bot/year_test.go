package bot_test

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"signoff/adapters"
	"signoff/bot"
	"signoff/bot/card"
	"signoff/bot/people"
	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/approval"
	"signoff/engine/flow"
	"signoff/store/memory"
)

const (
	// yearStep is how far the clock is put forward at once. All that is due
	// happens up to a step late.
	yearStep  = 30 * time.Minute
	yearDays  = 365
	yearStart = "2026-01-01T00:00:00Z"
	headcount = 200
)

// yearFlows are what is asked for in the year.
func yearFlows() []string {
	const endless = "namespace: corp\ninputs: [{id: n, type: INT, defaults: 1}]\ntasks:\n  - id: gate\n    type: Pause\n    onReject: FAIL\n    onResume: [{id: ok, type: BOOLEAN}]\n"
	const head = endless + "    behavior: FAIL\n"
	return []string{
		"id: leave\n" + head + `    pauseDuration: P14D
    request: {title: Leave}
    approval:
      changes: [n]
      stages:
        - id: manager
          who: ["manager-of:requester"]
          remind: [PT4H, P1D]
          escalate: [{after: P2D, to: ["group:hr"]}, {after: P4D, to: ["group:leads"], replace: true}]
`,
		"id: deploy\n" + head + `    pauseDuration: P7D
    request: {title: Deploy}
    approval:
      stages:
        - id: review
          groups: [{id: ops, who: ["group:ops"], need: 2}, {id: security, who: ["group:security"]}]
          deny: 2
          within: P3D
          remind: [PT2H, PT8H]
          escalate: {after: P1D, to: ["group:leads"]}
        - {id: lead, who: ["group:leads"], remind: [PT6H]}
`,
		"id: access\n" + head + `    pauseDuration: P60D
    request: {title: Access}
    approval:
      stages: [{id: owners, who: ["group:duo"], need: all, remind: [P1D, P3D, P7D]}]
`,
		"id: incident\n" + head + `    pauseDuration: P1D
    request: {title: URGENT}
    approval:
      changes: [n]
      stages: [{id: sec, who: ["group:security"], urgent: true, remind: [PT1H, PT3H], escalate: {after: PT6H, to: ["group:leads"]}}]
`,
		"id: supplier\n" + endless + `    request: {title: Supplier}
    approval:
      changes: [n]
      stages:
        - {id: hr, who: ["group:hr"], escalate: {after: P3D, to: ["group:leads"]}}
        - {id: lead, who: ["group:leads"], need: 2, remind: [P1D, P2D]}
`,
	}
}

// year is a bot that lives through a year on a clock of its own. Within a bubble
// the bot's own waiting takes no time.
type year struct {
	t     *testing.T
	r     *rand.Rand
	store *memory.Store
	chat  *yearChat
	staff *yearStaff
	bot   *bot.Bot
	stop  func()
	judge judge
	// seconds is the clock, in Unix time.
	seconds atomic.Int64
}

func (y *year) clock() time.Time { return time.Unix(y.seconds.Load(), 0).UTC() }

// TestYear lives through a year of an organisation. Nobody is reminded outside
// their hours of work; no request gets older than its ladder without somebody
// having been told; and none waits in vain without being listed.
func TestYear(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start, err := time.Parse(time.RFC3339, yearStart)
		if err != nil {
			t.Fatal(err)
		}
		y := &year{t: t, r: rand.New(rand.NewPCG(2026, 365))}
		y.seconds.Store(start.Unix())
		y.store = memory.New(memory.Options{Now: y.clock})
		y.chat = &yearChat{now: y.clock, posted: map[string][]string{}}
		y.staff = hire(y.r, headcount)
		y.judge = judge{y: y, outcomes: map[engine.Outcome]int{}, told: map[engine.RequestID][]approval.PersonID{}, chased: map[engine.RequestID][]string{}}
		y.run()
		for _, src := range yearFlows() {
			if _, faults, err := y.bot.SaveFlow(t.Context(), "year.yaml", []byte(src), engine.Principal{Via: "engine"}); err != nil || faults.Stop() {
				t.Fatalf("SaveFlow() = %v, %v", faults, err)
			}
		}
		for day := range yearDays {
			y.day(day)
		}
		y.stop()
		y.judge.verdict()
	})
}

// run starts the bot with the people there are.
func (y *year) run() {
	people, err := people.New(y.staff.config(y.clock))
	if err != nil {
		y.t.Fatal(err)
	}
	b, err := bot.New(bot.Config{
		Store: y.store, Adapters: map[string]adapters.Adapter{"slack": y.chat}, Tasks: &farEnd{}, People: people,
		Access: access.Unrestricted(), Alerts: []flow.Destination{{Surface: "slack", To: "#alerts"}},
		Observe: y.judge.observe, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		y.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- b.Run(ctx) }()
	y.bot = b
	y.stop = func() {
		cancel()
		if err := <-done; err != nil {
			y.t.Errorf("Run() = %v", err)
		}
	}
}

// day lives through a day.
func (y *year) day(n int) {
	if n%7 == 6 {
		y.stop()
		y.staff.churn()
		y.run()
	}
	blocked := map[string]bool{}
	for i, p := range y.staff.people {
		blocked[string(p.ID)] = (i*7+n/14)%17 == 0 // for two weeks at a time
	}
	for at := range int(24 * time.Hour / yearStep) {
		began := n * 5 % 24 * int(time.Hour/yearStep) // at another hour each time, for three
		y.chat.breaks(n%2 == 1 && at >= began && at < began+6, blocked)
		y.happens()
		y.seconds.Add(int64(yearStep / time.Second))
		time.Sleep(2 * time.Second) // the bot looks at its work, all of it in no time
		synctest.Wait()
		y.judge.listen()
	}
	y.judge.look()
}

// happens is what people do meanwhile.
func (y *year) happens() {
	if y.r.IntN(50) == 0 {
		y.starts()
	}
	if y.r.IntN(30) == 0 {
		y.goesAway()
	}
	for _, id := range slices.Clone(y.judge.requests) {
		switch y.r.IntN(48) {
		case 0, 1, 2, 3:
			y.somebodyAnswers(id)
		case 4:
			y.requesterChanges(id)
		case 5:
			if y.r.IntN(60) == 0 {
				y.somebodyOverrides(id)
			}
		}
	}
}

func (y *year) starts() {
	who, _ := y.staff.anybody()
	id := []string{"leave", "deploy", "access", "incident", "supplier"}[y.r.IntN(5)]
	x, err := y.bot.Start(y.t.Context(), bot.StartRequest{Namespace: "corp", Flow: id, By: y.principal(who)})
	if err != nil {
		y.t.Fatalf("Start(%s) = %v", id, err)
	}
	y.judge.begun(x.ID)
}

func (y *year) principal(who approval.PersonID) engine.Principal {
	return engine.Principal{Person: who, Name: string(who), Account: "slack:T1:U" + strings.ToUpper(string(who)), Via: "slack"}
}

func (y *year) account(who approval.PersonID) adapters.Account {
	return adapters.Account{Surface: "slack", Tenant: "T1", ID: "U" + strings.ToUpper(string(who)), Name: string(who)}
}

func (y *year) goesAway() {
	who, _ := y.staff.anybody()
	standIn, _ := y.staff.anybody()
	if y.r.IntN(2) == 0 { // somebody on whom something depends
		g := y.staff.groups[slices.Sorted(maps.Keys(y.staff.groups))[y.r.IntN(5)]]
		who = g[y.r.IntN(len(g))]
	}
	until := y.clock().Add(time.Duration(1+y.r.IntN(14)) * 24 * time.Hour)
	// A circle of stand-ins is refused, and somebody who left says nothing.
	_ = y.bot.SetAway(y.t.Context(), y.principal(who), approval.Absence{Until: until, StandIn: standIn})
}

// somebodyAnswers lets one who can, works now and answers at all, do something.
func (y *year) somebodyAnswers(id engine.RequestID) {
	e := y.explain(id)
	if len(e.Can) == 0 {
		return
	}
	who := e.Can[y.r.IntN(len(e.Can))].Person
	if y.staff.silent[who] || !y.staff.atWork(who, y.clock()) {
		return
	}
	run := y.judge.request(id)
	y.judge.tries++
	if to, _ := y.staff.anybody(); y.r.IntN(12) == 0 {
		// Who may not get it is refused.
		y.does(id, who, bot.RequestOrder{Verb: card.Delegate, To: string(to)}, adapters.Recorded, adapters.Refused)
		return
	}
	if y.r.IntN(6) == 0 && len(run.Editable) > 0 {
		y.does(id, who, bot.RequestOrder{Verb: card.SendBack, Text: "Less, please."}, adapters.Recorded)
		return
	}
	action := "approve"
	if y.r.IntN(8) == 0 {
		action = "reject"
	}
	a, err := y.bot.Click(y.t.Context(), adapters.Click{
		Actor: y.account(who), Request: string(id), Version: run.Version, Action: action, Once: fmt.Sprint("c", y.judge.tries),
	})
	if err != nil || a.Kind != adapters.Recorded {
		y.t.Errorf("%s could answer %s, but the click is %v %q, %v", who, id, a.Kind, a.Text, err)
	}
}

// requesterChanges has a requester of whom changes are wanted make them, if they
// answer at all. Those who left or never do leave it where it is.
func (y *year) requesterChanges(id engine.RequestID) {
	who := y.judge.requester(id)
	if y.judge.request(id).Wanted == "" || y.staff.silent[who] || y.staff.person(who).Inactive || !y.staff.atWork(who, y.clock()) {
		return
	}
	y.judge.tries++
	// What nobody could answer any more is refused.
	y.does(id, who, bot.RequestOrder{Verb: card.Resubmit, Inputs: map[string]any{"n": y.judge.tries}}, adapters.Recorded, adapters.Refused)
}

// somebodyOverrides breaks the glass, also over what was sent back. Who asked may
// not.
func (y *year) somebodyOverrides(id engine.RequestID) {
	who, _ := y.staff.anybody()
	y.judge.tries++
	r := y.judge.request(id)
	if !r.Open() {
		return
	}
	sentBack := r.Wanted != ""
	kind := adapters.Recorded
	if who == y.judge.requester(id) || y.standsInFor(y.judge.requester(id), who) {
		kind = adapters.Refused
	}
	y.does(id, who, bot.RequestOrder{Verb: card.Override, Text: "It burns."}, kind)
	if sentBack && kind == adapters.Recorded {
		y.judge.overrides++
	}
}

// standsInFor reports whether somebody stands in for another now, or for one who
// does.
func (y *year) standsInFor(of, who approval.PersonID) bool {
	away, err := y.bot.Absences(y.t.Context())
	if err != nil {
		y.t.Fatal(err)
	}
	for range away {
		a, ok := away[of]
		if !ok || !a.Covers(y.clock()) {
			return false
		}
		if of = a.StandIn; of == who {
			return true
		}
	}
	return false
}

// does is what somebody does with a request, and what must come of it.
func (y *year) does(id engine.RequestID, who approval.PersonID, o bot.RequestOrder, want ...adapters.AnswerKind) {
	o.Request, o.Actor, o.Once = string(id), y.account(who), fmt.Sprint("d", y.judge.tries)
	if a, err := y.bot.DoRequest(y.t.Context(), o); err != nil || !slices.Contains(want, a.Kind) {
		y.t.Errorf("%s: %s by %s of %s is %v %q, %v; want %v", y.clock(), o.Verb, who, id, a.Kind, a.Text, err, want)
	}
}

func (y *year) explain(id engine.RequestID) approval.Explanation {
	e, err := y.bot.Explain(y.t.Context(), string(id), "", engine.Principal{Via: "engine"})
	if err != nil {
		y.t.Fatalf("Explain(%s) = %v", id, err)
	}
	return e
}
