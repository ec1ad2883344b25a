package api

import (
	"context"
	"net/http"
	"time"

	"signoff/adapters"
	"signoff/engine"
	"signoff/engine/access"
)

// Requests is what the API needs to do with a request besides answering it.
// Refusals are as with [Service].
type Requests interface {
	// DoRequest does what an order says.
	DoRequest(ctx context.Context, o RequestOrder) (adapters.Answer, error)
	// Stuck lists the requests that wait in vain, of those the caller may see.
	Stuck(ctx context.Context, by adapters.Account) ([]Stuck, error)
	// SetAway says that the caller is away, ClearAway that they are back, and
	// Absences who is away.
	SetAway(ctx context.Context, a AwayRequest) error
	ClearAway(ctx context.Context, by adapters.Account) error
	Absences(ctx context.Context, by adapters.Account) ([]Absence, error)
}

// The verbs of a request, as they stand in the routes.
const (
	VerbDelegate = "delegate"
	VerbReassign = "reassign"
	VerbChanges  = "changes"
	VerbResubmit = "resubmit"
	VerbComment  = "comment"
	VerbWithdraw = "withdraw"
	VerbOverride = "override"
)

// RequestOrder is a verb with what it needs, and who asks for it.
type RequestOrder struct {
	Verb     string
	Request  string
	Version  int // 0 is the request as it stands
	By       adapters.Account
	Body     RequestBody
	Once     string
	Evidence string
}

// RequestBody is the body of a verb of a request. Each verb takes what it needs:
// delegate to, until and reason; reassign from, to and reason; changes and
// comment a text; resubmit inputs and text; withdraw and override a reason;
// override values, too, where the form wants some.
type RequestBody struct {
	// From and To are people by id or mail address.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	// Until is a moment, a day or a duration; see docs/approval.md.
	Until  string         `json:"until,omitempty"`
	Reason string         `json:"reason,omitempty"`
	Text   string         `json:"text,omitempty"`
	Inputs map[string]any `json:"inputs,omitempty"`
	Values map[string]any `json:"values,omitempty"`
	// As names the person who asks, where the server allows that.
	As string `json:"as,omitempty"`
}

// check refuses what a verb has no use for: whoever sends it means another one;
// and what it cannot do without.
func (b RequestBody) check(verb string) error {
	moves := verb == VerbDelegate || verb == VerbReassign
	says := verb == VerbChanges || verb == VerbComment
	switch {
	case b.From != "" && verb != VerbReassign:
		return badRequest("Only reassign takes from.")
	case b.To != "" && !moves:
		return badRequest("Only delegate and reassign take to.")
	case b.To == "" && moves:
		return badRequest("Name in to who answers.")
	case b.Until != "" && verb != VerbDelegate:
		return badRequest("Only delegate takes until.")
	case b.Reason != "" && (says || verb == VerbResubmit):
		return badRequest("This takes a text, not a reason.")
	case b.Text != "" && !says && verb != VerbResubmit:
		return badRequest("This takes a reason, not a text.")
	case b.Inputs != nil && verb != VerbResubmit:
		return badRequest("Only resubmit takes inputs.")
	case b.Values != nil && verb != VerbOverride:
		return badRequest("Only override takes values.")
	}
	return nil
}

// Stuck is a request that waits in vain unless a person does something.
type Stuck struct {
	Request   string    `json:"request"`
	Namespace string    `json:"namespace"`
	Flow      string    `json:"flow"`
	Title     string    `json:"title"`
	Since     time.Time `json:"since"`
	Why       []string  `json:"why"`
}

// StuckList is the answer to a list of what is stuck.
type StuckList struct {
	Requests []Stuck `json:"requests"`
}

// requests adds the routes about requests besides the decision.
func (s *server) requests(t *table) {
	for _, v := range []struct {
		name  string
		verbs []access.Verb
	}{
		{VerbDelegate, []access.Verb{access.Decide}},
		{VerbReassign, []access.Verb{access.MoveRequest, access.ViewRequest}},
		{VerbChanges, []access.Verb{access.Decide}},
		{VerbResubmit, []access.Verb{access.ViewRequest}}, // the requester's own
		{VerbComment, []access.Verb{access.Decide}},
		{VerbWithdraw, []access.Verb{access.ViewRequest}}, // the requester's own
		{VerbOverride, []access.Verb{access.Override, access.ViewRequest}},
	} {
		t.add("POST "+Prefix+"/requests/{id}/"+v.name, s.known(s.doRequest(v.name)), v.verbs...)
	}
	t.add("GET "+Prefix+"/stuck", s.known(s.stuck), access.ViewRequest)
	t.add("GET "+Prefix+"/away", s.known(s.absences), access.ViewRequest)
	t.add("PUT "+Prefix+"/away", s.known(s.setAway), access.ViewRequest)
	t.add("DELETE "+Prefix+"/away", s.known(s.clearAway), access.ViewRequest)
}

// doRequest does what a verb says, as a person. If-Match and Idempotency-Key are
// as with a decision.
func (s *server) doRequest(verb string) handler {
	return func(w http.ResponseWriter, r *http.Request, t Token) {
		o, err := s.requestOrder(w, r, t, verb)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		a, err := s.Service.DoRequest(r.Context(), o)
		if err == nil {
			err = notDone(a)
		}
		if err != nil {
			s.fail(w, r, err)
			return
		}
		s.write(w, http.StatusOK, DecisionAnswer{Kind: a.Kind, Text: a.Text})
	}
}

// requestOrder reads what is to be done with a request, and by whom.
func (s *server) requestOrder(w http.ResponseWriter, r *http.Request, t Token, verb string) (RequestOrder, error) {
	o := RequestOrder{Verb: verb, Request: r.PathValue("id")}
	var raw []byte
	var err error
	if r.ContentLength != 0 {
		if raw, err = decode(w, r, &o.Body); err != nil {
			return o, err
		}
	}
	if err := o.Body.check(verb); err != nil {
		return o, err
	}
	if o.By, err = s.decider(t, o.Body.As); err != nil {
		return o, err
	}
	if header := r.Header.Get("If-Match"); header != "" {
		if o.Version, err = versionOf(header, &adapters.Card{}); err != nil {
			return o, err
		}
	}
	o.Body.Inputs, o.Body.Values = asClick(o.Body.Inputs), asClick(o.Body.Values)
	d := decision{id: verb + " " + o.Request, key: r.Header.Get("Idempotency-Key"), by: o.By}
	o.Once, o.Evidence = d.once(), digest(raw)
	return o, nil
}

// notDone is the refusal of an order, or nil.
func notDone(a adapters.Answer) error {
	if a.Kind == adapters.Invalid && len(a.Fields) == 0 {
		return &Error{Status: http.StatusUnprocessableEntity, Code: string(engine.BadInput), Text: a.Text}
	}
	err := notTaken(a)
	if a.Kind == adapters.Refused {
		return &Error{Status: statusOf(engine.Code(a.Code)), Code: a.Code, Text: a.Text}
	}
	return err
}

func (s *server) stuck(w http.ResponseWriter, r *http.Request, t Token) {
	found, err := s.Service.Stuck(r.Context(), t.account())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.write(w, http.StatusOK, StuckList{Requests: append([]Stuck{}, found...)})
}
