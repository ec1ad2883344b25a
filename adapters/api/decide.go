package api

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
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
func (s *server) decide(w http.ResponseWriter, r *http.Request) {
	var b DecisionBody
	raw, err := decode(w, r, &b)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	c, err := s.click(r, b)
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

func (s *server) click(r *http.Request, b DecisionBody) (adapters.Click, error) {
	by, err := s.actor(r.Context(), b.As)
	if err != nil {
		return adapters.Click{}, err
	}
	if by.ID == "" {
		return adapters.Click{}, &Error{
			Status: http.StatusForbidden, Code: string(engine.NotEligible),
			Text: "Only a person can decide, and this token stands for nobody. Name its holder in the configuration (api.local_person), or decide in chat.",
		}
	}
	values, err := asClick(b.Values)
	if err != nil {
		return adapters.Click{}, err
	}
	req, err := s.open(r)
	if err != nil {
		return adapters.Click{}, err
	}
	action, err := actionOf(b.Verdict, req)
	if err != nil {
		return adapters.Click{}, err
	}
	version, err := versionOf(r.Header.Get("If-Match"), req)
	if err != nil {
		return adapters.Click{}, err
	}
	return adapters.Click{
		Actor: by, Request: r.PathValue("id"), Version: version,
		Action: action, Values: values, Once: once(r, by.ID),
	}, nil
}

// open finds the request that the path names, decided or not.
func (s *server) open(r *http.Request) (*engine.Request, error) {
	id, run, ok := engine.RequestID(r.PathValue("id")).Split()
	if !ok {
		return nil, noRequest()
	}
	x, err := s.Service.Execution(r.Context(), id)
	if err != nil {
		return nil, err
	}
	for _, t := range x.Runs {
		if t.ID == run && t.Request != nil {
			return t.Request, nil
		}
	}
	return nil, noRequest()
}

func noRequest() error {
	return &engine.RejectionError{Code: engine.NotFound, Text: "There is no such request."}
}

// actionOf names the button that a person would have pressed.
func actionOf(verdict string, req *engine.Request) (string, error) {
	switch {
	case verdict == string(engine.Approve) || verdict == string(engine.Reject):
		if req.Verdict == "" && req.Open() {
			return "", badRequest("This request has no yes or no. Leave out the verdict and send the values it asks for.")
		}
		return verdict, nil
	case verdict != "" && verdict != string(engine.None):
		return "", badRequest("The verdict must be approve or reject, or be left out.")
	case req.Verdict != "" && req.Open():
		return "", badRequest("This request wants a yes or no: the verdict must be approve or reject.")
	default:
		return resume, nil
	}
}

// resume is the action of a request without yes or no.
const resume = "resume"

func versionOf(header string, req *engine.Request) (int, error) {
	if header == "" || header == "*" {
		return req.Version, nil
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
		s.fail(w, r, &Error{Status: http.StatusConflict, Code: "refused", Text: a.Text})
	}
}
