package bot_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"signoff/adapters"
	"signoff/engine"
)

// lasting asks Dana and Kim for so long.
func lasting(id, d string) string {
	end := "pauseDuration: " + d + "\n    behavior: FAIL"
	if d == "" {
		end = "behavior: FAIL"
	}
	return "id: " + id + "\nnamespace: hr\ntasks:\n  - id: gate\n    type: Pause\n    " + end + "\n    onReject: FAIL\n" +
		"    onResume: [{id: ok, type: BOOL}]\n    request: {title: " + id + "}\n" +
		"    approval: {stages: [{id: one, who: [\"user:dana\", \"user:kim\"]}]}\n    deliver: [{slack: \"#hr\"}]\n"
}

func titles(items []adapters.Item) string {
	var out []string
	for _, i := range items {
		out = append(out, i.Title)
	}
	return strings.Join(out, " ")
}

func TestInboxIsOrderedByWhatExpiresFirst(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		for _, d := range []string{"", "P9D", "P1D", "PT30M", "P3D"} {
			id := "last_" + strings.ToLower(d)
			w.save(lasting(id, d))
			w.beginFlow(id, nil)
		}
		in := w.inbox("dana")
		if got, want := titles(in.Waiting), "last_pt30m last_p1d last_p3d last_p9d last_"; got != want || in.Total != 5 || in.Pages != 1 {
			t.Errorf("waiting: %s of %d, want %s", got, in.Total, want)
		}
		first := in.Waiting[0]
		if !first.Overdue || in.Waiting[1].Overdue || !in.Waiting[4].Due.IsZero() || first.Ref == "" || first.By != "Alex" || first.State != "Waiting for Dana or Kim" || first.URL == "" {
			t.Errorf("the first is %+v", first)
		}
		if in := w.inbox("alex"); len(in.Waiting) != 0 || titles(in.Mine) == "" || len(in.Mine) != 5 {
			t.Errorf("the requester sees %+v", in)
		}
		if in := w.inbox("nobody"); !strings.Contains(in.Refused, "does not know") || len(in.Waiting)+len(in.Mine) > 0 {
			t.Errorf("a stranger sees %+v", in)
		}
	})
}

// What was decided is gone at once, on everybody's page.
func TestInboxFollowsWhatHappens(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(lasting("one", "P3D"))
		w.inbox("dana") // from now on it is kept up to date
		var requests []string
		for range 3 {
			_, request := w.beginFlow("one", nil)
			requests = append(requests, request)
			time.Sleep(time.Minute)
		}
		if in := w.inbox("kim"); len(in.Waiting) != 3 || in.Waiting[0].Request != requests[0] {
			t.Fatalf("waiting: %+v", in.Waiting)
		}
		w.wants(w.types("dana", "approve "+requests[1]), adapters.Done, "")
		w.wants(w.types("alex", "cancel "+requests[2]), adapters.Done, "")
		for _, who := range []string{"dana", "kim"} {
			if in := w.inbox(who); len(in.Waiting) != 1 || in.Waiting[0].Request != requests[0] {
				t.Errorf("%s sees %+v", who, in.Waiting)
			}
		}
		if in := w.inbox("dana"); len(in.Decided) != 1 || in.Decided[0].Mood != adapters.Approved {
			t.Errorf("decided: %+v", in.Decided)
		}
		in := w.inbox("alex")
		if len(in.Mine) != 3 || in.Mine[0].Mood != adapters.Pending || in.Mine[1].Mood == adapters.Pending {
			t.Errorf("mine: %+v", in.Mine)
		}
		time.Sleep(4 * 24 * time.Hour)
		synctest.Wait()
		if in := w.inbox("dana"); in.Total != 0 {
			t.Errorf("what expired still waits: %+v", in.Waiting)
		}
	})
}

// A restart knows the same as before.
func TestInboxIsTheSameAfterARestart(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(lasting("one", "P3D"))
		w.inbox("dana")
		_, a := w.beginFlow("one", nil)
		time.Sleep(time.Minute)
		w.beginFlow("one", nil)
		w.wants(w.types("dana", "approve "+a), adapters.Done, "")
		ref := w.inbox("dana").Decided[0].Ref
		before := fmt.Sprintf("%+v %+v", w.inbox("dana"), w.inbox("alex"))
		w.stop()
		w.run()
		if after := fmt.Sprintf("%+v %+v", w.inbox("dana"), w.inbox("alex")); after != before {
			t.Errorf("before:\n%s\nafter:\n%s", before, after)
		}
		w.wants(w.types("dana", "status "+ref), adapters.Said, "Approved")
	})
}

func TestInboxPages(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(lasting("one", "P3D"))
		for range 32 {
			w.beginFlow("one", nil)
		}
		seen := map[string]bool{}
		for page, want := range []int{15, 15, 2, 2} {
			in, err := w.bot.Inbox(t.Context(), adapters.InboxCall{Actor: account("dana"), Page: page})
			if err != nil {
				t.Fatal(err)
			}
			if len(in.Waiting) != want || in.Pages != 3 || in.Total != 32 || in.Page != min(page, 2) {
				t.Errorf("page %d has %d of %d, is %d of %d", page, len(in.Waiting), in.Total, in.Page, in.Pages)
			}
			for _, item := range in.Waiting {
				seen[item.Request] = true
			}
		}
		if len(seen) != 32 {
			t.Errorf("the pages show %d different requests", len(seen))
		}
		w.wants(w.types("dana", "pending"), adapters.Said, "32 requests wait for you. This is page 1 of 3; type “/signoff pending 2” for the next.")
		w.wants(w.types("dana", "pending 99"), adapters.Said, "This is page 3 of 3.")
		if in, err := w.bot.Inbox(t.Context(), adapters.InboxCall{Actor: account("dana"), Page: -7}); err != nil || in.Page != 0 {
			t.Errorf("page -7 is %d, %v", in.Page, err)
		}
		if in := w.inbox("alex"); len(in.Mine) != 8 {
			t.Errorf("%d are mine", len(in.Mine))
		}
		w.wants(w.types("alex", "mine"), adapters.Said, "You asked for these 8, open ones first.")
	})
}

// Who stands in, or was delegated to, finds the request on their page, and nobody
// who is excluded does.
func TestInboxIsOfThoseWhoMayAnswer(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.buy() // Dana alone, on Alex's behalf
		if w.inbox("kim").Total != 0 || w.inbox("dana").Total != 1 || w.inbox("alex").Total != 0 {
			t.Fatal("it waits for somebody else than Dana")
		}
		w.wants(w.types("dana", "away to @UKIM until 1d"), adapters.Done, "Kim answers for you")
		if w.inbox("kim").Total != 1 {
			t.Error("the stand-in does not find it")
		}
		if got := w.inbox("dana").Away; !strings.Contains(got, "Kim answers for you") {
			t.Errorf("Dana's page says %q", got)
		}
		time.Sleep(25 * time.Hour)
		synctest.Wait()
		if in := w.inbox("kim"); in.Total != 0 {
			t.Errorf("who stood in still finds it: %+v", in.Waiting)
		}
		if got := w.inbox("dana").Away; got != "" {
			t.Errorf("Dana's page says %q", got)
		}
		ref := w.at("#buy").Ref
		w.wants(w.types("dana", "delegate "+ref+" @UKIM until 2h"), adapters.Done, "")
		if w.inbox("kim").Total != 1 {
			t.Error("who was asked instead does not find it")
		}
		time.Sleep(3 * time.Hour)
		if in := w.inbox("kim"); in.Total != 0 {
			t.Errorf("whose time is over still finds it: %+v", in.Waiting)
		}
		time.Sleep(24 * time.Hour) // the ladder asks Kim, too
		synctest.Wait()
		if w.inbox("kim").Total != 1 {
			t.Error("whom the ladder asks does not find it")
		}
		w.wants(w.types("dana", "approve "+ref), adapters.Done, "")
		if in := w.inbox("kim"); in.Total != 0 {
			t.Errorf("Kim still finds %+v", in.Waiting)
		}
	})
}

// A short name that two requests have decides neither.
func TestDeskAsksWhichOfTwo(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(`
id: pair
namespace: hr
tasks:
  - id: both
    type: Parallel
    tasks:
      - {id: a, type: Pause, pauseDuration: P3D, behavior: FAIL, onReject: FAIL, onResume: [{id: ok, type: BOOL}], request: {title: first}, approval: {stages: [{id: one, who: ["user:dana"]}]}, deliver: [{slack: "#hr"}]}
      - {id: b, type: Pause, pauseDuration: P3D, behavior: FAIL, onReject: FAIL, onResume: [{id: ok, type: BOOL}], request: {title: second}, approval: {stages: [{id: one, who: ["user:dana"]}]}, deliver: [{slack: "#hr"}]}
`)
		x, _ := w.beginFlow("pair", nil)
		r := w.types("dana", "approve "+string(x.ID))
		w.wants(r, adapters.Turned, "means 2 requests. Nothing was done. Type the long id of the one that you mean: "+string(x.ID)+".")
		if len(r.Items) != 2 || titles(r.Items) != "first second" {
			t.Fatalf("it shows %+v", r.Items)
		}
		w.wants(w.types("dana", "approve "+r.Items[1].Request), adapters.Done, "second")
		w.wants(w.types("dana", "approve "+string(x.ID)), adapters.Done, "first") // the only one that is open
	})
}

func TestDeskShowsAndExplains(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		x, _ := w.begin()
		ref := w.ref(x)
		r := w.types("alex", "status "+ref)
		w.wants(r, adapters.Said, "Approval needed: vacation. Employee: Alex.")
		if r.Card == nil || len(r.Card.Actions) > 0 {
			t.Errorf("it shows %+v", r.Card)
		}
		body := func(r adapters.Reply) string { return fmt.Sprint(r.Body) }
		r = w.types("alex", "explain "+ref)
		w.wants(r, adapters.Said, ref)
		if got := body(r); !strings.Contains(got, "Dana can decide") || !strings.Contains(got, "Alex cannot decide") {
			t.Errorf("it explains %s", got)
		}
		for asked, says := range map[string]string{
			"@UKIM":  "Kim would be told: “You can decide",
			"@UALEX": "This is your own request",
		} {
			if got := body(w.types("alex", "explain "+ref+" "+asked)); !strings.Contains(got, says) || strings.Contains(got, "Alex would be told") {
				t.Errorf("of %s it explains %s", asked, got)
			}
		}
		if got := body(w.types("dana", "explain "+ref+" @UALEX")); !strings.Contains(got, "Alex would be told: “This is your own request") {
			t.Errorf("it explains %s", got)
		}
		w.wants(w.types("alex", "explain "+ref+" @UNOBODY"), adapters.Turned, "signoff does not know “nobody”")
		w.wants(w.types("dana", "approve "+ref+" ok"), adapters.Done, "")
		w.wants(w.types("alex", "status "+ref), adapters.Said, "Approved: vacation.")
		w.wants(w.types("alex", "status "+string(x.ID)), adapters.Said, "Approved: vacation.")
		w.save("id: quiet\nnamespace: hr\ntasks: [{id: say, type: Log, message: hi}]")
		q, _ := w.beginFlow("quiet", nil)
		w.wants(w.types("alex", "status "+string(q.ID)), adapters.Said, "hr/quiet is SUCCESS. It began")
	})
}

func TestDeskAway(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		r := w.types("dana", "away")
		w.wants(r, adapters.Asked, "")
		if got := fieldsOf(r.Sheet); got != "signoff.from signoff.until signoff.to" {
			t.Errorf("it asks %s", got)
		}
		for text, says := range map[string]string{
			"away until 1999-01-01":     "ends before it begins",
			"away until soon":           "“soon” is no moment",
			"away to @UDANA":            "You cannot stand in for yourself",
			"away to @UNOBODY":          "signoff does not know “nobody”",
			"away until 999w":           "within a year",
			"back":                      "You are not away.",
			"away from 2d until 1d":     "ends before it begins",
			"away to lee@example.com":   "signoff does not know “lee@example.com”",
			"away until 2000-02-30":     "is no moment",
			"away from 2000-01-02 to @": "Nobody follows the @.",
		} {
			w.wants(w.types("dana", text), adapters.Turned, says)
		}
		w.wants(w.types("nobody", "away until 1d"), adapters.Turned, "signoff does not know your Slack account")
		c := adapters.Command{Actor: account("dana"), Name: "/signoff", Text: "away until 2000-01-03 to kim", Once: "a1", Evidence: "hash"}
		w.wants(w.commands(c), adapters.Done, "you are away until 4 Jan 2000 00:00 UTC. Kim answers for you.")
		if r := w.commands(c); r.Kind != adapters.Again {
			t.Errorf("again it is %s %q", r.Kind, r.Text)
		}
		r = w.sheet("dana", adapters.NewAbsence, nil)
		if got, want := fieldsOf(r.Sheet), "signoff.from=2000-01-01T00:00:00Z signoff.until=2000-01-04T00:00:00Z signoff.to=kim signoff.back"; got != want {
			t.Errorf("it asks %s, want %s", got, want)
		}
		wrong := w.submits("dana", adapters.NewAbsence, map[string]any{"signoff.until": "later", "signoff.to": account("nobody"), "signoff.from": "x"})
		if wrong.Kind != adapters.Wrong || len(wrong.Fields) != 3 || wrong.Sheet == nil {
			t.Errorf("it is %s %v", wrong.Kind, wrong.Fields)
		}
		for _, values := range []map[string]any{{"signoff.to": account("dana")}, {"signoff.until": "1999-01-01T00:00:00Z"}} {
			wrong := w.submits("dana", adapters.NewAbsence, values)
			if wrong.Kind != adapters.Wrong || len(wrong.Fields) != 1 || wrong.Fields["signoff.back"] != "" {
				t.Errorf("%v is %s %v", values, wrong.Kind, wrong.Fields)
			}
		}
		w.wants(w.submits("dana", adapters.NewAbsence, map[string]any{"signoff.until": "2000-01-02T10:00:00Z", "signoff.to": account("alex")}), adapters.Done, "until 2 Jan 2000 10:00 UTC. Alex answers for you.")
		back := adapters.Command{Actor: account("dana"), Name: "/signoff", Text: "back", Once: "b1"}
		w.wants(w.commands(back), adapters.Done, "you are back")
		if r := w.commands(back); r.Kind != adapters.Again {
			t.Errorf("again it is %s %q", r.Kind, r.Text)
		}
		w.wants(w.types("dana", "away until 1d"), adapters.Done, "Nobody answers for you.")
		w.wants(w.submits("dana", adapters.NewAbsence, map[string]any{"signoff.back": true}), adapters.Done, "you are back")
	})
}

// Sixty slips and attacks: each is answered with words, changes nothing and starts
// nothing.
func TestDeskAnswersEverySlip(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		x, request := w.begin()
		lines := len(w.trail())
		slips := []string{
			"aprove " + request, "approve", "approve ", "approve --", "approve ``", "approve \u200b", "approve 🙂", "approve REQ-", "approve REQ-1",
			"approve REQ-OOOOOO", "approve all", "approve *", "approve .", "approve ..", "approve .1", "approve " + string(x.ID) + ".0", "approve " + string(x.ID) + ".1.1",
			"approve " + string(x.ID) + ".-1", "approve /etc/passwd", "approve ' OR 1=1", "approve {{ secret('K') }}", "approve \x00", "approve \xff\xfe",
			"reject", "reject \"", "reject “”", "status", "status a b", "explain", "explain x y z", "cancel", "cancel ?", "delegate", "delegate x",
			"delegate x to", "delegate x @", "delegate x \"", "delegate x @UKIM until", "away tomorrow", "away until", "away to", "away to @", "away until 1d until 2d",
			"back now", "mine all", "pending x", "pending -1", "run", "run \"", "run f", "run vacation", "run vacation x", "run vacation =", "run vacation a=\"b",
			"run vacation employee=\"a\"b", "run vacation employee=a employee=b", "run vacation " + strings.Repeat("a=1 ", 500), "start vacation x", "start nothing",
			"<!channel>", "<@UDANA>", "@UDANA approve", "одобрить " + request, "承認 " + request, "اوافق " + request, "/signoff approve " + request,
			"\u202eevorppa " + request, strings.Repeat("approve ", 2000), strings.Repeat("🙂", 10_000), "```approve " + request + "```",
		}
		for _, text := range slips {
			r := w.types("dana", text)
			if r.Kind != adapters.Turned || r.Text == "" || len([]rune(r.Text)) > 1500 || strings.ContainsAny(r.Text, "\x00\u202e") {
				t.Errorf("%.60q is %s %.200q", text, r.Kind, r.Text)
			}
		}
		if len(slips) < 60 {
			t.Errorf("only %d slips", len(slips))
		}
		if n := len(w.trail()); n != lines {
			t.Errorf("%d lines were written", n-lines)
		}
		if n := len(w.executions("vacation")); n != 1 {
			t.Errorf("%d executions", n)
		}
	})
}

// What the store cannot do is the operator's to know, and no reply.
func TestDeskReportsAStoreThatIsGone(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.begin()
		w.stop()
		if err := w.store.Close(); err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"approve x", "pending", "mine", "run vacation a=b", "away until 1d", "status x"} {
			r, err := w.bot.Command(t.Context(), adapters.Command{Actor: account("dana"), Name: "/signoff", Text: text})
			no := new(engine.RejectionError)
			if err == nil || errors.As(err, &no) {
				t.Errorf("%s: %+v, %v", text, r, err)
			}
		}
	})
}
