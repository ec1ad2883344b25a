package install

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Config is what [New] needs. It holds secrets and prints none.
type Config struct {
	// ClientID and ClientSecret are the app's, under App Credentials.
	ClientID     string
	ClientSecret string
	// Key seals the tokens and makes install codes; [KeySize] bytes.
	Key []byte
	// BaseURL is signoff's public address, without a final slash.
	BaseURL string
	// Scopes are asked for; Missing says which of them were not granted.
	Scopes []string
	Book   Book
	// APIURL is where the Web API is, with a final slash; AuthorizeURL is Slack's
	// page that asks whether to install. Empty is Slack's own.
	APIURL       string
	AuthorizeURL string
	HTTPClient   *http.Client
	Now          func() time.Time
	Log          *slog.Logger
}

// String names the app and no secret.
func (c Config) String() string {
	return fmt.Sprintf("install{client: %q, secret: [redacted], key: [redacted]}", c.ClientID)
}

// GoString is String, so that no verb prints a secret.
func (c Config) GoString() string { return c.String() }

// LogValue is String, for a logger.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Slack's own addresses.
const (
	slackAPI       = "https://slack.com/api/"
	slackAuthorize = "https://slack.com/oauth/v2/authorize"
)

// freshFor is how old what was read of the book may be; another server may have
// written since.
const freshFor = 10 * time.Second

// Installs knows the workspaces that have installed the app. It is safe for
// concurrent use.
type Installs struct {
	cfg    Config
	seal   sealer
	client *http.Client
	me     string // names this server among those that share the book

	mu   sync.Mutex
	all  map[string]Install // guarded by mu
	read time.Time          // guarded by mu; zero is never
}

// New returns the installs that are kept in a book. It reads nothing yet.
func New(cfg Config) (*Installs, error) {
	var faults []error
	if cfg.ClientID == "" || cfg.ClientSecret == "" {
		faults = append(faults, errors.New("slack: installs need the app's client id and client secret"))
	}
	base, err := url.Parse(cfg.BaseURL)
	if err != nil || base.Host == "" || strings.HasSuffix(cfg.BaseURL, "/") {
		faults = append(faults, errors.New("slack: installs need signoff's public address, base_url"))
	}
	if cfg.Book == nil {
		faults = append(faults, errors.New("slack: installs need a place to be kept"))
	}
	seal, err := newSealer(cfg.Key)
	if err != nil {
		faults = append(faults, fmt.Errorf("slack: installs need secret_key: %w", err))
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	if cfg.APIURL == "" {
		cfg.APIURL = slackAPI
	}
	if cfg.AuthorizeURL == "" {
		cfg.AuthorizeURL = slackAuthorize
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Installs{cfg: cfg, seal: seal, client: bounded(cfg.HTTPClient), me: random()}, nil
}

// All returns every install, those that were removed too, by key.
func (s *Installs) All(ctx context.Context) ([]Install, error) {
	all, err := s.known(ctx, freshFor)
	if err != nil {
		return nil, err
	}
	return slices.SortedFunc(maps.Values(all), func(a, b Install) int { return strings.Compare(a.Key, b.Key) }), nil
}

// Find returns the install of a workspace or an organisation; false if there
// never was one.
func (s *Installs) Find(ctx context.Context, key string) (Install, bool, error) {
	all, err := s.known(ctx, freshFor)
	i, found := all[key]
	return i, found, err
}

// Forget lets the next call read the book again: somebody else may have written.
func (s *Installs) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read = time.Time{}
}

// known is what the book says, at most so old. Nobody changes the map.
func (s *Installs) known(ctx context.Context, age time.Duration) (map[string]Install, error) {
	s.mu.Lock()
	all, read := s.all, s.read
	s.mu.Unlock()
	now := s.cfg.Now()
	if !read.IsZero() && now.Sub(read).Abs() < age {
		return all, nil
	}
	entries, err := s.cfg.Book.Read(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the installs: %w", err)
	}
	all = map[string]Install{}
	for name, e := range entries {
		if key, ok := strings.CutPrefix(name, installPrefix); ok && keyForm.MatchString(key) {
			all[key] = s.seal.install(key, e)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all, s.read = all, now
	return all, nil
}

// write keeps an install in the place of the one that was read, or returns
// [ErrTaken] if somebody else was faster.
func (s *Installs) write(ctx context.Context, i Install, event *Event) error {
	i.version++
	entry, err := s.seal.entry(i)
	if err != nil {
		return err
	}
	err = s.cfg.Book.Write(ctx, Write{
		Set:  map[string]*Entry{installPrefix + i.Key: entry},
		Once: installPrefix + i.Key + "/" + strconv.FormatUint(i.version, 10), Event: event,
	})
	s.Forget()
	if err != nil {
		return fmt.Errorf("keep the install of %s: %w", i.Key, err)
	}
	return nil
}

// change reads an install, changes it and keeps it, again if somebody else was
// faster. change returns false to leave it as it is.
func (s *Installs) change(ctx context.Context, key string, change func(*Install) (*Event, bool)) error {
	for range 5 {
		all, err := s.known(ctx, 0)
		if err != nil {
			return err
		}
		i, found := all[key]
		if !found {
			i = Install{Key: key}
		}
		event, ok := change(&i)
		if !ok {
			return nil
		}
		if err := s.write(ctx, i, event); !errors.Is(err, ErrTaken) {
			return err
		}
	}
	return fmt.Errorf("keep the install of %s: %w", key, ErrTaken)
}

// Remove notes that a workspace has taken the app away: its tokens are deleted.
// at is when Slack says that it happened; news from before the latest install is
// none.
func (s *Installs) Remove(ctx context.Context, key string, at time.Time, why string) error {
	return s.change(ctx, key, func(i *Install) (*Event, bool) {
		if i.version == 0 || !i.Removed.IsZero() || at.Unix() < i.At.Unix() {
			return nil, false
		}
		i.Removed, i.Why, i.Token, i.Refresh, i.Problem = s.cfg.Now(), why, "", "", ""
		i.renewer, i.until = "", time.Time{}
		return &Event{What: Removed, Data: map[string]any{"workspace": i.Key, "name": i.Name, "why": why}}, true
	})
}

// add keeps a new install, or one in the place of the one before.
func (s *Installs) add(ctx context.Context, fresh Install) error {
	return s.change(ctx, fresh.Key, func(i *Install) (*Event, bool) {
		fresh.version = i.version
		again := *i
		*i = fresh
		data := map[string]any{
			"workspace": i.Key, "name": i.Name, "scopes": strings.Join(i.Scopes, ","), "organisation": i.Org,
		}
		if again.version > 0 && again.Removed.IsZero() {
			data["instead"] = stamp(again.At)
		}
		return &Event{What: Installed, Account: "slack:" + i.Key + ":" + i.By, Data: data}, true
	})
}
