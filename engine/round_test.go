package engine_test

import (
	"strings"
	"testing"
	"time"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/engine/flow"
)

func (s *story) sendBack(who approval.PersonID) engine.SendBack {
	return engine.SendBack{Run: "1", Version: s.request().Version, By: person(who), Text: "less, please"}
}

func resubmit(who approval.PersonID, inputs map[string]any) engine.Resubmit {
	return engine.Resubmit{Run: "1", By: person(who), Inputs: inputs, Text: "so be it"}
}

func TestSendBackAndResubmit(t *testing.T) {
	t.Parallel()
	s := paying(t, editable("amount"), reminding(time.Hour)).vote("ann", engine.Approve)
	old := *s.request()
	s.do(s.sendBack("ben")).told("rob changes")
	if line := s.wrote(audit.RequestReturned); line.Actor.Person != "ben" || line.Data["text"] != "less, please" {
		t.Errorf("it wrote %v", line)
	}
	r := s.request()
	if r.Wanted != "less, please" || r.Comments[0].Kind != engine.Changes || r.Since != r.Version || !r.Open() {
		t.Errorf("it is %s", dump(r))
	}
	// It lies with the requester now.
	s.refused(s.click("ben", engine.Approve), engine.NotAllowed)
	s.refused(s.sendBack("ben"), engine.NotAllowed)
	s.refused(s.hand("ben", delegation("dan")), engine.NotAllowed)
	s.refused(engine.Remind{Run: "1", Person: "ben"}, engine.Settled)

	s.later(2 * time.Hour).do(resubmit("rob", map[string]any{"amount": "40"}))
	s.told("ann anew", "ben anew")
	s.wrote(audit.RequestSuperseded)
	s.wrote(audit.RequestOpened)
	r = s.request()
	if r.Title != "Pay 40" || r.Digest == old.Digest || len(r.Responses) != 0 || r.Stage != 0 || r.Wanted != "" {
		t.Errorf("it is %s", dump(r))
	}
	if r.Deadline != old.Deadline || r.Opened != old.Opened || r.Version <= old.Version || r.Since != r.Version {
		t.Errorf("deadline %v, opened %v, version %d since %d", r.Deadline, r.Opened, r.Version, r.Since)
	}
	if len(r.Rounds) != 1 || r.Rounds[0].Digest != old.Digest || r.Rounds[0].Responses[0].By.Person != "ann" {
		t.Errorf("the rounds are %s", dump(r.Rounds))
	}
	if due := s.owed("remind/1/ann").Due; !due.Equal(s.facts.Now.Add(time.Hour)) {
		t.Errorf("the reminders begin anew at %v", due)
	}

	// What ann said of 100 says nothing of 40.
	stale := s.click("ben", engine.Approve)
	stale.Version = old.Version
	s.refused(stale, engine.Stale)
	s.vote("ben", engine.Approve)
	if s.request().Stage != 0 {
		t.Fatal("a vote of the old round counts")
	}
	s.vote("ann", engine.Approve).vote("cat", engine.Approve).want("gate SUCCESS, after SUCCESS, SUCCESS")
	if got := outputOf(t, s.x, "after"); got != "approved 40" {
		t.Errorf("what follows reads %v", got)
	}
	run, _ := s.x.Run("1")
	rounds, _ := run.Outputs["rounds"].([]any)
	comments, _ := run.Outputs["comments"].([]any)
	if len(rounds) != 1 || len(comments) != 2 || !strings.Contains(dump(rounds), `"by":"ann"`) || !strings.Contains(dump(comments), "so be it") {
		t.Errorf("outputs: rounds %s, comments %s", dump(rounds), dump(comments))
	}
}

func TestResubmitRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cmd  engine.Resubmit
		code engine.Code
	}{
		"by_another":            {resubmit("ann", nil), engine.NotEligible},
		"by_nobody":             {resubmit("", nil), engine.NotEligible},
		"what_is_not_editable":  {resubmit("rob", map[string]any{"purpose": "x"}), engine.BadInput},
		"what_the_flow_has_not": {resubmit("rob", map[string]any{"other": "x"}), engine.BadInput},
		"what_does_not_fit":     {resubmit("rob", map[string]any{"amount": "many"}), engine.BadInput},
		"nothing_for_something": {resubmit("rob", map[string]any{"amount": nil}), engine.BadInput},
		"another_run":           {engine.Resubmit{Run: "2", By: person("rob")}, engine.NotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := paying(t, editable("amount"))
			s.do(s.sendBack("ben"))
			before := dump(s.x)
			s.refused(c.cmd, c.code)
			if dump(s.x) != before {
				t.Error("a refusal changed something")
			}
		})
	}
	t.Run("what nobody asked for", func(t *testing.T) {
		t.Parallel()
		paying(t, editable("amount")).refused(resubmit("rob", nil), engine.NotAllowed)
	})
	t.Run("too late", func(t *testing.T) {
		t.Parallel()
		s := paying(t, editable("amount"))
		s.do(s.sendBack("ben")).later(48*time.Hour).refused(resubmit("rob", nil), engine.TooLate)
		s.do(engine.Expire{Run: "1"}).refused(resubmit("rob", nil), engine.AlreadyDecided)
	})
	t.Run("what nobody could answer then", func(t *testing.T) {
		t.Parallel()
		s := paying(t, editable("amount"))
		s.do(s.sendBack("ben"))
		s.facts.People = &approval.Directory{}
		s.refused(resubmit("rob", map[string]any{"amount": 1}), engine.BadInput)
	})
}

func TestSendBackRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		edit func(*flow.Pause)
		who  approval.PersonID
		text string
		code engine.Code
	}{
		"where_nothing_may_change": {editable(), "ann", "less", engine.NotAllowed},
		"by_the_requester":         {editable("amount"), "rob", "less", engine.OwnRequest},
		"by_who_may_not_answer":    {editable("amount"), "cat", "less", engine.NotEligible},
		"without_a_word":           {editable("amount"), "ann", "  ", engine.NotAllowed},
		"with_a_book":              {editable("amount"), "ann", strings.Repeat("x", 5000), engine.NotAllowed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := paying(t, c.edit)
			cmd := s.sendBack(c.who)
			cmd.Text = c.text
			s.refused(cmd, c.code)
		})
	}
}

// Inputs that somebody approved at one gate cannot change at the next: what was
// approved would not be what is run.
func TestWhatWasApprovedCannotChangeAtTheNextGate(t *testing.T) {
	t.Parallel()
	second := strings.Replace(payment, "tasks:\n", "tasks:\n  - "+ask("before")+"\n", 1)
	s := newStory(t, second)
	s.facts.People = office()
	s.pause().Changes = []string{"amount"}
	s.do(engine.Start{ID: "x", Revision: 1, By: person("rob"), Inputs: map[string]any{"amount": 100}})
	s.say("1", engine.Approve)
	s.refused(engine.SendBack{Run: "2", Version: 1, By: person("ann"), Text: "more"}, engine.NotAllowed)
}

// What is asked at the same time shows the same inputs, so it is asked anew, too.
func TestResubmitAsksAllThatIsOpen(t *testing.T) {
	t.Parallel()
	src := `
id: both
namespace: hr
inputs: [{id: amount, type: INT}]
tasks:
  - id: all
    type: Parallel
    tasks:
      - id: gate
        type: Pause
        onResume: [{id: ok, type: BOOL}]
        onReject: FAIL
        request: {title: "Pay {{ inputs.amount }}"}
        approval: {stages: [{id: one, who: ["user:ann"]}]}
      - id: other
        type: Pause
        onResume: [{id: ok, type: BOOL}]
        onReject: FAIL
        request: {title: "Also {{ inputs.amount }}"}
        approval: {stages: [{id: one, need: 2, who: ["user:ben", "user:cat"]}]}
`
	s := newStory(t, src)
	s.facts.People = office()
	s.pause().Changes = []string{"amount"}
	s.do(engine.Start{ID: "x", Revision: 1, By: person("rob"), Inputs: map[string]any{"amount": 100}})
	at := func(id engine.TaskRunID) *engine.Request { run, _ := s.x.Run(id); return run.Request }
	if at("2") == nil || at("3") == nil {
		t.Fatal(runs(s.x))
	}
	s.do(engine.Respond{Run: "3", Version: 1, By: person("ben"), Verdict: engine.Approve})
	s.do(engine.SendBack{Run: "2", Version: 1, By: person("ann"), Text: "less"})
	s.do(engine.Resubmit{Run: "2", By: person("rob"), Inputs: map[string]any{"amount": 5}})
	if o := at("3"); o.Title != "Also 5" || len(o.Responses) != 0 || len(o.Rounds) != 1 {
		t.Errorf("the other is %s", dump(o))
	}
	s.refused(engine.Respond{Run: "3", Version: 2, By: person("cat"), Verdict: engine.Approve}, engine.Stale)
}

func TestComments(t *testing.T) {
	t.Parallel()
	s := paying(t)
	say := func(who approval.PersonID, text string) engine.Comment {
		return engine.Comment{Run: "1", By: person(who), Text: text}
	}
	since := s.request().Since
	s.do(say("ann", "What for?")).told("rob question")
	s.do(say("rob", "Cakes.")).told("ann reply")
	s.vote("ann", engine.Approve).do(say("ann", "Which?")).told("rob question")
	r := s.request()
	if r.Since != since || len(r.Comments) != 3 || r.Comments[1].Kind != engine.Reply || r.Comments[2].Kind != engine.Question {
		t.Errorf("it is %s", dump(r))
	}
	s.wrote(audit.RequestCommented)
	s.refused(say("dan", "Me?"), engine.NotEligible).refused(say("", "?"), engine.NotEligible)
	s.refused(say("ann", "\n"), engine.NotAllowed).refused(say("ann", strings.Repeat("x", 5000)), engine.NotAllowed)
	for range 97 {
		s.do(say("ben", "Hm."))
	}
	s.refused(say("ben", "Hm."), engine.NotAllowed)
	s.do(engine.Cancel{By: person("rob")}).refused(say("ann", "Late?"), engine.AlreadyDecided)
}

// A requester who talks without end keeps nobody from sending the request back,
// and can still change it and say why it is taken back.
func TestTalkKeepsNobodyFromAskingForChanges(t *testing.T) {
	t.Parallel()
	s := paying(t, editable("amount"))
	for range 100 {
		s.do(engine.Comment{Run: "1", By: person("rob"), Text: "Well?"})
	}
	s.refused(engine.Comment{Run: "1", By: person("ann"), Text: "What for?"}, engine.NotAllowed)
	s.do(s.sendBack("ann"))
	again := resubmit("rob", map[string]any{"amount": 40})
	again.Text = "less"
	s.do(again).do(engine.Withdraw{Run: "1", By: person("rob"), Reason: "paid already"})
	if r := s.request(); r.Outcome != engine.Withdrawn || len(r.Comments) != 103 {
		t.Errorf("it is %s, with %d remarks", r.Outcome, len(r.Comments))
	}
}

func TestWithdraw(t *testing.T) {
	t.Parallel()
	s := paying(t).vote("ann", engine.Approve)
	s.refused(engine.Withdraw{Run: "1", By: person("ann")}, engine.NotEligible)
	s.refused(engine.Withdraw{Run: "1", By: person("")}, engine.NotEligible)
	s.do(engine.Withdraw{Run: "1", By: person("rob"), Reason: "paid already"})
	if r := s.request(); r.Outcome != engine.Withdrawn || s.x.State != engine.Cancelled {
		t.Errorf("it is %s, %s", r.Outcome, s.x.State)
	}
	if line := s.wrote(audit.RequestCancelled); line.Actor.Person != "rob" || line.Data["reason"] != "paid already" {
		t.Errorf("it wrote %v", line)
	}
	if line := s.wrote(audit.ExecutionEnded); line.Actor.Person != "rob" {
		t.Errorf("it wrote %v", line)
	}
	s.refused(s.click("ben", engine.Approve), engine.AlreadyDecided)
	s.refused(engine.Withdraw{Run: "1", By: person("rob")}, engine.AlreadyDecided)
	s.refused(resubmit("rob", nil), engine.AlreadyDecided)
	s.refused(engine.Restart{By: person("rob")}, engine.NotAllowed)
}

// A service that began an execution has no person who could withdraw it, and an
// empty name is nobody's.
func TestNobodyWithdrawsForAService(t *testing.T) {
	t.Parallel()
	s := preparing(t, editable("amount"))
	s.do(engine.Start{ID: "x", Revision: 1, By: engine.Principal{Via: "api"}, Inputs: map[string]any{"amount": 1}})
	s.refused(engine.Withdraw{Run: "1"}, engine.NotEligible)
	s.refused(s.sendBack("ann"), engine.NotAllowed)
	s.do(engine.Comment{Run: "1", By: person("ann"), Text: "Who is there?"}).told()
}
