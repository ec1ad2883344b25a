package entra

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"signoff/adapters"
	"signoff/directory/internal/ask"
)

// Surface is where people of Entra have their accounts.
const Surface = "teams"

// Where the services are, unless told otherwise.
const (
	DefaultLogin = "https://login.microsoftonline.com"
	DefaultGraph = "https://graph.microsoft.com"
)

const (
	// maxPages bounds a group: a page has up to 999 members.
	maxPages = 50
	// tokenSpare is how long before its end a token is replaced.
	tokenSpare = 2 * time.Minute
)

const (
	adviceApp    = "Check entra.tenant, entra.client_id and entra.client_secret; the secret may have expired."
	adviceRights = "Grant the application GroupMember.Read.All and User.Read.All, with an administrator's consent."
	adviceGroup  = "Entra has no such group. Correct its object id in the configuration."
)

var (
	errHidden    = errors.New("a member's state cannot be read; the application needs User.Read.All, with an administrator's consent")
	errElsewhere = errors.New("the next page is on another host, which does not get the token")
	errEndless   = errors.New("the group has more pages than are read")
	errHeld      = errors.New("the service asked to be left alone for a while")
	errNotJSON   = errors.New("the answer was not understood")
)

// Config is what a [Directory] needs. It holds a secret and prints none.
type Config struct {
	// Tenant is the directory's id, a GUID: it is part of each account's name.
	Tenant       string
	ClientID     string
	ClientSecret string
	// Login and Graph are the services, without a final slash; empty is
	// Microsoft's own.
	Login, Graph string
	// HTTPClient sends; nil is one of our own.
	HTTPClient *http.Client
	// Now is the clock; nil is the system's.
	Now func() time.Time
}

// Validate reports everything that is missing.
func (c Config) Validate() error {
	var faults []error
	for _, need := range []struct{ name, value string }{
		{"tenant", c.Tenant}, {"client id", c.ClientID}, {"client secret", c.ClientSecret},
	} {
		if strings.TrimSpace(need.value) == "" {
			faults = append(faults, fmt.Errorf("entra: the %s is missing", need.name))
		}
	}
	return errors.Join(faults...)
}

// String names the tenant and no secret.
func (c Config) String() string {
	return fmt.Sprintf("entra{tenant: %q, client: %q, secret: [redacted]}", c.Tenant, c.ClientID)
}

// GoString is String, so that no verb prints a secret.
func (c Config) GoString() string { return c.String() }

// LogValue is String, for a logger.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Directory reads groups. It is safe for concurrent use.
type Directory struct {
	cfg  Config
	http *http.Client

	mu    sync.Mutex
	token string    // guarded by mu, as all below
	until time.Time // the token is good before this
	held  time.Time // nothing is asked before this
}

// New returns a directory. It calls nobody.
func New(cfg Config) (*Directory, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if cfg.Login == "" {
		cfg.Login = DefaultLogin
	}
	if cfg.Graph == "" {
		cfg.Graph = DefaultGraph
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Directory{cfg: cfg, http: ask.Client(cfg.HTTPClient)}, nil
}

// member is what Graph says of a member, as far as it is asked.
type member struct {
	Kind    string `json:"@odata.type"`
	ID      string `json:"id"`
	Name    string `json:"displayName"`
	Mail    string `json:"mail"`
	Login   string `json:"userPrincipalName"`
	Type    string `json:"userType"`
	Enabled *bool  `json:"accountEnabled"` // nil: we may not know
}

const userKind = "#microsoft.graph.user"

// Members returns the people of a group and of the groups within it, by the
// group's object id.
func (d *Directory) Members(ctx context.Context, group string) ([]adapters.Account, error) {
	next := d.cfg.Graph + "/v1.0/groups/" + url.PathEscape(group) +
		"/transitiveMembers?$select=id,displayName,mail,userPrincipalName,userType,accountEnabled&$top=999"
	var all []adapters.Account
	for range maxPages {
		var page struct {
			Members []member `json:"value"`
			Next    string   `json:"@odata.nextLink"`
		}
		if err := d.get(ctx, next, &page); err != nil {
			return nil, err
		}
		for _, m := range page.Members {
			if m.Kind != userKind {
				continue // a device, an application, or the group within itself
			}
			if m.Enabled == nil || m.ID == "" {
				return nil, errHidden
			}
			all = append(all, d.account(m))
		}
		if page.Next == "" {
			return all, nil
		}
		if next = page.Next; !strings.HasPrefix(next, d.cfg.Graph+"/") {
			return nil, errElsewhere
		}
	}
	return nil, errEndless
}

// account says what speaks for and against a member. A guest of another
// organisation may be a member by type; the login name gives them away.
func (d *Directory) account(m member) adapters.Account {
	mail := m.Mail
	if mail == "" {
		mail = m.Login
	}
	return adapters.Account{
		Surface: Surface, Tenant: d.cfg.Tenant, ID: m.ID, Name: m.Name, Email: mail,
		Guest:       m.Type == "Guest" || strings.Contains(strings.ToUpper(m.Login), "#EXT#"),
		Deactivated: !*m.Enabled,
	}
}

// get reads JSON from Graph. A token that is refused is replaced once.
func (d *Directory) get(ctx context.Context, address string, out any) error {
	for again := false; ; again = true {
		token, err := d.bearer(ctx)
		if err != nil {
			return err
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return errNotJSON // the address is ours or Graph's own
		}
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Accept", "application/json")
		answer, err := ask.Do(d.http, r)
		if err != nil {
			return err
		}
		if answer.Status == http.StatusUnauthorized && !again {
			d.forget(token)
			continue
		}
		return d.understand(answer, out)
	}
}

func (d *Directory) understand(answer ask.Answer, out any) error {
	if answer.Status == http.StatusOK {
		if json.Unmarshal(answer.Body, out) != nil {
			return errNotJSON
		}
		return nil
	}
	var said struct {
		Error struct {
			Code string `json:"code"`
		} `json:"error"`
	}
	_ = json.Unmarshal(answer.Body, &said) // it need not say more than its status
	failure := &ask.StatusError{Status: answer.Status, Code: word(said.Error.Code)}
	switch answer.Status {
	case http.StatusUnauthorized:
		failure.Advice = adviceApp
	case http.StatusForbidden:
		failure.Advice = adviceRights
	case http.StatusNotFound, http.StatusBadRequest:
		failure.Advice = adviceGroup
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		d.hold(answer.RetryAfter())
	}
	return failure
}

// word is a service's code, if it is one: nothing else of an answer is quoted.
func word(code string) string {
	odd := func(r rune) bool { return r != '_' && (r < '0' || r > 'z' || r > '9' && r < 'A' || r > 'Z' && r < 'a') }
	if len(code) > 60 || strings.ContainsFunc(code, odd) {
		return ""
	}
	return code
}
