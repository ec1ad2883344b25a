package slacktest

import (
	"context"
	"errors"
)

// Outcome is what came of a person's action, as they see it.
type Outcome string

// The outcomes.
const (
	// Acknowledged: the app took the press; what follows, follows.
	Acknowledged Outcome = "acknowledged"
	// Closed: the modal is gone.
	Closed Outcome = "closed"
	// FieldErrors: the modal stays, with texts under its fields.
	FieldErrors Outcome = "errors"
	// Updated: the modal shows another view now.
	Updated Outcome = "updated"
	// Pushed: another view lies on the modal.
	Pushed Outcome = "pushed"
	// Incomplete: Slack's client did not even send it; Errors says why.
	Incomplete Outcome = "incomplete"
	// Kept: the element stands in a form that tells the app nothing before it is
	// submitted.
	Kept Outcome = "kept"
	// Failed: the app did not answer, or badly; Text is what the person sees.
	Failed Outcome = "failed"
)

// Result is what came of a person's action.
type Result struct {
	Outcome Outcome
	// Errors are the texts under the fields, by block id.
	Errors map[string]string
	// Text is what Slack tells the person if the app failed.
	Text string
	// View is the modal as it is afterwards; zero if it closed.
	View View
	// Status is the app's HTTP status; 0 if there was no answer.
	Status int
}

// Errors of a person who tries what the client would not offer.
var (
	ErrNoUser    = errors.New("slacktest: no such user")
	ErrNoMessage = errors.New("slacktest: this user sees no such message")
	ErrNoElement = errors.New("slacktest: nothing with this action id is there to use")
	ErrNoView    = errors.New("slacktest: this user has no such modal open")
)

// Gesture is the use of an element, on a message or in a modal.
type Gesture struct {
	User string // id or name
	// Channel and TS name the message, or View the modal.
	Channel string
	TS      string
	View    string
	// Action is the element's action id, or "block_id/action_id".
	Action string
	// Value is what was chosen, for elements that are not buttons.
	Value any
	// Values are what stands in the other elements.
	Values Values
	// Behind is how many changes of the message this person's screen has not
	// shown yet: 1 presses what stood there before the last one.
	Behind int
}

// Press presses a button on a message as a user, and returns when the app has
// answered or Slack has given up on it.
func (s *Server) Press(ctx context.Context, user, channel, ts, action string) (Result, error) {
	return s.Act(ctx, Gesture{User: user, Channel: channel, TS: ts, Action: action})
}

// Act uses any element.
func (s *Server) Act(ctx context.Context, g Gesture) (Result, error) {
	s.mu.Lock()
	t, err := s.aim(g)
	if err != nil || t.kept() {
		s.mu.Unlock()
		return Result{Outcome: Kept}, err
	}
	payload := s.useJSON(t, g)
	s.mu.Unlock()
	return s.hand(ctx, t.user.ID, payload)
}

// seen finds a message that the user can see.
func (s *Server) seen(u User, channel, ts string) (*conversation, *Message) {
	c, ok := s.state.conversation(channel)
	if !ok || !c.has(u) {
		return nil, nil
	}
	for _, m := range s.state.messages[c.ID] {
		if m.TS == ts {
			return c, m
		}
	}
	return nil, nil
}

// asSeen are the blocks on a screen that is some changes behind.
func (m Message) asSeen(behind int) []any {
	raw := m.Blocks
	if n := len(m.History); behind > 0 && behind <= n {
		raw = m.History[n-behind].Blocks
	}
	blocks, _ := decodeList(raw)
	return blocks
}

func (v View) blocks() []any {
	o, _ := decodeObject(v.Raw)
	return list(o, "blocks")
}
