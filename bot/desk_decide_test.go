package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"signoff/adapters"
	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/approval"
	"signoff/engine/audit"
)

func TestDeskApprovesByText(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		x, _ := w.begin()
		ref := w.ref(x)
		r := w.types("dana", "approve "+strings.ToLower(ref)+" “have fun”")
		w.wants(r, adapters.Done, ref+": Recorded: you approved")
		if r.Card == nil || len(r.Card.Actions) > 0 || len(r.Card.Form) > 0 {
			t.Errorf("the card is %+v, want one without live buttons", r.Card)
		}
		got := w.execution(x.ID).Runs[0].Request
		if got.Outcome != engine.Approved || got.Responses[0].By.Person != "dana" || got.Responses[0].Values["reason"] != "have fun" {
			t.Errorf("the request is %s by %+v", got.Outcome, got.Responses)
		}
		for _, line := range w.trail() {
			if line.Event == audit.ResponseRecorded && line.Data["evidence"] != "hash" {
				t.Errorf("the trail says %v, want the evidence", line.Data)
			}
		}
		if n := w.chat.live(); n > 0 {
			t.Errorf("%d cards have live buttons", n)
		}
	})
}

// The same signed request decides once, whatever comes of it.
func TestDeskCommandTwiceIsOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		x, _ := w.begin()
		for _, text := range []string{
			"reject " + w.ref(x), // not eligible, own request
			"approve " + w.ref(x) + " ok",
		} {
			for user, first := range map[string]adapters.ReplyKind{"alex": adapters.Turned, "dana": adapters.Done} {
				if strings.HasPrefix(text, "reject") != (user == "alex") {
					continue
				}
				c := adapters.Command{Actor: account(user), Name: "/signoff", Text: text, Once: "same-" + user}
				if r := w.commands(c); r.Kind != first {
					t.Errorf("%s %s: %s %q", user, text, r.Kind, r.Text)
				}
				if r := w.commands(c); r.Kind != adapters.Again {
					t.Errorf("%s %s again: %s %q", user, text, r.Kind, r.Text)
				}
			}
		}
		if n := w.count(audit.ResponseRecorded); n != 1 {
			t.Errorf("%d answers are recorded", n)
		}
		if n := w.count(audit.ResponseRefused); n != 1 {
			t.Errorf("%d refusals are recorded", n)
		}
	})
}

func TestDeskDecisionsAreRefused(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		x, request := w.begin()
		ref := w.ref(x)
		for user, says := range map[string]string{
			"alex":   "your own request",
			"nobody": "signoff does not know your Slack account",
		} {
			for _, id := range []string{ref, request, string(x.ID)} {
				w.wants(w.types(user, "approve "+id), adapters.Turned, says)
			}
		}
		guest := adapters.Command{Actor: account("dana"), Name: "/signoff", Text: "approve " + ref, Once: "guest"}
		guest.Actor.Guest = true
		w.wants(w.commands(guest), adapters.Turned, "Guests cannot answer")
		// Whoever signoff does not know learns nothing of what there is.
		if a, b := w.types("nobody", "approve "+ref), w.types("nobody", "approve REQ-00000"); a.Text != b.Text {
			t.Errorf("a stranger is told %q of what is there, and %q of what is not", a.Text, b.Text)
		}
		for _, id := range []string{"REQ-00000", "nothing", "nothing.1", string(x.ID) + ".7", "x.y.z", "<@U1>", "../../etc"} {
			w.wants(w.types("dana", "approve "+id), adapters.Turned, "There is no such request any more.")
		}
		if n := w.count(audit.ResponseRefused); n != 8 { // three ids each of two people, the guest, and a stranger once more
			t.Errorf("%d refusals are in the trail, want 8", n)
		}
		if r := w.execution(x.ID).Runs[0].Request; !r.Open() || len(r.Responses) > 0 {
			t.Errorf("the request is %+v", r)
		}
	})
}

// Absent and forbidden are told in the same words.
func TestDeskHidesWhatIsNotTheirs(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.with(granted(t, access.Grant{Role: access.Approver, To: []approval.Selector{{Kind: approval.User, Name: "dana"}}, In: []string{"hr"}}))
		w.operates(bare)
		x, request := w.beginFlow("bare", nil)
		ref := w.ref(x)
		for _, verb := range []string{"approve", "reject", "status", "explain", "cancel"} {
			want := w.types("kim", verb+" REQ-00000").Text
			for _, id := range []string{ref, request, string(x.ID), "nothing"} {
				r := w.types("kim", verb+" "+id)
				if r.Text != want || r.Card != nil || len(r.Items) > 0 {
					t.Errorf("%s %s: %q, want %q as of what is not there", verb, id, r.Text, want)
				}
			}
		}
		r := w.types("kim", "delegate "+ref+" @UKIM")
		w.wants(r, adapters.Turned, "There is no such request any more.")
		// The trail says that they tried, as of a click: three verbs by three ids, and once more.
		if n := w.count(audit.ResponseRefused); n != 10 {
			t.Errorf("%d refusals are in the trail, want 10", n)
		}
	})
}

func TestDeskRejectionWithoutReasonAsksForIt(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		x, _ := w.begin()
		ref := w.ref(x)
		r := w.types("kim", "reject "+ref)
		w.wants(r, adapters.Asked, "")
		if got, want := fieldsOf(r.Sheet), "reason*"; got != want || !strings.Contains(r.Sheet.Title, ref) {
			t.Fatalf("the sheet %q asks %s, want %s", r.Sheet.Title, got, want)
		}
		empty := w.submits("kim", r.Sheet.Subject, nil)
		if empty.Kind != adapters.Wrong || empty.Fields["reason"] == "" {
			t.Fatalf("an empty one is %s %v", empty.Kind, empty.Fields)
		}
		w.wants(w.submits("alex", r.Sheet.Subject, map[string]any{"reason": "mine"}), adapters.Turned, "your own request")
		if again := w.sheet("kim", r.Sheet.Subject, map[string]any{"reason": "too"}); fieldsOf(again.Sheet) != "reason*=too" {
			t.Errorf("drawn anew it asks %s", fieldsOf(again.Sheet))
		}
		w.wants(w.submits("kim", r.Sheet.Subject, map[string]any{"reason": "too late"}), adapters.Done, "you rejected")
		if got := w.execution(x.ID).Runs[0].Request; got.Outcome != engine.Rejected {
			t.Errorf("the request is %q", got.Outcome)
		}
		w.wants(w.types("dana", "approve "+ref), adapters.Turned, "")
		w.wants(w.sheet("dana", r.Sheet.Subject, nil), adapters.Turned, "")
	})
}

const chooses = `
id: chooses
namespace: hr
tasks:
  - id: gate
    type: Pause
    pauseDuration: P3D
    behavior: FAIL
    onResume: [{id: size, type: SELECT, values: [small, large]}]
    approval: {stages: [{id: one, who: ["user:dana"]}]}
    deliver: [{slack: "#hr"}]
`

const bare = `
id: bare
namespace: hr
tasks:
  - id: gate
    type: Pause
    pauseDuration: P3D
    behavior: FAIL
    onReject: FAIL
    onResume: [{id: ok, type: BOOL}]
    approval: {stages: [{id: one, who: ["user:dana"]}]}
    deliver: [{slack: "#hr"}]
`

// Where the flow says that the risk is high, a text is not enough: the question is
// repeated, and answered with a button.
func TestDeskAsksAgainWhereTheRiskIsHigh(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(strings.Replace(bare, "    onReject", "    request: {title: Drop the database, risk: high}\n    onReject", 1))
		x, request := w.beginFlow("bare", nil)
		r := w.types("dana", "approve "+request)
		w.wants(r, adapters.Asked, "")
		if got := r.Sheet.Intro[0].Spans[0].Text; !strings.Contains(got, "Approve: Drop the database?") || len(r.Sheet.Fields) > 0 {
			t.Errorf("it asks %q %s", got, fieldsOf(r.Sheet))
		}
		if got := w.execution(x.ID).Runs[0].Request; !got.Open() {
			t.Fatal("it is decided")
		}
		w.wants(w.submits("dana", r.Sheet.Subject, nil), adapters.Done, "you approved")
	})
}

func TestDeskSaysWhatATextCannotDecide(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(chooses)
		w.save(bare)
		x, _ := w.beginFlow("chooses", nil)
		r := w.types("dana", "approve "+w.ref(x))
		w.wants(r, adapters.Turned, "asks for no yes or no. Answer it on its card.")
		if r.Card == nil {
			t.Error("its card is not shown")
		}
		_, request := w.beginFlow("bare", nil)
		w.wants(w.types("dana", "approve "+request+" with a reason"), adapters.Turned, "it takes no reason. Type “/signoff approve REQ-")
		w.wants(w.types("dana", "approve "+request), adapters.Done, "you approved")
	})
}

func TestDeskDelegatesAndCancels(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.buy()
		ref := w.at("#buy").Ref
		for text, says := range map[string]string{
			"delegate " + ref + " @UNOBODY":               "signoff does not know “nobody”",
			"delegate " + ref + " @USTRANGER":             "signoff does not know “USTRANGER”",
			"delegate " + ref + " lee@example.com":        "signoff does not know “lee@example.com”",
			"delegate " + ref + " @UKIM until tomorrow":   "“tomorrow” is no moment",
			"delegate " + ref + " @UALEX":                 "Alex made this request",
			"delegate " + ref + " @UDANA":                 "",
			"delegate " + ref + " @UKIM until 1999-01-01": "is over already",
		} {
			w.wants(w.types("dana", text), adapters.Turned, says)
		}
		w.wants(w.types("dana", "delegate "+ref+" @UKIM until 2d I am in court"), adapters.Done, ref+": Recorded: Kim answers for Dana until")
		w.wants(w.types("kim", "cancel "+ref), adapters.Turned, "")
		w.wants(w.types("alex", "cancel "+ref+" not needed"), adapters.Done, "you took")
		w.wants(w.types("kim", "approve "+ref), adapters.Turned, "cancelled")
	})
}

// A text binds to the request as it stands: what was decided meanwhile is told.
func TestDeskTwoAtOnceDecideOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		x, _ := w.begin()
		text := "approve " + w.ref(x)
		answers := make(chan adapters.Reply, 8)
		for i := range cap(answers) {
			user := []string{"dana", "kim"}[i%2]
			go func() {
				r, err := w.bot.Command(t.Context(), adapters.Command{Actor: account(user), Name: "/signoff", Text: text, Once: fmt.Sprint(i)})
				if err != nil {
					t.Error(err)
				}
				answers <- r
			}()
		}
		done := 0
		for range cap(answers) {
			if r := <-answers; r.Kind == adapters.Done {
				done++
			} else if r.Kind != adapters.Turned {
				t.Errorf("%s %q", r.Kind, r.Text)
			}
		}
		synctest.Wait()
		if got := w.execution(x.ID).Runs[0].Request; done != 1 || len(got.Responses) != 1 {
			t.Errorf("%d were told that it is recorded, %d answers are there", done, len(got.Responses))
		}
	})
}

// Too late is too late, also for a text.
func TestDeskExpiredIsNotDecided(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		x, _ := w.begin()
		ref := w.ref(x)
		time.Sleep(4 * 24 * time.Hour)
		synctest.Wait()
		w.wants(w.types("dana", "approve "+ref), adapters.Turned, "")
		if got := w.execution(x.ID).Runs[0].Request; got.Outcome != engine.Expired {
			t.Errorf("the request is %q", got.Outcome)
		}
	})
}
