package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"signoff/adapters"
	"signoff/adapters/slack"
	"signoff/adapters/slack/slacktest"
	"signoff/bot"
	"signoff/bot/people"
	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/engine/flow"
	"signoff/store"
	"signoff/store/memory"
)

// trouble is what goes wrong with a call of Slack's Web API: before it is done, when
// a status other than 0 is answered instead, or after, when the answer is lost.
type trouble func(method string) (status int, lost bool)

// shortLine is the way between signoff and the fake Slack, both ways, without a
// network: hours pass in no time.
type shortLine struct {
	fake *slacktest.Server

	mu      sync.Mutex
	trouble trouble      // guarded by mu, as all below; nil: none
	app     http.Handler // nil: signoff is not there
}

var errLost = errors.New("the connection was cut")

func (l *shortLine) RoundTrip(r *http.Request) (*http.Response, error) {
	l.mu.Lock()
	trouble, app := l.trouble, l.app
	l.mu.Unlock()
	in := r.Clone(r.Context())
	in.RequestURI = r.URL.RequestURI()
	w := httptest.NewRecorder()
	if r.URL.Host != slackHost {
		if app == nil {
			return nil, errLost
		}
		app.ServeHTTP(w, in)
		return w.Result(), nil
	}
	status, lost := 0, false
	if trouble != nil {
		status, lost = trouble(path.Base(r.URL.Path))
	}
	if status != 0 {
		return answered(r, status, ""), nil
	}
	l.fake.ServeHTTP(w, in)
	if lost {
		return nil, errLost
	}
	return w.Result(), nil
}

func (l *shortLine) breaks(t trouble) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trouble = t
}

func (l *shortLine) leads(app http.Handler) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.app = app
}

const slackHost = "slack.test"

// office is signoff with the real adapter, a store that outlives it, and a fake
// Slack. It lives in a bubble.
type office struct {
	*testing.T
	chat  *slacktest.Server
	line  *shortLine
	store store.Store
	bot   *bot.Bot
	stop  func()
}

// officeFlow asks Dana or Kim; as "both", Dana and Kim. As "why" there is room for a
// reason, and as "many" for one of 200.
const officeFlow = `
id: ID
namespace: ops
tasks:
  - id: gate
    type: Pause
    pauseDuration: PT8H
    behavior: FAIL
    request: {title: Pay}
    onReject: CONTINUE
    onResume:
      - {id: ok, type: BOOL}FIELD
    approval: {stages: [{id: one, NEED who: ["user:dana", "user:kim"]}]}
    deliver: [{slack: "#ops"}, {requester: none}]
`

// inOffice runs a test in a bubble.
func inOffice(t *testing.T, test func(*office)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o := &office{T: t, store: memory.New(memory.Options{})}
		o.line = &shortLine{}
		client := &http.Client{Transport: o.line}
		o.chat = slacktest.New(slacktest.Options{
			URL: "https://" + slackHost, Client: client,
			Users: []slacktest.User{{ID: "UDANA", Name: "dana"}, {ID: "UKIM", Name: "kim"}, {ID: "UALEX", Name: "alex"}},
			Channels: []slacktest.Channel{
				{Name: "ops", Private: true, Members: []string{"dana", "kim", "alex"}}, {Name: "other"}, {Name: "alerts"},
			},
		})
		o.line.fake = o.chat
		app := "https://signoff.test"
		o.chat.SetAddresses(slacktest.Addresses{
			Interactions: app + slack.InteractionsPath, Commands: app + slack.CommandsPath, Events: app + slack.EventsPath,
		}, nil)
		o.begin()
		defer func() { o.stop() }()
		for id, differs := range map[string][2]string{
			"any":  {},
			"both": {"need: all,", ""},
			"why":  {"", "\n      - {id: reason, type: STRING, required: false}"},
			"many": {"", "\n      - {id: reason, type: SELECT, expression: \"{{ range(1, 200) }}\"}"},
		} {
			o.save(strings.NewReplacer("ID", id, "NEED", differs[0], "FIELD", differs[1]).Replace(officeFlow))
		}
		test(o)
	})
}

func (o *office) save(src string) {
	o.Helper()
	if _, faults, err := o.bot.SaveFlow(o.Context(), "pay.yaml", []byte(src), engine.Principal{Via: "test"}); err != nil || faults.Stop() {
		o.Fatal(faults, err)
	}
}

// begin starts signoff on the store, as after a restart.
func (o *office) begin() {
	o.Helper()
	adapter, err := slack.New(slack.Config{
		Token: o.chat.BotToken(), SigningSecrets: []string{o.chat.SigningSecret()}, APIURL: o.chat.APIURL(),
		HTTPClient: &http.Client{Transport: o.line}, Unpaced: true, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		o.Fatal(err)
	}
	var known []people.Person
	for _, id := range []string{"dana", "kim", "alex"} {
		account := o.chat.TeamID() + ":U" + strings.ToUpper(id)
		known = append(known, people.Person{ID: approval.PersonID(id), Name: id, Accounts: map[string]string{slack.Surface: account}})
	}
	staff, err := people.New(people.Config{People: known})
	if err != nil {
		o.Fatal(err)
	}
	o.bot, err = bot.New(bot.Config{
		Store: o.store, Adapters: map[string]adapters.Adapter{slack.Surface: adapter}, Tasks: idle{}, People: staff,
		Access: access.Unrestricted(), Alerts: []flow.Destination{{Surface: slack.Surface, To: "#alerts"}},
		Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		o.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, run := range []func(context.Context) error{adapter.Run, o.bot.Run} {
		running.Go(func() {
			if err := run(ctx); err != nil {
				o.Error(err)
			}
		})
	}
	o.line.leads(adapter.Handler(o.bot))
	o.stop = func() {
		o.line.leads(nil)
		cancel()
		running.Wait()
		o.chat.Settle()
	}
}

// again stops signoff and starts it anew, an hour later.
func (o *office) again() {
	o.Helper()
	o.stop()
	time.Sleep(time.Hour)
	o.begin()
	o.rest()
}

// rest lets a minute pass, in which whatever can be done is done.
func (o *office) rest() {
	synctest.Wait()
	time.Sleep(time.Minute)
	synctest.Wait()
}

// ask has Alex start a flow, and returns the request.
func (o *office) ask(id string) string {
	o.Helper()
	x, err := o.bot.Start(o.Context(), bot.StartRequest{
		Namespace: "ops", Flow: id, By: engine.Principal{Person: "alex", Name: "alex", Account: "slack:" + o.chat.TeamID() + ":UALEX", Via: "slack"},
	})
	if err != nil {
		o.Fatal(err)
	}
	o.rest()
	return string(engine.NewRequestID(x.ID, "1"))
}

// elsewhere approves without any card, as by the API; it must be recorded at once.
func (o *office) elsewhere(user, request string) {
	o.Helper()
	before := time.Now()
	a, err := o.bot.Click(o.Context(), adapters.Click{
		Actor:   adapters.Account{Surface: slack.Surface, Tenant: o.chat.TeamID(), ID: "U" + strings.ToUpper(user)},
		Request: request, Version: o.request(request).Version, Action: "approve", Once: user + request,
	})
	if err != nil || a.Kind != adapters.Recorded || time.Since(before) > 0 {
		o.Fatalf("the answer of %s is %+v, %v after %s, want it recorded at once", user, a, err, time.Since(before))
	}
}

func (o *office) request(id string) engine.Request {
	o.Helper()
	x, run, _ := engine.RequestID(id).Split()
	found, err := o.store.Execution(o.Context(), x)
	if err != nil {
		o.Fatal(err)
	}
	r, _ := found.Run(run)
	return *r.Request
}

// answers are how many answers the request has, and how it ended.
func (o *office) answers(id string) (int, engine.Outcome) {
	o.Helper()
	r := o.request(id)
	return len(r.Responses), r.Outcome
}

// wantAnswers says what became of the request, and fails if it is something else.
func (o *office) wantAnswers(id string, n int, outcome engine.Outcome) {
	o.Helper()
	if got, how := o.answers(id); got != n || how != outcome {
		o.Errorf("there are %d answers and the outcome %q, want %d and %q", got, how, n, outcome)
	}
}

// cards are the cards in a channel, oldest first.
func (o *office) cards(channel string) []slacktest.Message {
	var all []slacktest.Message
	for _, m := range o.chat.Messages(channel) {
		if m.App && m.ThreadTS == "" {
			all = append(all, m)
		}
	}
	return all
}

// card is the only card in a channel.
func (o *office) card(channel string) slacktest.Message {
	o.Helper()
	all := o.cards(channel)
	if len(all) != 1 {
		o.Fatalf("%d cards are at %s, want one", len(all), channel)
	}
	return all[0]
}

// press uses a button of a card, and waits for what follows.
func (o *office) press(user string, m slacktest.Message, action string) {
	o.Helper()
	o.hit(user, m, action)
	o.rest()
}

func (o *office) hit(user string, m slacktest.Message, action string) {
	o.Helper()
	if r, err := o.chat.Press(o.Context(), user, m.Channel, m.TS, action); err != nil || r.Outcome != slacktest.Acknowledged {
		o.Errorf("%s presses %s: %+v, %v", user, action, r, err)
	}
}

// hitSeen is hit on a screen that may not show yet what has just been drawn.
func (o *office) hitSeen(user string, m slacktest.Message, action string) {
	o.Helper()
	g := slacktest.Gesture{User: user, Channel: m.Channel, TS: m.TS, Action: action}
	r, err := o.chat.Act(o.Context(), g)
	if errors.Is(err, slacktest.ErrNoElement) {
		g.Behind = 1
		r, err = o.chat.Act(o.Context(), g)
	}
	if err != nil || r.Outcome != slacktest.Acknowledged {
		o.Errorf("%s presses %s: %+v, %v", user, action, r, err)
	}
}

// told are the texts that a person alone was shown.
func (o *office) told(user string) string {
	var all []string
	for _, e := range o.chat.Ephemerals(user) {
		all = append(all, e.Lines()...)
	}
	for _, m := range o.chat.DMs(user) {
		all = append(all, m.Lines()...)
	}
	return strings.Join(all, "\n")
}

func (o *office) wantTold(user, text string) {
	o.Helper()
	if got := o.told(user); !strings.Contains(got, text) {
		o.Errorf("%s is told %q, want %q", user, got, text)
	}
}

// wantDead fails if a card of a channel still decides something.
func (o *office) wantDead(channel string) {
	o.Helper()
	for _, m := range o.cards(channel) {
		if b := deciding(m); len(b) > 0 {
			o.Errorf("a card at %s has live buttons: %v\n%s", channel, b, strings.Join(m.Lines(), "\n"))
		}
	}
}

func (o *office) count(e audit.Event) int {
	o.Helper()
	lines, _, err := o.store.Audit(o.Context(), 1, 10_000)
	if err != nil {
		o.Fatal(err)
	}
	n := 0
	for _, l := range lines {
		n += strings.Count(string(l.Raw), `"event":"`+string(e)+`"`)
	}
	return n
}

// signed sends the app something that Slack vouches for.
func (o *office) signed(payload string) int {
	o.Helper()
	body := slacktest.Form([]byte(payload))
	r, err := http.NewRequestWithContext(o.Context(), http.MethodPost, "https://signoff.test"+slack.InteractionsPath, strings.NewReader(string(body)))
	if err != nil {
		o.Fatal(err)
	}
	r.Header = o.chat.Sign(time.Now(), body)
	res, err := o.line.RoundTrip(r)
	if err != nil {
		o.Fatal(err)
	}
	defer func() { _, _ = io.Copy(io.Discard, res.Body); _ = res.Body.Close() }()
	return res.StatusCode
}

// call calls a method of Slack's Web API as the app.
func (o *office) call(method string, args url.Values) {
	o.Helper()
	r, err := http.NewRequestWithContext(o.Context(), http.MethodPost, o.chat.APIURL()+method, strings.NewReader(args.Encode()))
	if err != nil {
		o.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer "+o.chat.BotToken())
	res, err := o.line.RoundTrip(r)
	if err != nil {
		o.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if body, err := io.ReadAll(res.Body); err != nil || !strings.Contains(string(body), `"ok":true`) {
		o.Fatalf("%s = %s, %v", method, body, err)
	}
}
