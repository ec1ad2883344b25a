package slacktest

import (
	"context"
	"fmt"
	"maps"

	"signoff/adapters/slack/draw"
)

// Submit fills in the user's modal and submits it. As in Slack's client it is
// not even sent while a required field is empty or a number is out of bounds:
// the outcome is Incomplete then.
func (s *Server) Submit(ctx context.Context, user, view string, values Values) (Result, error) {
	return s.submit(ctx, user, view, values, true)
}

// SubmitUnchecked submits what a changed client could submit: it skips the
// checks of [Server.Submit].
func (s *Server) SubmitUnchecked(ctx context.Context, user, view string, values Values) (Result, error) {
	return s.submit(ctx, user, view, values, false)
}

func (s *Server) submit(ctx context.Context, user, view string, values Values, checked bool) (Result, error) {
	s.mu.Lock()
	u, v, err := s.openView(user, view)
	if err != nil {
		s.mu.Unlock()
		return Result{}, err
	}
	t := target{user: u, view: v, blocks: v.blocks()}
	s.equip(t)
	blocks, state := t.blocks, fill(t.blocks, values)
	if wrong := incomplete(blocks, state); checked && len(wrong) > 0 {
		v.Errors = wrong
		s.announce()
		s.mu.Unlock()
		return Result{Outcome: Incomplete, Errors: maps.Clone(wrong), View: v.clone()}, nil
	}
	payload := s.submission(u, v, state)
	s.mu.Unlock()
	answer, err := s.send(ctx, interaction(payload))
	if text := s.trouble(answer, err); text != "" {
		s.log.WarnContext(ctx, "submission failed", "user", u.ID, "status", answer.status, "err", err)
		return s.failed(u.ID, text, answer.status), nil
	}
	return s.settle(u.ID, view, answer), nil
}

// openView finds a user's modal; the caller holds mu.
func (s *Server) openView(user, view string) (User, *View, error) {
	u, ok := s.state.User(user)
	if !ok {
		return User{}, nil, fmt.Errorf("%w: %q", ErrNoUser, user)
	}
	v := s.modal(view)
	if v == nil || v.User != u.ID {
		return User{}, nil, fmt.Errorf("%w: %q", ErrNoView, view)
	}
	return u, v, nil
}

func (s *Server) failed(user, text string, status int) Result {
	s.tell(user, text)
	return Result{Outcome: Failed, Text: text, Status: status}
}

// settle does to the modal what the app answered.
func (s *Server) settle(user, view string, r reply) Result {
	if len(r.body) == 0 {
		s.change(func(st *State) { s.closeView(user, view) })
		return Result{Outcome: Closed, Status: r.status}
	}
	body, ok := decodeObject(r.body)
	if !ok || !r.json {
		return s.failed(user, s.opt.AppName+" gave an answer that Slack does not understand.", r.status)
	}
	s.mu.Lock()
	result, ok := s.respond(user, view, body)
	s.announce()
	s.mu.Unlock()
	if !ok {
		return s.failed(user, s.opt.AppName+" gave an answer that Slack does not understand.", r.status)
	}
	result.Status = r.status
	return result
}

// respond follows a response_action; the caller holds mu. It reports false for
// what Slack would not follow.
func (s *Server) respond(user, view string, body object) (Result, bool) {
	v := s.modal(view)
	if v == nil {
		return Result{Outcome: Closed}, true // closed or replaced meanwhile
	}
	switch str(body, "response_action") {
	case "clear":
		s.closeAll(user)
		return Result{Outcome: Closed}, true
	case "errors":
		return s.showErrors(v, sub(body, "errors"))
	case "update", "push":
		return s.replaceOrPush(v, body)
	default:
		return Result{}, false
	}
}

// replaceOrPush shows the view that an answer brings, instead of the one that was
// submitted or on top of it.
func (s *Server) replaceOrPush(v *View, body object) (Result, bool) {
	d, err := s.readView(onModal, encode(body["view"]))
	if err != nil {
		s.log.Warn("response_action with a bad view", "err", err, "faults", refusalBody(err))
		return Result{}, false
	}
	in := s.state.owner(v)
	if str(body, "response_action") == "push" {
		if s.taken(in, d, nil) || len(s.state.modals[v.User]) >= draw.MaxModalDepth {
			return Result{}, false
		}
		return Result{Outcome: Pushed, View: s.raise(in, v.User, d).clone()}, true
	}
	if s.taken(in, d, v) {
		return Result{}, false
	}
	s.redraw(v, d)
	return Result{Outcome: Updated, View: v.clone()}, true
}

// showErrors puts texts under fields. Slack wants the block ids of input blocks
// and nothing else.
func (s *Server) showErrors(v *View, texts object) (Result, bool) {
	inputs := map[string]bool{}
	for _, b := range v.blocks() {
		if block, ok := b.(object); ok && str(block, "type") == "input" {
			inputs[str(block, "block_id")] = true
		}
	}
	errs := map[string]string{}
	for id := range texts {
		errs[id] = str(texts, id)
		if !inputs[id] || errs[id] == "" {
			return Result{}, false
		}
	}
	if len(errs) == 0 {
		return Result{}, false
	}
	v.Errors = errs
	return Result{Outcome: FieldErrors, Errors: maps.Clone(errs), View: v.clone()}, true
}

// closeView closes one view and whatever lies on it; the caller holds mu.
func (s *Server) closeView(user, view string) {
	if s.modal(view) == nil {
		return
	}
	for n := len(s.state.modals[user]); n > 0; n-- {
		top := s.state.modals[user][n-1].ID
		s.closeTop(user)
		if top == view {
			return
		}
	}
}

// CloseView closes a user's modal without submitting it, and tells the app if
// the view asks for that.
func (s *Server) CloseView(ctx context.Context, user, view string) (Result, error) {
	s.mu.Lock()
	u, v, err := s.openView(user, view)
	if err != nil {
		s.mu.Unlock()
		return Result{}, err
	}
	body, _ := decodeObject(v.Raw)
	payload := s.closing(u, v, body["clear_on_close"] == true)
	if body["clear_on_close"] == true {
		s.closeAll(u.ID)
	} else {
		s.closeView(u.ID, view)
	}
	s.announce()
	s.mu.Unlock()
	if body["notify_on_close"] != true {
		return Result{Outcome: Closed}, nil
	}
	answer, err := s.send(ctx, interaction(payload))
	if text := s.trouble(answer, err); text != "" {
		return s.failed(u.ID, text, answer.status), nil
	}
	return Result{Outcome: Closed, Status: answer.status}, nil
}
