package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"signoff/adapters"
	"signoff/engine"
	"signoff/engine/access"
)

// The routes of Kestra's API that can be honest here, under /api/v1/main and,
// where no route of signoff's own says otherwise, under /api/v1. What differs is
// said in docs/api.md: above all, a resume names the gate that it answers.

func (s *server) kestra(t *table) {
	for _, base := range []string{Prefix, Prefix + "/main"} {
		one := base + "/executions/{id}"
		t.add("POST "+one+"/resume", s.known(s.resume), access.Decide, access.ViewExecution)
		t.add("POST "+one+"/resume/validate", s.known(s.validateResume), access.Decide, access.ViewExecution)
		t.add("POST "+base+"/executions/resume/by-ids", s.known(s.resumeMany), access.Decide)
		t.add("POST "+one+"/pause", s.known(s.plainOrder(VerbHold)), access.ControlExecution)
		t.add("DELETE "+one+"/kill", s.known(s.plainOrder(VerbKill)), access.ControlExecution)
		t.add("DELETE "+base+"/executions/kill/by-ids", s.known(s.kestraMany(VerbKill)), access.ControlExecution)
	}
	one := Prefix + "/main/executions/{id}"
	t.add("GET "+one, s.known(s.show), access.ViewExecution)
	t.add("GET "+one+"/follow", s.known(s.follow), access.ViewExecution)
	t.add("POST "+one+"/restart", s.known(s.plainOrder(VerbRestart)), access.ControlExecution)
	t.add("POST "+one+"/force-run", s.known(s.plainOrder(VerbForceRun)), access.ControlExecution)
	t.add("POST "+one+"/replay", s.known(s.kestraReplay), access.ControlExecution)
	t.add("POST "+one+"/replay-with-inputs", s.known(s.kestraReplay), access.ControlExecution)
	t.add("POST "+one+"/state", s.known(s.kestraState), access.ControlExecution)
	t.add("POST "+one+"/labels", s.known(s.kestraLabels), access.ControlExecution)
	t.add("POST "+Prefix+"/main/executions/restart/by-ids", s.known(s.kestraMany(VerbRestart)), access.ControlExecution)
}

// plainOrder is a verb that takes no body.
func (s *server) plainOrder(verb string) handler {
	return func(w http.ResponseWriter, r *http.Request, t Token) { s.order(w, r, t, verb, OrderBody{}) }
}

// kestraMany is a verb for a list of ids, with a result for each.
func (s *server) kestraMany(verb string) handler {
	return func(w http.ResponseWriter, r *http.Request, t Token) {
		var ids []string
		_, err := decode(w, r, &ids)
		var who adapters.Account
		if err == nil {
			who, err = s.actor(t, "")
		}
		var items []selected
		if err == nil {
			items, err = s.choose(r.Context(), pick{Selection: Selection{IDs: ids}, by: who})
		}
		if err != nil {
			s.fail(w, r, err)
			return
		}
		s.write(w, http.StatusOK, answerOf(false, inTurn(r.Context(), verb, items, func(ctx context.Context, id string) Result {
			x, err := s.Service.Do(ctx, engine.ExecutionID(id), Order{Verb: verb, By: who})
			return s.result(r, Result{ID: id, State: x.State}, err)
		})))
	}
}

func (s *server) kestraReplay(w http.ResponseWriter, r *http.Request, t Token) {
	q, b := r.URL.Query(), ReplayBody{TaskRun: r.URL.Query().Get("taskRunId")}
	var err error
	if text := q.Get("revision"); text != "" {
		if b.Revision, err = strconv.Atoi(text); err != nil || b.Revision < 1 {
			s.fail(w, r, badRequest("revision must be a number from 1 on."))
			return
		}
	}
	b.Latest = q.Get("latestRevision") == "true"
	if b.Inputs, err = parts(w, r); err != nil {
		s.fail(w, r, err)
		return
	}
	s.replay(w, r, t, b)
}

func (s *server) kestraState(w http.ResponseWriter, r *http.Request, t Token) {
	var b struct {
		TaskRun string       `json:"taskRunId"`
		State   engine.State `json:"state"`
	}
	if _, err := decode(w, r, &b); err != nil {
		s.fail(w, r, err)
		return
	}
	s.order(w, r, t, VerbState, OrderBody{TaskRun: b.TaskRun, State: b.State})
}

func (s *server) kestraLabels(w http.ResponseWriter, r *http.Request, t Token) {
	var list []struct{ Key, Value string }
	if _, err := decode(w, r, &list); err != nil {
		s.fail(w, r, err)
		return
	}
	labels := map[string]string{}
	for _, l := range list {
		labels[l.Key] = l.Value
	}
	s.order(w, r, t, VerbLabels, OrderBody{Labels: labels})
}

// resume answers the one request that it names, by "request" or "taskRunId" in
// the query. The inputs are the parts of the body. An execution that somebody
// paused as a whole and that asks nothing is released.
func (s *server) resume(w http.ResponseWriter, r *http.Request, t Token) {
	x, err := s.Service.Execution(r.Context(), engine.ExecutionID(r.PathValue("id")), t.account())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if x.Held && len(open(x)) == 0 {
		s.order(w, r, t, VerbRelease, OrderBody{})
		return
	}
	d, err := s.resumption(w, r, t, x)
	if err == nil {
		_, err = s.decideOne(r.Context(), d, false)
	}
	if err == nil {
		x, err = s.Service.Execution(r.Context(), x.ID, t.account())
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.write(w, http.StatusOK, View(x))
}

// validateResume says what is wrong with the inputs of a resume.
func (s *server) validateResume(w http.ResponseWriter, r *http.Request, t Token) {
	x, err := s.Service.Execution(r.Context(), engine.ExecutionID(r.PathValue("id")), t.account())
	var d decision
	if err == nil {
		d, err = s.resumption(w, r, t, x)
	}
	if err == nil {
		_, err = s.decideOne(r.Context(), d, true)
	}
	var faults map[string]string
	if e, ok := errors.AsType[*Error](err); ok && e.Code == string(engine.BadInput) {
		faults, err = e.Fields, nil
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.write(w, http.StatusOK, checked(x, d, faults))
}

// checked is the answer of a validation, in Kestra's shape.
func checked(x engine.Execution, d decision, faults map[string]string) map[string]any {
	_, run, _ := engine.RequestID(d.id).Split()
	inputs := []any{}
	tr, _ := x.Run(run)
	if tr.Request != nil {
		for _, f := range tr.Request.Form {
			errs := []any{}
			if text := faults[f.ID]; text != "" {
				errs = append(errs, map[string]any{"message": text})
			}
			inputs = append(inputs, map[string]any{"input": map[string]any{"id": f.ID, "type": f.Type}, "enabled": true, "errors": errs})
		}
	}
	return map[string]any{"id": x.Flow.ID, "namespace": x.Flow.Namespace, "inputs": inputs, "checks": []any{}}
}

// resumption is a resume as a decision on the request that it names.
func (s *server) resumption(w http.ResponseWriter, r *http.Request, t Token, x engine.Execution) (decision, error) {
	by, err := s.decider(t, "")
	if err != nil {
		return decision{}, err
	}
	given, err := parts(w, r)
	if err != nil {
		return decision{}, err
	}
	run, err := gate(x, r.URL.Query().Get("request"), r.URL.Query().Get("taskRunId"))
	if err != nil {
		return decision{}, err
	}
	d := decision{
		id: string(engine.NewRequestID(x.ID, run.ID)), by: by, version: r.Header.Get("If-Match"),
		key: r.Header.Get("Idempotency-Key"), proof: digest([]byte(fmt.Sprint(given))),
		body: DecisionBody{Values: given},
	}
	return d, d.verdict(run.Request)
}

// verdict reads yes or no out of the input that holds it.
func (d *decision) verdict(r *engine.Request) error {
	name := r.Verdict
	if name == "" || !r.Open() {
		return nil
	}
	said, _ := d.body.Values[name].(string)
	switch strings.ToLower(strings.TrimSpace(said)) {
	case "true":
		d.body.Verdict = string(engine.Approve)
	case "false":
		d.body.Verdict = string(engine.Reject)
	default:
		return &Error{
			Status: http.StatusUnprocessableEntity, Code: string(engine.BadInput), Text: "Some values cannot be taken.",
			Fields: map[string]string{name: "must be true or false"},
		}
	}
	delete(d.body.Values, name)
	return nil
}

// gate is the request that is named. An execution alone names none: a repeated
// or late call would answer whatever is asked by then.
func gate(x engine.Execution, request, taskRun string) (engine.TaskRun, error) {
	name := engine.TaskRunID(taskRun)
	if id, run, ok := engine.RequestID(cmp.Or(request, taskRun)).Split(); ok {
		if id != x.ID {
			return engine.TaskRun{}, &engine.RejectionError{Code: engine.NotFound, Text: "This request is another execution's."}
		}
		name = run
	}
	if run, ok := x.Run(name); ok && run.Request != nil {
		return run, nil
	}
	asked := open(x)
	switch {
	case name != "" || request != "":
		return engine.TaskRun{}, &engine.RejectionError{Code: engine.NotFound, Text: "There is no such request."}
	case len(asked) == 0:
		return engine.TaskRun{}, &Error{
			Status: http.StatusConflict, Code: string(engine.NotAllowed),
			Text: fmt.Sprintf("The execution is %s and asks for nothing, so it cannot be resumed.", x.State),
		}
	}
	return engine.TaskRun{}, &Error{
		Status: http.StatusConflict, Code: "request_needed",
		Text: "Name the request that is answered, as in ?request=" + asked[0] + ". Open: " + strings.Join(asked, ", ") + ".",
	}
}

// open lists the ids of the open requests.
func open(x engine.Execution) []string {
	var ids []string
	for _, run := range x.Runs {
		if run.Request != nil && run.Request.Open() {
			ids = append(ids, string(engine.NewRequestID(x.ID, run.ID)))
		}
	}
	return ids
}

// resumeMany answers requests that ask for nothing but a resume; the list names
// requests, not executions.
func (s *server) resumeMany(w http.ResponseWriter, r *http.Request, t Token) {
	var ids []string
	raw, err := decode(w, r, &ids)
	var by adapters.Account
	if err == nil {
		by, err = s.decider(t, "")
	}
	if err == nil && slices.ContainsFunc(ids, func(id string) bool { return !strings.Contains(id, ".") }) {
		err = badRequest("Name requests, such as EXECUTION.1, and not executions. Answers with inputs go to /api/v1/requests/decide/by-ids.")
	}
	var items []DecisionItem
	if err == nil {
		items, err = s.chosen(r.Context(), BulkDecisionBody{IDs: ids}, byIDs, by)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.decideEach(w, r, items, manyDecisions{by: by, proof: digest(raw)})
}

// parts reads inputs as the parts of a form, each a text.
func parts(w http.ResponseWriter, r *http.Request) (map[string]any, error) {
	values := map[string]any{}
	if r.ContentLength == 0 {
		return values, nil
	}
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "multipart/form-data" {
		return nil, &Error{Status: http.StatusUnsupportedMediaType, Code: "bad_content_type", Text: "Send the inputs as multipart/form-data, one part for each."}
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	form, err := r.MultipartReader()
	if err != nil {
		return nil, badRequest("The body is not a multipart form.")
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return values, nil
		}
		if err != nil {
			return nil, formFault(err)
		}
		if part.FileName() != "" {
			return nil, badRequest("Upload files with POST /api/v1/files and send their addresses.")
		}
		raw, err := io.ReadAll(part)
		if err != nil {
			return nil, formFault(err)
		}
		values[part.FormName()] = string(raw)
	}
}

func formFault(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return err
	}
	return badRequest("The form could not be read to its end.")
}
