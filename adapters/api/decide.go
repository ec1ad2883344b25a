package api

import (
	"cmp"
	"context"
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

// decision is an answer to one request before it is a click.
type decision struct {
	id      string
	version string // as in If-Match; empty is the request as it stands
	key     string // makes a repetition harmless
	body    DecisionBody
	by      adapters.Account
	proof   string // a digest of what was sent
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
	b.Values = asClick(b.Values)
	c, err := s.click(r.Context(), decision{
		id: r.PathValue("id"), version: r.Header.Get("If-Match"), key: r.Header.Get("Idempotency-Key"),
		body: b, by: by, proof: digest(raw),
	})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	a, err := s.Service.Click(r.Context(), c)
	if err == nil {
		err = notTaken(a)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.write(w, http.StatusOK, DecisionAnswer{Kind: a.Kind, Text: a.Text})
}

func digest(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// decider is the person who decides. A service never is one.
func (s *server) decider(t Token, as string) (adapters.Account, error) {
	by, err := s.actor(t, as)
	if err == nil && by.ID == "" {
		err = &Error{
			Status: http.StatusForbidden, Code: string(engine.NotEligible),
			Text: "Only a person can decide, and this token stands for nobody. Name its holder in the configuration (api.local_person, api.tokens), or decide in chat.",
		}
	}
	return by, err
}

func (s *server) click(ctx context.Context, d decision) (adapters.Click, error) {
	card, err := s.card(ctx, d)
	if err != nil {
		return adapters.Click{}, err
	}
	action, err := actionOf(d.body, card)
	if err != nil {
		return adapters.Click{}, err
	}
	version, err := versionOf(d.version, card)
	if err != nil {
		return adapters.Click{}, err
	}
	return adapters.Click{
		Actor: d.by, Request: d.id, Version: version,
		Action: action, Values: d.body.Values, Once: d.once(), Evidence: d.proof,
	}, nil
}

// card is the request as a person would see it, decided or not.
func (s *server) card(ctx context.Context, d decision) (*adapters.Card, error) {
	a, err := s.Service.Look(ctx, adapters.Look{Actor: d.by, Request: d.id})
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
func (d *decision) once() string {
	k := d.key
	if k == "" {
		k = rand.Text()
	}
	return digest([]byte(strings.Join([]string{Surface, d.by.ID, d.id, k}, "\x00")))
}

// notTaken is the refusal of a click, or nil.
func notTaken(a adapters.Answer) error {
	switch a.Kind {
	case adapters.Invalid:
		return &Error{Status: http.StatusUnprocessableEntity, Code: string(engine.BadInput), Text: "Some values cannot be taken.", Fields: a.Fields}
	case adapters.Refused:
		return &Error{Status: http.StatusConflict, Code: cmp.Or(a.Code, "refused"), Text: a.Text}
	case adapters.Recorded, adapters.Repeated, adapters.Shown:
	}
	return nil
}
