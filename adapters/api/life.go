package api

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"signoff/adapters"
	"signoff/engine"
	"signoff/engine/access"
)

// Life is what the API needs to change executions as a whole. Refusals are as
// with [Service]. None of it answers a request.
type Life interface {
	// Do does what an order says, or with DryRun says what would come of it.
	Do(ctx context.Context, id engine.ExecutionID, o Order) (engine.Execution, error)
	// Replay starts a new execution out of an earlier one.
	Replay(ctx context.Context, r ReplayRequest) (engine.Execution, error)
	// TryClick says what Click would answer, and records nothing; Shown is a yes.
	TryClick(ctx context.Context, c adapters.Click) (adapters.Answer, error)
}

// The verbs, as they stand in the routes.
const (
	VerbKill     = "kill"
	VerbCancel   = "cancel"
	VerbRestart  = "restart"
	VerbHold     = "hold"
	VerbRelease  = "release"
	VerbForceRun = "force-run"
	VerbLabels   = "labels"
	VerbState    = "state"
	VerbReplay   = "replay"
)

// Order is a verb with what it needs, and who asks for it.
type Order struct {
	Verb    string
	By      adapters.Account
	Reason  string
	Labels  map[string]string
	TaskRun string
	State   engine.State
	DryRun  bool
}

// OrderBody is the body of a verb; it may be left out. Each verb takes what it
// needs: cancel a reason, labels the labels, state a task run and its state.
type OrderBody struct {
	Reason string `json:"reason,omitempty"`
	// Labels to set; an empty value removes one.
	Labels  map[string]string `json:"labels,omitempty"`
	TaskRun string            `json:"taskRun,omitempty"`
	State   engine.State      `json:"state,omitempty"`
	DryRun  bool              `json:"dryRun,omitempty"`
	// As names the person who asks, where the server allows that.
	As string `json:"as,omitempty"`
}

// check refuses what a verb has no use for: whoever sends it means another one.
func (b OrderBody) check(verb string) error {
	switch {
	case b.Reason != "" && verb != VerbCancel:
		return badRequest("Only cancel takes a reason.")
	case b.Labels != nil && verb != VerbLabels:
		return badRequest("Only the verb labels takes labels.")
	case (b.TaskRun != "" || b.State != "") && verb != VerbState:
		return badRequest("Only the verb state takes a task run and a state.")
	}
	return nil
}

func (b OrderBody) order(verb string, by adapters.Account) Order {
	return Order{
		Verb: verb, By: by, Reason: b.Reason, Labels: b.Labels, TaskRun: b.TaskRun,
		State: engine.State(strings.ToUpper(string(b.State))), DryRun: b.DryRun,
	}
}

// ReplayRequest asks for a replay; see [ReplayBody].
type ReplayRequest struct {
	Of      engine.ExecutionID
	TaskRun string
	// Revision 0 is the one that the execution had.
	Revision int
	Latest   bool
	Inputs   map[string]any
	By       adapters.Account
	Once     string
	DryRun   bool
}

// ReplayBody is the body of a replay; it may be left out.
type ReplayBody struct {
	// TaskRun is the id of the task run to begin with; all is run again without.
	TaskRun string `json:"taskRun,omitempty"`
	// Revision is that of the flow; Latest is the newest. Without either it is the
	// one that the execution had.
	Revision int  `json:"revision,omitempty"`
	Latest   bool `json:"latest,omitempty"`
	// Inputs replace earlier ones by name; the rest stays.
	Inputs map[string]any `json:"inputs,omitempty"`
	DryRun bool           `json:"dryRun,omitempty"`
	As     string         `json:"as,omitempty"`
}

func (b ReplayBody) request(by adapters.Account) (ReplayRequest, error) {
	if b.Revision < 0 || b.Revision != 0 && b.Latest {
		return ReplayRequest{}, badRequest("Name a revision from 1 on, or latest, not both.")
	}
	inputs, _ := native(b.Inputs).(map[string]any)
	return ReplayRequest{TaskRun: b.TaskRun, Revision: b.Revision, Latest: b.Latest, Inputs: inputs, By: by, DryRun: b.DryRun}, nil
}

// life adds the routes that change executions as a whole.
func (s *server) life(t *table) {
	one := Prefix + "/executions/{id}/"
	for _, verb := range verbs() {
		t.add("POST "+one+verb, s.known(s.orderOne(verb)), access.ControlExecution)
	}
	t.add("POST "+one+VerbReplay, s.known(s.replayOne), access.ControlExecution)
	t.add("GET "+one+"follow", s.known(s.follow), access.ViewExecution)
	s.bulk(t)
	s.kestra(t)
}

func verbs() []string {
	return []string{VerbKill, VerbCancel, VerbRestart, VerbHold, VerbRelease, VerbForceRun, VerbLabels, VerbState}
}

func (s *server) orderOne(verb string) handler {
	return func(w http.ResponseWriter, r *http.Request, t Token) {
		var b OrderBody
		if err := decodeIfAny(w, r, &b); err != nil {
			s.fail(w, r, err)
			return
		}
		s.order(w, r, t, verb, b)
	}
}

func (s *server) order(w http.ResponseWriter, r *http.Request, t Token, verb string, b OrderBody) {
	by, err := s.actor(t, b.As)
	if err == nil {
		err = b.check(verb)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	x, err := s.Service.Do(r.Context(), engine.ExecutionID(r.PathValue("id")), b.order(verb, by))
	if err != nil {
		s.fail(w, r, conflict(err))
		return
	}
	s.write(w, http.StatusOK, View(x))
}

func (s *server) replayOne(w http.ResponseWriter, r *http.Request, t Token) {
	var b ReplayBody
	if err := decodeIfAny(w, r, &b); err != nil {
		s.fail(w, r, err)
		return
	}
	s.replay(w, r, t, b)
}

func (s *server) replay(w http.ResponseWriter, r *http.Request, t Token, b ReplayBody) {
	by, err := s.actor(t, b.As)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	ask, err := b.request(by)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	id := r.PathValue("id")
	ask.Of, ask.Once = engine.ExecutionID(id), replayOnce(r, by.ID, id)
	x, err := s.Service.Replay(r.Context(), ask)
	if err != nil {
		s.fail(w, r, conflict(err))
		return
	}
	status := http.StatusOK // of a dry run
	if x.ID != "" {
		status = http.StatusCreated
		w.Header().Set("Location", Prefix+"/executions/"+string(x.ID))
	}
	s.write(w, status, View(x))
}

// replayOnce names a replay that carries an Idempotency-Key; without one every
// request is another replay.
func replayOnce(r *http.Request, person, id string) string {
	k := r.Header.Get("Idempotency-Key")
	if k == "" {
		return ""
	}
	return digest([]byte(strings.Join([]string{Surface, VerbReplay, person, id, k}, "\x00")))
}

// conflict says of a refusal that the execution does not stand so that it could
// be done; nobody else would be allowed to either.
func conflict(err error) error {
	if no, ok := errors.AsType[*engine.RejectionError](err); ok && no.Code == engine.NotAllowed {
		return &Error{Status: http.StatusConflict, Code: string(no.Code), Text: no.Text}
	}
	return err
}

// decodeIfAny is decode for a body that may be left out.
func decodeIfAny(w http.ResponseWriter, r *http.Request, v any) error {
	if r.ContentLength == 0 {
		return nil
	}
	_, err := decode(w, r, v)
	return err
}
