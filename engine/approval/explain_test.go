package approval_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/approval"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// shop is a directory with a bit of everything.
func shop() *approval.Directory {
	d := &approval.Directory{
		People: map[approval.PersonID]approval.Person{},
		Groups: map[string][]approval.PersonID{"finance": {"kim", "lee"}, "leads": {"dana", "mo"}, "empty": {}},
		Absent: map[approval.PersonID]approval.Absence{},
		OnCall: map[string][]approval.PersonID{"payments": {"mo"}},
		Unsure: map[approval.Selector]string{},
	}
	for _, name := range []string{"Alex", "Dana", "Kim", "Lee", "Mo", "Sam"} {
		id := approval.PersonID(strings.ToLower(name))
		d.People[id] = approval.Person{ID: id, Name: name}
	}
	alex := d.People["alex"]
	alex.Manager = "dana"
	d.People["alex"] = alex
	return d
}

// requestBy is a case that was just asked.
func requestBy(t *testing.T, who approval.PersonID, p approval.Policy, d *approval.Directory) approval.Case {
	t.Helper()
	c := approval.Case{Policy: p, People: d, Requester: who, Now: noon}
	asked, err := approval.Ask(c)
	if err != nil {
		t.Fatal(err)
	}
	c.Asked = asked
	c.Times = approval.Times{Began: noon}
	return c
}

func finance() approval.Policy {
	return stages(approval.Stage{ID: "manager", Who: users("dana")}, approval.Stage{ID: "finance", Who: groups("finance"), Need: need(2)})
}

func TestExplain(t *testing.T) {
	t.Parallel()
	ladder := stages(approval.Stage{
		ID: "lead", Who: groups("finance"), Remind: []time.Duration{4 * time.Hour}, Within: 48 * time.Hour,
		Escalate: []approval.Rung{{After: 24 * time.Hour, To: groups("leads")}},
	})
	parties := stages(approval.Stage{ID: "review", Groups: []approval.Party{
		{ID: "money", Who: groups("finance"), Need: need(2)}, {ID: "ops", Who: groups("leads")},
	}})
	for name, c := range map[string]struct {
		policy approval.Policy
		as     approval.PersonID
		change func(*approval.Case)
		want   string
	}{
		"one_of_a_group": {policy: stages(approval.Stage{ID: "f", Who: groups("finance")}), want: `
Kim and Lee can decide (group:finance).
Waiting for Kim or Lee.
Alex cannot decide (made the request).
Nothing happens by itself: it waits until somebody answers.`},
		"a_chain_names_the_step": {policy: finance(), want: `
Step 1 (manager) is asked.
Dana can decide (user:dana).
Waiting for Dana.
Alex cannot decide (made the request).
Kim and Lee cannot decide (asked in step 2 (finance)).
Nothing happens by itself: it waits until somebody answers.`},
		"the_requester_asks": {policy: finance(), as: "alex", want: `
This is your own request, so somebody else must answer it. Dana can.
Step 1 (manager) is asked.
Dana can decide (user:dana).
Waiting for Dana.
Alex cannot decide (made the request).
Kim and Lee cannot decide (asked in step 2 (finance)).
Nothing happens by itself: it waits until somebody answers.`},
		"who_can_asks": {policy: stages(approval.Stage{ID: "m", Who: []approval.Selector{{Kind: approval.ManagerOf, Name: approval.Requester}}}), as: "dana", want: `
You can decide (manager-of:requester).
Dana can decide (manager-of:requester).
Waiting for Dana.
Alex cannot decide (made the request).
Nothing happens by itself: it waits until somebody answers.`},
		"after_a_vote": {policy: stages(approval.Stage{ID: "f", Who: append(groups("finance"), users("mo")...), Need: need(2)}), change: func(c *approval.Case) {
			c.Votes = []approval.Vote{{Person: "lee", Approve: true}}
		}, want: `
Kim can decide (group:finance).
Mo can decide (user:mo).
Waiting for Kim or Mo.
Alex cannot decide (made the request).
Lee cannot decide (answered already).
Nothing happens by itself: it waits until somebody answers.`},
		"away_with_a_stand_in": {policy: stages(approval.Stage{ID: "f", Who: users("kim")}), as: "sam", change: func(c *approval.Case) {
			c.People.Absent["kim"] = approval.Absence{From: noon.Add(-time.Hour), Until: noon.Add(time.Hour), StandIn: "sam"}
		}, want: `
You can decide (for Kim, who is away until 2026-11-22 13:00 UTC).
Kim can decide (user:kim; away until 2026-11-22 13:00 UTC).
Sam can decide (for Kim, who is away until 2026-11-22 13:00 UTC).
Waiting for Kim.
Alex cannot decide (made the request).
Nothing happens by itself: it waits until somebody answers.`},
		"delegated_for_a_while": {policy: stages(approval.Stage{ID: "f", Who: users("kim")}), change: func(c *approval.Case) {
			c.Moves = []approval.Move{{Kind: approval.Delegated, From: "kim", To: "sam", By: "kim", Until: noon.Add(time.Hour)}}
		}, want: `
Kim can decide (user:kim).
Sam can decide (for Kim, who handed it on until 2026-11-22 13:00 UTC).
Waiting for Kim.
Alex cannot decide (made the request).
Nothing happens by itself: it waits until somebody answers.`},
		"a_delegation_that_ended": {policy: stages(approval.Stage{ID: "f", Who: users("kim")}), change: func(c *approval.Case) {
			c.Moves = []approval.Move{{Kind: approval.Delegated, From: "kim", To: "sam", By: "kim", Until: noon}}
		}, want: `
Kim can decide (user:kim).
Waiting for Kim.
Alex cannot decide (made the request).
Sam cannot decide (could for Kim until 2026-11-22 12:00 UTC).
Nothing happens by itself: it waits until somebody answers.`},
		"reassigned": {policy: stages(approval.Stage{ID: "f", Who: users("kim")}), change: func(c *approval.Case) {
			c.Moves = []approval.Move{{Kind: approval.Reassigned, From: "kim", To: "sam", By: "kim"}}
		}, want: `
Sam can decide (has the seat of Kim).
Waiting for Sam.
Alex cannot decide (made the request).
Kim cannot decide (seat given to Sam).
Nothing happens by itself: it waits until somebody answers.`},
		"the_requesters_stand_in": {policy: stages(approval.Stage{ID: "f", Who: groups("finance")}), change: func(c *approval.Case) {
			c.People.Absent["alex"] = approval.Absence{From: noon, StandIn: "kim"}
			c.People.Absent["lee"] = approval.Absence{From: noon, StandIn: "sam"}
			c.People.Absent["kim"] = approval.Absence{From: noon, StandIn: "mo"}
		}, want: `
Kim and Lee can decide (group:finance; away).
Sam can decide (for Lee, who is away).
Waiting for Kim or Lee.
Alex cannot decide (made the request).
Mo cannot decide (stands in for Kim, who may not answer).
Nothing happens by itself: it waits until somebody answers.`},
		"times_to_come": {policy: ladder, change: func(c *approval.Case) {
			c.Times.StageDue, c.Times.Deadline = noon.Add(48*time.Hour), noon.Add(96*time.Hour)
		}, want: `
Kim and Lee can decide (group:finance).
Waiting for Kim or Lee.
Alex cannot decide (made the request).
If nobody answers, 2026-11-22 16:00 UTC: whoever has not answered is reminded, in their working hours.
2026-11-23 12:00 UTC: group:leads is asked, too.
2026-11-24 12:00 UTC: the time for this request is over: the execution fails.`},
		"after_the_ladder": {policy: ladder, change: func(c *approval.Case) {
			c.Moves = []approval.Move{{Kind: approval.Escalated, Who: groups("leads"), At: noon}}
			c.Now = noon.Add(25 * time.Hour)
			c.Times.Deadline, c.Times.Silence = noon.Add(48*time.Hour), approval.SilenceResumes
		}, want: `
Dana and Mo can decide (group:leads, asked because nobody had answered).
Kim and Lee can decide (group:finance).
Waiting for Dana, Kim, Lee or Mo.
Alex cannot decide (made the request).
If nobody answers, 2026-11-24 12:00 UTC: the request expires: the execution goes on.`},
		"groups_and_what_each_needs": {policy: parties, want: `
Dana and Mo can decide (group:leads).
Kim and Lee can decide (group:finance).
Waiting for money: Kim and Lee.
Waiting for ops: Dana or Mo.
Alex cannot decide (made the request).
Nothing happens by itself: it waits until somebody answers.`},
		"a_list_that_cannot_be_read": {policy: stages(approval.Stage{ID: "f", Who: groups("finance")}), as: "kim", change: func(c *approval.Case) {
			c.People.Unsure[approval.Selector{Kind: approval.Group, Name: "finance"}] = "no answer"
		}, want: `
signoff cannot verify you now: it could not read who is in group:finance. Try again in a minute.
Nobody can decide at the moment.
Waiting for Kim or Lee.
Alex cannot decide (made the request).
Kim and Lee cannot decide (cannot be verified now).
Nothing happens by itself: it waits until somebody answers.`},
		"nobody_is_left": {policy: stages(approval.Stage{ID: "f", Who: users("kim")}), change: func(c *approval.Case) {
			kim := c.People.People["kim"]
			kim.Inactive = true
			c.People.People["kim"] = kim
		}, want: `
Nobody can decide at the moment.
Waiting for Kim.
Too few people are left who can answer it. Somebody must reassign a seat, override it or cancel it.
Alex cannot decide (made the request).
Kim cannot decide (switched off in the directory).
Nothing happens by itself: it waits until somebody answers.`},
		"decided": {policy: stages(approval.Stage{ID: "f", Who: users("kim")}), as: "kim", change: func(c *approval.Case) {
			c.Votes = []approval.Vote{{Person: "kim", Approve: true}}
		}, want: `
This request has every answer it needs.`},
		"rejected": {policy: finance(), change: func(c *approval.Case) {
			c.Votes = []approval.Vote{{Person: "dana"}}
		}, want: `
Step 1 (manager) was rejected.`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := requestBy(t, "alex", c.policy, shop())
			if c.change != nil {
				c.change(&x)
			}
			got := strings.Join(x.Explain(c.as).Lines(), "\n")
			if diff := cmp.Diff(strings.TrimPrefix(c.want, "\n"), got); diff != "" {
				t.Errorf("Explain(%q).Lines() (-want +got):\n%s", c.as, diff)
			}
		})
	}
}

// A list of thousands is not gone through one by one, and that is said.
func TestExplainLooksAtSoManyOnly(t *testing.T) {
	t.Parallel()
	d := shop()
	for i := range 1000 {
		id := approval.PersonID(fmt.Sprintf("x%04d", i))
		d.People[id] = approval.Person{ID: id, Name: string(id)}
		d.Groups["everybody"] = append(d.Groups["everybody"], id)
	}
	c := requestBy(t, "alex", stages(approval.Stage{ID: "f", Who: groups("everybody")}), d)
	e := c.Explain("x0999")
	if len(e.Can)+len(e.Cannot)+e.Unseen != 1001 || e.Unseen == 0 || !e.You.Can {
		t.Errorf("Explain() looks at %d and %d, leaves out %d, tells %+v", len(e.Can), len(e.Cannot), e.Unseen, e.You)
	}
	lines := strings.Join(e.Lines(), "\n")
	if want := strconv.Itoa(e.Unseen) + " more people are named and were not looked at"; !strings.Contains(lines, want) {
		t.Errorf("Lines() do not say %q:\n%s", want, lines)
	}
}
