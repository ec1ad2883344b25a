package slack_test

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"signoff/adapters"
	"signoff/adapters/adaptertest"
	"signoff/adapters/slack"
	"signoff/adapters/slack/install"
	"signoff/adapters/slack/manifest"
	"signoff/adapters/slack/slacktest"
)

// memBook keeps installs in memory.
type memBook struct {
	mu      sync.Mutex
	entries map[string]install.Entry // guarded by mu
	done    map[string]bool          // guarded by mu
}

func newMemBook() *memBook {
	return &memBook{entries: map[string]install.Entry{}, done: map[string]bool{}}
}

func (b *memBook) Read(context.Context) (map[string]install.Entry, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.entries), nil
}

func (b *memBook) Write(_ context.Context, w install.Write) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.done[w.Once] {
		return install.ErrTaken
	}
	b.done[w.Once] = true
	for key, e := range w.Set {
		if e == nil {
			delete(b.entries, key)
		} else {
			b.entries[key] = *e
		}
	}
	return nil
}

// realm is a fake with two workspaces of an organisation and one that stands
// alone, and an adapter that has no token but those of installs.
type realm struct {
	fake     *slacktest.Server
	installs *install.Installs
	adapter  *slack.Adapter
	desk     *desk

	mu sync.Mutex
	at time.Time // guarded by mu
}

var realmKey = []byte("0123456789abcdef0123456789abcdef")

const realmBase = "https://signoff.example.com"

// realmOptions change what newRealm makes.
type realmOptions struct {
	users   []slacktest.User
	rotates bool
	main    string
	token   bool // the adapter has the token of the configuration, too
}

func newRealm(t *testing.T, o realmOptions) *realm {
	t.Helper()
	r := &realm{desk: &desk{}, at: time.Now()}
	everybody := []slacktest.User{
		{ID: "UEAST", Name: "eva", Email: "eva@example.com", Team: "TEAST"},
		{ID: "UWEST", Name: "wes", Email: "wes@example.com", Team: "TWEST"},
		{ID: "UALONE", Name: "ann", Email: "ann@example.com", Team: "TALONE"},
		{ID: "UDANA", Name: "dana", Email: "dana@example.com"},
	}
	ids := []string{"UEAST", "UWEST", "UALONE", "UDANA"}
	for _, u := range o.users {
		everybody, ids = append(everybody, u), append(ids, u.ID)
	}
	r.fake = slacktest.New(slacktest.Options{
		Now: r.now, Users: everybody,
		Workspaces: []slacktest.Workspace{{ID: "TEAST", Enterprise: "EORG"}, {ID: "TWEST", Enterprise: "EORG"}, {ID: "TALONE"}, {ID: "TELSE"}},
		Channels: []slacktest.Channel{
			{ID: "CEAST", Name: "east", Team: "TEAST", Members: ids},
			{ID: "CWEST", Name: "west", Team: "TWEST", Members: ids},
			{ID: "CALONE", Name: "alone", Team: "TALONE", Members: ids},
			{ID: "COWN", Name: "own", Members: ids},
		},
		UserGroups: []slacktest.UserGroup{
			{ID: "SEAST", Team: "TEAST", Handle: "east", Members: []string{"UEAST"}},
			{ID: "SALONE", Team: "TALONE", Handle: "alone", Members: []string{"UALONE"}},
		},
		App: slacktest.App{
			ClientID: "1.2", ClientSecret: "client-secret", Redirects: []string{realmBase + install.CallbackPath}, RotateTokens: o.rotates,
		},
	})
	r.fake.Start(t)
	var err error
	r.installs, err = install.New(install.Config{
		ClientID: "1.2", ClientSecret: "client-secret", Key: realmKey, BaseURL: realmBase, Scopes: manifest.Scopes(),
		Book: newMemBook(), APIURL: r.fake.APIURL(), AuthorizeURL: r.fake.URL() + "/oauth/v2/authorize", Now: r.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	cfg := slack.Config{
		SigningSecrets: []string{r.fake.SigningSecret()}, APIURL: r.fake.APIURL(), Now: r.now,
		Installs: r.installs, Workspace: o.main,
	}
	if o.token {
		cfg.Token = r.fake.BotToken()
	}
	if r.adapter, err = slack.New(cfg); err != nil {
		t.Fatal(err)
	}
	app := httptest.NewServer(r.adapter.Handler(r.desk))
	t.Cleanup(app.Close)
	r.fake.SetInteractivity(app.URL+slack.InteractionsPath, nil)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.adapter.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("Run = %v", err)
		}
	})
	return r
}

func (r *realm) now() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.at
}

func (r *realm) pass(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.at = r.at.Add(d)
}

// install lets a person install the app by the page, in their workspace or in
// its whole organisation.
func (r *realm) install(t *testing.T, user string, org bool) {
	t.Helper()
	code, err := install.NewCode(realmKey, r.now())
	if err != nil {
		t.Fatal(err)
	}
	page := r.installs.Handler()
	leave := httptest.NewRequest(http.MethodPost, realmBase+install.InstallPath, strings.NewReader(url.Values{"code": {code}}.Encode()))
	leave.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	left := httptest.NewRecorder()
	page.ServeHTTP(left, leave)
	to, err := url.Parse(left.Header().Get("Location"))
	if err != nil || left.Code != http.StatusSeeOther {
		t.Fatalf("entering the code = %d %s", left.Code, left.Body)
	}
	q := to.Query()
	back, err := r.fake.Consent(slacktest.Consent{
		User: user, Enterprise: org, State: q.Get("state"), Redirect: q.Get("redirect_uri"), Scopes: strings.Split(q.Get("scope"), ","),
	})
	if err != nil {
		t.Fatal(err)
	}
	come := httptest.NewRequest(http.MethodGet, back, nil)
	for _, c := range left.Result().Cookies() {
		come.AddCookie(c)
	}
	came := httptest.NewRecorder()
	page.ServeHTTP(came, come)
	if came.Code != http.StatusOK || !strings.Contains(came.Body.String(), "signoff is installed in") {
		t.Fatalf("the way back = %d %s", came.Code, came.Body)
	}
}

// post puts an open card somewhere.
func (r *realm) post(t *testing.T, channel string) adapters.MessageRef {
	t.Helper()
	ref, err := r.adapter.Post(t.Context(), adapters.Destination{Channel: channel}, adaptertest.Pending())
	if err != nil {
		t.Fatalf("Post(%s) = %v", channel, err)
	}
	return ref
}

// press approves on a card, by its id in Slack.
func (r *realm) press(t *testing.T, user string, ref adapters.MessageRef) {
	t.Helper()
	channel := ref.Place[strings.LastIndexByte(ref.Place, '/')+1:]
	if _, err := r.fake.Press(t.Context(), user, channel, ref.Message, "act:approve"); err != nil {
		t.Fatalf("Press by %s = %v", user, err)
	}
}
