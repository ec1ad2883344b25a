package install

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Where the pages are, below signoff's public address.
const (
	InstallPath  = "/slack/install"
	CallbackPath = "/slack/oauth/callback"
)

const (
	// stateLife is how long Slack's page may take.
	stateLife = 10 * time.Minute
	// maxForm bounds what somebody sends.
	maxForm = 4 << 10
)

// random is a text that nobody can guess.
func random() string { return rand.Text() + rand.Text() }

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Handler serves the install page and the way back from Slack.
func (s *Installs) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+InstallPath, func(w http.ResponseWriter, _ *http.Request) { ask(w, http.StatusOK, "") })
	mux.HandleFunc("POST "+InstallPath, s.leave)
	mux.HandleFunc("GET "+CallbackPath, s.back)
	return http.NewCrossOriginProtection().Handler(mux)
}

// cookie binds the way back to the browser that left. Over https no other host
// can set one of its name.
func (s *Installs) cookie(value string, life time.Duration) *http.Cookie {
	secure := strings.HasPrefix(s.cfg.BaseURL, "https://")
	name := "signoff-install"
	if secure {
		name = "__Host-" + name
	}
	return &http.Cookie{ //nolint:gosec // Secure wherever there is https
		Name: name, Value: value, Path: "/", MaxAge: int(life / time.Second),
		Secure: secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

// leave takes an install code and sends the browser to Slack's page.
func (s *Installs) leave(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		ask(w, http.StatusBadRequest, textNoCode)
		return
	}
	name, ok := readCode(s.cfg.Key, r.PostForm.Get("code"), s.cfg.Now())
	if !ok {
		ask(w, http.StatusForbidden, textNoCode)
		return
	}
	state, browser := random(), random()
	err := s.cfg.Book.Write(r.Context(), Write{
		Set: map[string]*Entry{statePrefix + digest(state): {
			Fields: map[string]string{"browser": digest(browser)}, Expires: s.cfg.Now().Add(stateLife),
		}},
		Once: "code/" + name,
	})
	if errors.Is(err, ErrTaken) {
		ask(w, http.StatusForbidden, textCodeUsed)
		return
	}
	if err != nil {
		s.broken(r.Context(), w, err)
		return
	}
	q := url.Values{
		"client_id": {s.cfg.ClientID}, "scope": {strings.Join(s.cfg.Scopes, ",")},
		"state": {state}, "redirect_uri": {s.cfg.BaseURL + CallbackPath},
	}
	http.SetCookie(w, s.cookie(browser, stateLife))
	guard(w)
	w.Header().Set("Location", s.cfg.AuthorizeURL+"?"+q.Encode())
	w.WriteHeader(http.StatusSeeOther)
}

// back takes what Slack's page sends.
func (s *Installs) back(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet { // a look at the address is not a visit
		guard(w)
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	q := r.URL.Query()
	if q.Get("state") == "" {
		tell(w, http.StatusBadRequest, titleAgain, textNoState)
		return
	}
	if !s.returned(w, r, q.Get("state")) {
		return
	}
	switch {
	case q.Get("error") != "":
		tell(w, http.StatusOK, titleAgain, textDeclined)
		return
	case q.Get("code") == "" || len(q.Get("code")) > 512:
		tell(w, http.StatusBadRequest, titleAgain, textBadState)
		return
	}
	i, err := s.exchange(r.Context(), q.Get("code"))
	if err == nil {
		// The app is installed there; that must be kept even if the browser is gone.
		err = s.add(context.WithoutCancel(r.Context()), i)
	} else if refused, ok := errors.AsType[*refusedError](err); ok {
		s.cfg.Log.WarnContext(r.Context(), "slack refused an install", "err", refused)
		tell(w, http.StatusBadGateway, titleAgain, textRefused+" ("+refused.code+")")
		return
	}
	if err != nil {
		s.broken(r.Context(), w, err)
		return
	}
	s.cfg.Log.InfoContext(r.Context(), "slack app installed", "workspace", i.Key)
	text := textInstalled + i.Name + "."
	if i.Problem != "" {
		text += " But " + i.Problem + "."
	}
	tell(w, http.StatusOK, titleDone, text)
}

// returned reports whether this browser left for Slack with this state, a short
// time ago and not yet back; if not, it has said so. The state is spent.
func (s *Installs) returned(w http.ResponseWriter, r *http.Request, state string) bool {
	entries, err := s.cfg.Book.Read(r.Context())
	if err != nil {
		s.broken(r.Context(), w, err)
		return false
	}
	e, found := entries[statePrefix+digest(state)]
	c, err := r.Cookie(s.cookie("", 0).Name)
	if !found || err != nil || !e.Expires.After(s.cfg.Now()) ||
		subtle.ConstantTimeCompare([]byte(digest(c.Value)), []byte(e.Fields["browser"])) != 1 {
		tell(w, http.StatusForbidden, titleAgain, textBadState)
		return false
	}
	err = s.cfg.Book.Write(r.Context(), Write{
		Set: map[string]*Entry{statePrefix + digest(state): nil}, Once: statePrefix + digest(state),
	})
	if errors.Is(err, ErrTaken) {
		tell(w, http.StatusForbidden, titleAgain, textBadState)
		return false
	}
	if err != nil {
		s.broken(r.Context(), w, err)
		return false
	}
	http.SetCookie(w, s.cookie("", -time.Second))
	return true
}

func (s *Installs) broken(ctx context.Context, w http.ResponseWriter, err error) {
	s.cfg.Log.ErrorContext(ctx, "an install failed", "err", err)
	tell(w, http.StatusInternalServerError, titleAgain, textBroken)
}
