package api

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"

	"signoff/adapters"
)

// minSecret is the length of 16 random bytes in hex; ours have 32.
const minSecret = 32

// key is a token of which only the digest is kept.
type key struct {
	digest [sha256.Size]byte
	token  Token // without its secret
}

func keysOf(tokens []Token) []key {
	keys := make([]key, 0, len(tokens))
	for _, t := range tokens {
		k := key{digest: sha256.Sum256([]byte(t.Secret)), token: t}
		k.token.Secret = ""
		keys = append(keys, k)
	}
	return keys
}

// handler answers a request that carried a known token.
type handler func(w http.ResponseWriter, r *http.Request, t Token)

// known lets a request through that carries a known token in its header.
func (s *server) known(next handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if q := r.URL.Query(); q.Has("token") || q.Has("access_token") {
			s.fail(w, r, &Error{
				Status: http.StatusBadRequest, Code: "token_in_url",
				Text: "The token belongs into the header: Authorization: Bearer …. Treat this one as leaked.",
			})
			return
		}
		t, ok := s.identify(r.Header.Values("Authorization"))
		if !ok {
			w.Header().Set("WWW-Authenticate", `Bearer realm="signoff"`)
			s.fail(w, r, &Error{Status: http.StatusUnauthorized, Code: "unauthorized", Text: "A valid token is needed: Authorization: Bearer …."})
			return
		}
		next(w, r, t)
	}
}

// identify compares with every key, so that the time taken says nothing.
func (s *server) identify(headers []string) (Token, bool) {
	if len(headers) != 1 {
		return Token{}, false
	}
	scheme, secret, _ := strings.Cut(headers[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return Token{}, false
	}
	digest := sha256.Sum256([]byte(secret))
	var found Token
	ok := 0
	for _, k := range s.keys {
		same := subtle.ConstantTimeCompare(digest[:], k.digest[:])
		if same == 1 {
			found = k.token
		}
		ok |= same
	}
	if !found.Expires.IsZero() && !s.Now().Before(found.Expires) {
		return Token{}, false
	}
	return found, ok == 1
}

// actor is who acts: the person of the token, or the one named by as where that
// is allowed. An account without an ID is a service.
func (s *server) actor(t Token, as string) (adapters.Account, error) {
	as = strings.TrimPrefix(as, "user:") // as flows name people
	switch {
	case as != "" && !s.AllowAs && as != t.Person:
		return adapters.Account{}, &Error{
			Status: http.StatusForbidden, Code: "not_allowed",
			Text: "This server does not let a token act as another person. Leave out `as`; the configuration says for whom the token stands.",
		}
	case as != "":
		return adapters.Account{Surface: Surface, Tenant: t.Name, ID: as}, nil
	default:
		return t.account(), nil
	}
}

// account is who holds the token. The token's name stands for the tenant: what
// somebody may do can depend on the token with which they came.
func (t Token) account() adapters.Account {
	return adapters.Account{Surface: Surface, Tenant: t.Name, ID: t.Person, Name: t.Name}
}
