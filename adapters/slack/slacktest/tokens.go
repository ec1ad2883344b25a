package slacktest

import (
	"slices"
	"strings"
	"time"
)

// accessLife is how long a token lives where tokens rotate.
const accessLife = 12 * time.Hour

// activeTokens is how many tokens of one install work at the same time where
// tokens rotate.
const activeTokens = 2

// authenticate finds the install that a call's token stands for.
func (s *Server) authenticate(a args) (*install, error) {
	if a.token == "" {
		return nil, refuse("not_authed")
	}
	if strings.HasPrefix(a.token, "xapp-") {
		return nil, refuse("not_allowed_token_type")
	}
	t, ok := s.state.tokens[a.token]
	switch {
	case !ok:
		return nil, refuse("invalid_auth")
	case t.refusal != "":
		return nil, refuse(t.refusal)
	case !t.until.IsZero() && !s.now().Before(t.until):
		return nil, refuse("token_expired")
	}
	return t.of, nil
}

// missingScope is a call that the install was not granted.
func missingScope(in *install, needed string) error {
	r := &refusal{code: "missing_scope", more: object{"needed": needed, "provided": strings.Join(in.scopes, ",")}}
	return r
}

// allowed tells whether the install has one of the scopes that a method needs.
// An install without a list has them all.
func allowed(in *install, method string) error {
	needed := scopesOf(method)
	if len(in.scopes) == 0 || len(needed) == 0 {
		return nil
	}
	if slices.ContainsFunc(needed, func(scope string) bool { return slices.Contains(in.scopes, scope) }) {
		return nil
	}
	return missingScope(in, strings.Join(needed, ","))
}

// scopesOf are the scopes of which a method needs one.
func scopesOf(method string) []string {
	switch method {
	case "chat.delete", "chat.postEphemeral", "chat.postMessage", "chat.update":
		return []string{"chat:write"}
	case "conversations.info", "conversations.list", "conversations.members":
		return []string{"channels:read", "groups:read", "im:read"}
	case "conversations.open":
		return []string{"im:write"}
	case "files.info":
		return []string{"files:read"}
	case "usergroups.list", "usergroups.users.list":
		return []string{"usergroups:read"}
	case "users.info", "users.list":
		return []string{"users:read"}
	case "users.lookupByEmail":
		return []string{"users:read.email"}
	default:
		return nil
	}
}

// has tells whether the install was granted a scope by name.
func (in *install) has(scope string) bool { return slices.Contains(in.scopes, scope) }

// issue makes a token of an install. Where tokens rotate it ends after twelve
// hours, and of more than two the oldest stops working.
func (s *Server) issue(in *install) string {
	if !in.rotates {
		name := "xoxb-" + newSecret()
		s.state.tokens[name] = &token{of: in}
		return name
	}
	name := "xoxe.xoxb-1-" + newSecret()
	s.state.tokens[name] = &token{of: in, until: s.now().Add(accessLife)}
	s.state.rotated = append(s.state.rotated, name)
	in.refresh = "xoxe-1-" + newSecret()
	active := 0
	for _, old := range slices.Backward(s.state.rotated) {
		if t := s.state.tokens[old]; t.of == in && t.refusal == "" {
			if active++; active > activeTokens {
				t.refusal = "token_expired"
			}
		}
	}
	return name
}

// end makes all tokens of an install stop working.
func (st *State) end(in *install, refusal string) {
	for _, t := range st.tokens {
		if t.of == in && t.refusal == "" {
			t.refusal = refusal
		}
	}
	in.refresh = ""
}

// ExpireTokens makes every token that can expire do so now: those of a test
// that does not want to wait for twelve hours.
func (s *Server) ExpireTokens() {
	s.change(func(st *State) {
		for _, t := range st.tokens {
			if !t.until.IsZero() {
				t.until = s.now()
			}
		}
	})
}
