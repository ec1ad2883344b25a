package api

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"signoff/adapters"
	"signoff/engine"
)

// DecisionBody is the body of POST /requests/{id}/decision.
type DecisionBody struct {
	// Verdict is approve, reject, or empty for a request without yes and no.
	Verdict string         `json:"verdict,omitempty"`
	Values  map[string]any `json:"values,omitempty"`
	// As names the person who decides, where the server allows that.
	As string `json:"as,omitempty"`
}

// DecisionAnswer says what came of a decision.
type DecisionAnswer struct {
	Kind adapters.AnswerKind `json:"kind"`
	Text string              `json:"text,omitempty"`
}

// decide hands the decision in as a click. The header If-Match names the
// request version that was read; without it the decision is on the request as
// it stands. The header Idempotency-Key makes a repetition harmless.
func (s *server) decide(w http.ResponseWriter, r *http.Request, t Token) {
	var b DecisionBody
	raw, err := decode(w, r, &b)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	by, err := s.decider(t, b.As)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	c, err := s.click(r, b, by)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	sum := sha256.Sum256(raw)
	c.Evidence = hex.EncodeToString(sum[:])
	a, err := s.Service.Click(r.Context(), c)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.answer(w, r, a)
}

// decider is the person who decides. A service never is one.
func (s *server) decider(t Token, as string) (adapters.Account, error) {
	by, err := s.actor(t, as)
	if err == nil && by.ID == "" {
		err = &Error{
			Status: http.StatusForbidden, Code: string(engine.NotEligible),
			Text: "Only a person can decide, and this token stands for nobody. Name its holder in the configuration (api.local_person), or decide in chat.",
		}
	}
	return by, err
}

func (s *server) click(r *http.Request, b DecisionBody, by adapters.Account) (adapters.Click, error) {
	values := asClick(b.Values)
	card, err := s.card(r, by)
	if err != nil {
		return adapters.Click{}, err
	}
	action, err := actionOf(b, card)
	if err != nil {
		return adapters.Click{}, err
	}
	version, err := versionOf(r.Header.Get("If-Match"), card)
	if err != nil {
		return adapters.Click{}, err
	}
	return adapters.Click{
		Actor: by, Request: r.PathValue("id"), Version: version,
		Action: action, Values: values, Once: once(r, by.ID),
	}, nil
}

// card is the request as a person would see it, decided or not.
func (s *server) card(r *http.Request, by adapters.Account) (*adapters.Card, error) {
	a, err := s.Service.Look(r.Context(), adapters.Look{Actor: by, Request: r.PathValue("id")})
	if err != nil {
		return nil, err
	}
	if a.Card == nil {
		return nil, &engine.RejectionError{Code: engine.NotFound, Text: "There is no such request."}
	}
	return a.Card, nil
}

// The actions that have no button of their own in a decision's body.
const (
	resume = "resume"
	choose = "choose:"
)

// actionOf names the button that a person would have pressed. A closed request
// has no buttons; its refusal comes from the rules.
func actionOf(b DecisionBody, card *adapters.Card) (string, error) {
	has := func(id string) bool {
		return slices.ContainsFunc(card.Actions, func(a adapters.Action) bool { return a.ID == id })
	}
	yesNo := has(string(engine.Approve)) || has(string(engine.Reject))
	open := len(card.Actions) > 0
	switch b.Verdict {
	case string(engine.Approve), string(engine.Reject):
		if open && !yesNo {
			return "", badRequest("This request has no yes or no. Leave out the verdict and send the values it asks for.")
		}
		return b.Verdict, nil
	case "", string(engine.None):
		if yesNo {
			return "", badRequest("This request wants a yes or no: the verdict must be approve or reject.")
		}
	default:
		return "", badRequest("The verdict must be approve or reject, or be left out.")
	}
	switch {
	case !open:
		return resume, nil
	case strings.HasPrefix(card.Actions[0].ID, choose):
		return chosen(b.Values)
	default:
		return card.Actions[0].ID, nil
	}
}

// chosen is the button that stands for the one value of a choice.
func chosen(values map[string]any) (string, error) {
	if len(values) == 1 {
		for _, v := range values {
			if text, ok := v.(string); ok {
				return choose + text, nil
			}
		}
	}
	return "", badRequest("This request asks for one choice: send exactly one value, a text.")
}

func versionOf(header string, card *adapters.Card) (int, error) {
	if header == "" || header == "*" {
		return card.Version, nil
	}
	v, err := strconv.Atoi(strings.Trim(header, `"`))
	if err != nil || v < 1 {
		return 0, badRequest(`If-Match must be the request's version, as in If-Match: "3".`)
	}
	return v, nil
}

// once names the click: the caller's key, bound to who and what, or a new name.
func once(r *http.Request, person string) string {
	k := r.Header.Get("Idempotency-Key")
	if k == "" {
		k = rand.Text()
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{Surface, person, r.PathValue("id"), k}, "\x00")))
	return hex.EncodeToString(sum[:])
}

func (s *server) answer(w http.ResponseWriter, r *http.Request, a adapters.Answer) {
	switch a.Kind {
	case adapters.Recorded, adapters.Repeated, adapters.Shown:
		s.write(w, http.StatusOK, DecisionAnswer{Kind: a.Kind, Text: a.Text})
	case adapters.Invalid:
		s.fail(w, r, &Error{Status: http.StatusUnprocessableEntity, Code: string(engine.BadInput), Text: "Some values cannot be taken.", Fields: a.Fields})
	case adapters.Refused:
		s.fail(w, r, &Error{Status: http.StatusConflict, Code: cmp.Or(a.Code, "refused"), Text: a.Text})
	}
}
