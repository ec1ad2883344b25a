package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"signoff/adapters"
	"signoff/engine"
	"signoff/engine/access"
)

// Triggers is what the API needs of the product to show and switch triggers.
type Triggers interface {
	// Triggers lists those triggers of a namespace and those below it that the
	// caller may see, each schedule with so many of the times at which it is due.
	Triggers(ctx context.Context, namespace string, upcoming int, by adapters.Account) ([]Trigger, error)
	// SwitchTrigger switches a trigger on or off.
	SwitchTrigger(ctx context.Context, ref engine.FlowRef, id string, on bool, by adapters.Account) error
	// UnlockTrigger lets a schedule start although its last execution runs.
	UnlockTrigger(ctx context.Context, ref engine.FlowRef, id string, by adapters.Account) error
}

// Trigger is what starts a flow by itself.
type Trigger struct {
	Namespace   string `json:"namespace"`
	Flow        string `json:"flow"`
	Revision    int    `json:"revision"`
	ID          string `json:"id"`
	Type        string `json:"type"`
	Description string `json:"description,omitempty"`
	// Says is what it waits for, such as a cron expression.
	Says string `json:"says,omitempty"`
	// Next are the times at which a schedule is due, the first ones.
	Next          []time.Time `json:"next,omitempty"`
	Last          time.Time   `json:"last,omitzero"`
	LastExecution string      `json:"lastExecution,omitempty"`
	// Status is on, locked, disabled (by somebody), off (by the flow) or broken.
	Status  string `json:"status"`
	Problem string `json:"problem,omitempty"`
}

// TriggerList is the answer of GET /triggers.
type TriggerList struct {
	Triggers []Trigger `json:"triggers"`
}

// maxUpcoming bounds the times that are told of one schedule.
const maxUpcoming = 100

// triggers adds the routes that show and switch triggers.
func (s *server) triggers(t *table) {
	one := Prefix + "/flows/{namespace}/{id}/triggers/{trigger}"
	t.add("GET "+Prefix+"/triggers", s.known(s.listTriggers), access.ViewFlow)
	t.add("POST "+one+"/enable", s.known(s.changeTrigger(func(ctx context.Context, ref engine.FlowRef, id string, by adapters.Account) error {
		return s.Service.SwitchTrigger(ctx, ref, id, true, by)
	})), access.ControlTrigger)
	t.add("POST "+one+"/disable", s.known(s.changeTrigger(func(ctx context.Context, ref engine.FlowRef, id string, by adapters.Account) error {
		return s.Service.SwitchTrigger(ctx, ref, id, false, by)
	})), access.ControlTrigger)
	t.add("POST "+one+"/unlock", s.known(s.changeTrigger(func(ctx context.Context, ref engine.FlowRef, id string, by adapters.Account) error {
		return s.Service.UnlockTrigger(ctx, ref, id, by)
	})), access.ControlTrigger)
}

func (s *server) listTriggers(w http.ResponseWriter, r *http.Request, t Token) {
	n := 1
	if text := r.URL.Query().Get("next"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil || n < 1 || n > maxUpcoming {
			s.fail(w, r, badRequest("next must be a number from 1 to "+strconv.Itoa(maxUpcoming)+"."))
			return
		}
	}
	all, err := s.Service.Triggers(r.Context(), r.URL.Query().Get("namespace"), n, t.account())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if all == nil {
		all = []Trigger{}
	}
	s.write(w, http.StatusOK, TriggerList{Triggers: all})
}

// changeTrigger answers the routes that change a trigger.
func (s *server) changeTrigger(change func(context.Context, engine.FlowRef, string, adapters.Account) error) handler {
	return func(w http.ResponseWriter, r *http.Request, t Token) {
		by, err := s.actor(t, "")
		if err == nil {
			err = change(r.Context(), flowOf(r), r.PathValue("trigger"), by)
		}
		if err != nil {
			s.fail(w, r, err)
			return
		}
		s.write(w, http.StatusOK, struct{}{})
	}
}
