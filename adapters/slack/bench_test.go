package slack_test

import (
	"context"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"signoff/adapters"
	"signoff/adapters/slack"
	"signoff/adapters/slack/slacktest"
)

// bench is the adapter between a fake Slack and a handler.
type bench struct {
	fake    *slacktest.Server
	adapter *slack.Adapter
	ingress *httptest.Server
	stop    func() // ends Run, after what was begun
}

var (
	people = []slacktest.User{
		{ID: "UDANA", Name: "dana", Real: "Dana", Email: "dana@example.com"},
		{ID: "UKIM", Name: "kim", Real: "Kim", Email: "kim@example.com"},
		{ID: "UGONE", Name: "gone", Real: "Gone", Email: "gone@example.com", Deleted: true},
		{ID: "UGUEST", Name: "guest", Real: "Guest", Restricted: true},
		{ID: "UONE", Name: "one", Real: "One", UltraRestricted: true},
		{ID: "UINV", Name: "inv", Real: "Inv", Invited: true},
		{ID: "UBOT", Name: "bot", Real: "Bot", Bot: true},
		{ID: "UFLOW", Name: "flow", Real: "Flow", WorkflowBot: true},
		{ID: "UFAR", Name: "far", Real: "Far", Team: "T0OTHER", Stranger: true},
		{ID: "UELSE", Name: "else", Real: "Else", Team: "T0OTHER"},
	}
	rooms = []slacktest.Channel{
		{
			ID: "C0REQ", Name: "requests", Shared: true,
			Members: []string{"UDANA", "UKIM", "UGUEST", "UONE", "UINV", "UBOT", "UFLOW", "UFAR", "UELSE", "UGONE"},
		},
		{ID: "C0OUT", Name: "outside", WithoutBot: true},
		{ID: "C0OLD", Name: "old", Archived: true},
	}
)

// makeBench is newBench or newSocketBench.
type makeBench func(t *testing.T, h adapters.Handler, change ...func(*slack.Config)) *bench

// overBoth runs a test once over each transport.
func overBoth(t *testing.T, test func(t *testing.T, newBench makeBench)) {
	t.Helper()
	for name, newBench := range map[string]makeBench{"http": newBench, "socket": newSocketBench} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newBench)
		})
	}
}

// newSocketBench is newBench in Socket Mode. Whatever the adapter does wrong on
// its sockets fails the test.
func newSocketBench(t *testing.T, h adapters.Handler, change ...func(*slack.Config)) *bench {
	t.Helper()
	return patientSocketBench(t, 0, h, change...)
}

// patientSocketBench is newSocketBench with a Slack that waits for answers as
// long as it is told to; three seconds if that is zero.
func patientSocketBench(t *testing.T, patience time.Duration, h adapters.Handler, change ...func(*slack.Config)) *bench {
	t.Helper()
	fake := slacktest.New(slacktest.Options{Users: people, Channels: rooms, SocketMode: true, AckWithin: patience})
	fake.Start(t)
	b := benchOn(t, fake, h, append([]func(*slack.Config){func(c *slack.Config) { c.AppToken = fake.AppToken() }}, change...)...)
	t.Cleanup(func() {
		if faults := fake.SocketFaults(); len(faults) > 0 {
			t.Errorf("faults on the sockets: %q", faults)
		}
	})
	b.openSockets(t, h)
	cfg := slack.Config{Sockets: slack.DefaultSockets}
	for _, c := range change {
		c(&cfg)
	}
	if err := fake.WaitSockets(soon(t), cfg.Sockets); err != nil {
		t.Fatal(err)
	}
	return b
}

// openSockets runs the adapter's sockets until the test ends.
func (b *bench) openSockets(t *testing.T, h adapters.Handler) {
	t.Helper()
	sockets, err := b.adapter.Sockets(deskOf(h))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := sockets.Run(ctx); err != nil {
			t.Errorf("Sockets.Run: %v", err)
		}
	})
	t.Cleanup(func() { stop(); wg.Wait() })
}

// newBench starts everything; change may adjust the configuration.
func newBench(t *testing.T, h adapters.Handler, change ...func(*slack.Config)) *bench {
	t.Helper()
	fake := slacktest.New(slacktest.Options{Users: people, Channels: rooms})
	fake.Start(t)
	return benchOn(t, fake, h, change...)
}

// benchOn is newBench on a given workspace.
func benchOn(t *testing.T, fake *slacktest.Server, h adapters.Handler, change ...func(*slack.Config)) *bench {
	t.Helper()
	cfg := slack.Config{
		Token: fake.BotToken(), SigningSecrets: []string{fake.SigningSecret()}, APIURL: fake.APIURL(),
		Tenant: fake.TeamID(), Unpaced: true,
	}
	for _, c := range change {
		c(&cfg)
	}
	adapter, err := slack.New(cfg)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	fake.SetCommands(slacktest.SlashCommand{Name: "/signoff", Escape: true}, slacktest.SlashCommand{Name: "/vacation", Escape: true})
	fake.SetShortcuts(slacktest.Shortcut{CallbackID: "signoff.new"}, slacktest.Shortcut{CallbackID: "signoff.about", Message: true})
	b := &bench{fake: fake, adapter: adapter, ingress: httptest.NewServer(adapter.Handler(deskOf(h)))}
	t.Cleanup(b.ingress.Close)
	fake.SetAddresses(slacktest.Addresses{
		Interactions: b.ingress.URL + slack.InteractionsPath,
		Commands:     b.ingress.URL + slack.CommandsPath,
		Events:       b.ingress.URL + slack.EventsPath,
	}, b.ingress.Client())
	ctx, stop := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := adapter.Run(ctx); err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	b.stop = func() { stop(); wg.Wait() }
	t.Cleanup(b.stop)
	return b
}

// hear waits until a user was told n texts that nobody else sees.
func (b *bench) hear(ctx context.Context, user string, n int) []string {
	var texts []string
	_ = b.fake.WaitFor(ctx, func(st *slacktest.State) bool {
		texts = nil
		for _, e := range st.Ephemerals(user) {
			texts = append(texts, e.Lines()...)
		}
		return len(texts) >= n
	})
	return texts
}

// soon bounds a wait that is met only by what is broken.
func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// desk is a handler made of functions; without them it records and shows.
type desk struct {
	counter

	click func(adapters.Click) (adapters.Answer, error)
	look  func(adapters.Look) (adapters.Answer, error)

	mu     sync.Mutex
	clicks []adapters.Click // guarded by mu
}

func (d *desk) Click(_ context.Context, c adapters.Click) (adapters.Answer, error) {
	d.mu.Lock()
	d.clicks = append(d.clicks, c)
	click := d.click
	d.mu.Unlock()
	if click != nil {
		return click(c)
	}
	return adapters.Answer{Kind: adapters.Recorded}, nil
}

func (d *desk) Look(_ context.Context, l adapters.Look) (adapters.Answer, error) {
	if d.look != nil {
		return d.look(l)
	}
	return adapters.Answer{Kind: adapters.Refused, Text: "nothing to see"}, nil
}

// answers sets what clicks come to from now on.
func (d *desk) answers(click func(adapters.Click) (adapters.Answer, error)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.click = click
}

func (d *desk) seen() []adapters.Click {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]adapters.Click(nil), d.clicks...)
}
