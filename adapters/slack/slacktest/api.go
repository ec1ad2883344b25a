package slacktest

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// method answers one method of the Web API. It is called with the state locked.
type method func(a args) (object, error)

// refusal is an answer with "ok": false.
type refusal struct {
	code     string
	messages []string
	more     object // further fields of the answer
}

func (r *refusal) Error() string { return r.code }

func refuse(code string, messages ...string) error {
	return &refusal{code: code, messages: messages}
}

// Call is one call of the Web API that reached the fake.
type Call struct {
	Method string
	// Channel, User and TS are the arguments of these names, where the method
	// has them; User is user_id, too.
	Channel string
	User    string
	TS      string
	// Install is the workspace or organisation whose token it carried.
	Install string
	// Error is the code it was answered with; empty if it was granted.
	Error string
	At    time.Time
}

// maxCalls is how many calls are remembered.
const maxCalls = 10_000

// note remembers a call; the caller holds mu.
func (s *Server) note(c Call) {
	if len(s.calls) == maxCalls {
		s.calls = slices.Delete(s.calls, 0, maxCalls/2)
	}
	s.calls = append(s.calls, c)
}

// Calls are the calls so far of a method, the last several thousand of them; of
// all methods, if method is empty. Those to incoming webhooks are "webhook".
func (s *Server) Calls(method string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Call
	for _, c := range s.calls {
		if method == "" || c.Method == method {
			list = append(list, c)
		}
	}
	return list
}

// freeMethods are those that need no bot token.
func (s *Server) freeMethods() map[string]method {
	return map[string]method{
		"apps.connections.open": s.connectionsOpen,
		"blocks.validate":       s.blocksValidate,
		"oauth.v2.access":       s.oauthAccess,
		"oauth.v2.exchange":     s.oauthExchange,
	}
}

func (s *Server) methodTable() map[string]method {
	return map[string]method{
		"auth.revoke":           s.authRevoke,
		"auth.test":             s.authTest,
		"chat.delete":           s.chatDelete,
		"chat.getPermalink":     s.chatGetPermalink,
		"chat.postEphemeral":    s.chatPostEphemeral,
		"chat.postMessage":      s.chatPostMessage,
		"chat.update":           s.chatUpdate,
		"conversations.info":    s.conversationsInfo,
		"conversations.list":    s.conversationsList,
		"conversations.members": s.conversationsMembers,
		"conversations.open":    s.conversationsOpen,
		"files.info":            s.filesInfo,
		"usergroups.list":       s.usergroupsList,
		"usergroups.users.list": s.usergroupsUsersList,
		"users.info":            s.usersInfo,
		"users.list":            s.usersList,
		"users.lookupByEmail":   s.usersLookupByEmail,
		"views.open":            s.viewsOpen,
		"views.publish":         s.viewsPublish,
		"views.push":            s.viewsPush,
		"views.update":          s.viewsUpdate,
	}
}

func (s *Server) serveMethod(w http.ResponseWriter, r *http.Request) {
	a, err := readArgs(w, r)
	if err != nil {
		s.answer(w, nil, err)
		return
	}
	f := s.takeFault(a.method)
	if !f.wait(r.Context()) {
		return
	}
	answer, err := s.call(a, f)
	s.run(r.Context(), a.later)
	if f.drop || errors.Is(err, errCut) {
		// The call is done and the caller will never know.
		panic(http.ErrAbortHandler)
	}
	s.answer(w, answer, err)
}

// call runs the method and writes it down.
func (s *Server) call(a args, f taken) (object, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	answer, err := s.dispatch(a, f)
	c := Call{
		Method: a.method, Channel: a.text("channel"), User: orElse(a.text("user"), a.text("user_id")),
		TS: orElse(a.text("ts"), str(answer, "ts")), At: s.now(),
	}
	if t, ok := s.state.tokens[a.token]; ok {
		c.Install = t.of.id()
	}
	if err != nil {
		c.Error = err.Error()
	}
	s.note(c)
	s.log.Debug("slack call", "method", c.Method, "channel", c.Channel, "err", c.Error)
	s.announce()
	return answer, err
}

func (s *Server) dispatch(a args, f taken) (object, error) {
	if f.err != nil {
		return nil, f.err
	}
	if run, ok := s.free[a.method]; ok {
		return run(a)
	}
	run, ok := s.methods[a.method]
	if !ok {
		return nil, refuse("unknown_method")
	}
	by, err := s.authenticate(a)
	if err != nil {
		return nil, err
	}
	if err := s.spend(by, a.method); err != nil {
		return nil, err
	}
	if err := allowed(by, a.method); err != nil {
		return nil, err
	}
	a.by = by
	return run(a)
}

// answer writes what Slack would: always 200, unless the caller is too fast.
func (s *Server) answer(w http.ResponseWriter, o object, err error) {
	if limited, ok := errors.AsType[*rateLimitError](err); ok {
		if limited.after > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(seconds(limited.after)))
		}
		writeJSON(w, http.StatusTooManyRequests, object{"ok": false, "error": "ratelimited"})
		return
	}
	if broken, ok := errors.AsType[*statusError](err); ok {
		http.Error(w, broken.Error(), broken.status)
		return
	}
	if err != nil {
		writeJSON(w, http.StatusOK, refusalBody(err))
		return
	}
	if o == nil {
		o = object{}
	}
	o["ok"] = true
	writeJSON(w, http.StatusOK, o)
}

func refusalBody(err error) object {
	body := object{"ok": false, "error": err.Error()}
	r, ok := errors.AsType[*refusal](err)
	if ok {
		maps.Copy(body, r.more)
	}
	if ok && len(r.messages) > 0 {
		body["response_metadata"] = object{"messages": r.messages}
		if r.code == "invalid_blocks" {
			body["errors"] = r.messages
		}
	}
	return body
}

func writeJSON(w http.ResponseWriter, status int, body object) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(encode(body)) // a caller that has gone needs no answer
}
