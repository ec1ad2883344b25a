// Package oncall asks a service who is on duty: one HTTP call whose address and
// headers the operator configured, and a path to the people in its JSON.
//
// It is not a client of one product. Whatever answers a GET with JSON that holds
// the mail addresses or ids of people will do. An answer that is not as the path
// says is an error, never a rota without people. Package oncalltest is a fake.
package oncall

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"

	"signoff/adapters"
	"signoff/directory/internal/ask"
)

var (
	errNotJSON = errors.New("the answer is not JSON")
	errAddress = errors.New("the address cannot be called")
)

// Config is what a [Rota] needs. It holds secrets and prints none.
type Config struct {
	// URL is asked with GET.
	URL string
	// Headers are sent, often with a key.
	Headers map[string]string
	// People is where they stand in the answer.
	People Path
	// HTTPClient sends; nil is one of our own.
	HTTPClient *http.Client
}

// String says no address and no secret.
func (c Config) String() string { return fmt.Sprintf("oncall{people: %s}", c.People) }

// GoString is String, so that no verb prints a secret.
func (c Config) GoString() string { return c.String() }

// LogValue is String, for a logger.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Rota says who is on duty. It is safe for concurrent use.
type Rota struct {
	cfg  Config
	http *http.Client
}

// New returns a rota. It calls nobody.
func New(cfg Config) *Rota { return &Rota{cfg: cfg, http: ask.Client(cfg.HTTPClient)} }

// Members returns who is on duty now, each once: names or mail addresses, without
// a surface. The reference is not looked at; a rota is one.
func (r *Rota) Members(ctx context.Context, _ string) ([]adapters.Account, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.cfg.URL, nil)
	if err != nil {
		return nil, errAddress
	}
	req.Header.Set("Accept", "application/json")
	for name, value := range r.cfg.Headers {
		req.Header.Set(name, value)
	}
	answer, err := ask.Do(r.http, req)
	switch {
	case err != nil:
		return nil, err
	case answer.Status == http.StatusUnauthorized, answer.Status == http.StatusForbidden:
		return nil, &ask.StatusError{Status: answer.Status, Advice: "Check the rota's headers; the key may have expired."}
	case answer.Status != http.StatusOK:
		return nil, &ask.StatusError{Status: answer.Status}
	}
	var body any
	if json.Unmarshal(answer.Body, &body) != nil {
		return nil, errNotJSON
	}
	names, err := r.cfg.People.texts(body)
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var all []adapters.Account
	for _, name := range slices.Compact(names) {
		all = append(all, adapters.Account{ID: name})
	}
	return all, nil
}
