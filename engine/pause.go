package engine

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/engine/expr"
	"signoff/engine/flow"
)

// pause begins to wait: for a time, or for people.
func (m *machine) pause(t *flow.Task, run *TaskRun, spec *flow.Pause) {
	due, err := m.gateDue(t, run, spec)
	if err != nil {
		m.gateEnds(t, run, Failed, taskProblem(run, "pauseDuration", err))
		return
	}
	if run.Behavior, err = m.behavior(run, spec); err != nil {
		m.gateEnds(t, run, Failed, taskProblem(run, "behavior", err))
		return
	}
	if !spec.Timer() {
		r, err := m.ask(run, spec)
		if err != nil {
			m.gateEnds(t, run, Failed, run.Task+": "+err.Error())
			return
		}
		r.Deadline = due
		r.Digest = m.digest(run, r)
		run.Request = r
		if !m.hasRoom(run) {
			run.Request = nil
			m.gateEnds(t, run, Failed, tooMuch(run))
			return
		}
		if r.Auto != "" {
			m.autoApproved(run, spec)
			return
		}
		m.opens(run, spec)
	}
	run.Due = due
	m.become(run, Paused)
	if !due.IsZero() {
		m.put(timerKey(run.ID), Effect{Due: due, Work: Timer{Run: run.ID}})
	}
}

func timerKey(run TaskRunID) EffectKey { return EffectKey("timer/" + string(run)) }

// gateDue renders the duration once, when the pause begins. With pauseDuration
// present the generic timeout is dead, as in Kestra.
func (m *machine) gateDue(t *flow.Task, run *TaskRun, spec *flow.Pause) (time.Time, error) {
	text := spec.Duration
	if text == nil {
		text = spec.Timeout
	}
	if text == nil {
		text = t.Timeout
	}
	if text == nil {
		return time.Time{}, nil
	}
	d, err := m.duration(run, text)
	if err != nil {
		return time.Time{}, err
	}
	return m.facts.Now.Add(d), nil
}

// behavior renders what follows silence once, when the pause begins; "" where
// the flow writes it out.
func (m *machine) behavior(run *TaskRun, spec *flow.Pause) (flow.Behavior, error) {
	if spec.BehaviorText == nil {
		return "", nil
	}
	text, err := spec.BehaviorText.Render(m.env(run))
	if err != nil {
		return "", err
	}
	switch b := flow.Behavior(strings.TrimSpace(text)); b {
	case flow.BehaviorResume, flow.BehaviorWarn, flow.BehaviorFail, flow.BehaviorCancel:
		return b, nil
	}
	return "", fmt.Errorf("%q is none of RESUME, WARN, FAIL and CANCEL", strings.TrimSpace(text))
}

// opens puts a request in front of those whom its first stage asks.
func (m *machine) opens(run *TaskRun, spec *flow.Pause) {
	m.addCopies(run, spec)
	m.record(audit.RequestOpened, run, itself(), opened(run.Request))
	m.stageBegins(run)
}

// ask makes the request as it will be shown. A request that nobody could
// satisfy is an error that says why.
func (m *machine) ask(run *TaskRun, spec *flow.Pause) (*Request, error) {
	r := &Request{
		Version: 1, Since: 1,
		Verdict: spec.Verdict, RejectNeeds: spec.RejectNeeds, Editable: spec.Changes,
		HighRisk: spec.Request.HighRisk, Reasons: spec.Reasons,
		Author: m.facts.Author, Bound: m.bound(), Opened: m.facts.Now,
	}
	if err := m.decideWho(r, run, spec); err != nil {
		return nil, err
	}
	env := m.env(run)
	form, err := m.fields(spec.OnResume, env)
	if err != nil {
		return nil, err
	}
	r.Form = form
	return r, words(r, spec.Request, env)
}

func (m *machine) people() *approval.Directory {
	if m.facts.People == nil {
		return &approval.Directory{}
	}
	return m.facts.People
}

// words renders what people read.
func words(r *Request, spec flow.Request, env expr.Env) error {
	var err error
	rendered := func(property string, t *expr.Template, shield func(string) string) string {
		if t == nil || err != nil {
			return ""
		}
		s, e := t.RenderShielded(env, shield)
		if e != nil {
			err = fmt.Errorf("request.%s: %w", property, e)
		}
		return strings.TrimSpace(s)
	}
	text := func(property string, t *expr.Template) string { return rendered(property, t, nil) }
	r.Title = text("title", spec.Title)
	r.Description = rendered("description", spec.Description, Shield)
	for _, f := range spec.Facts {
		r.Facts = append(r.Facts, Fact{Label: f.Label, Value: text("facts."+f.Label, f.Value)})
	}
	for _, l := range spec.Links {
		link := Link{Text: text("links", l.Text), URL: text("links", l.URL)}
		if err == nil && !web(link.URL) {
			err = fmt.Errorf("request.links: %q is not an http or https address", link.URL)
		}
		r.Links = append(r.Links, link)
	}
	return err
}

func web(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

func opened(r *Request) map[string]any {
	data := map[string]any{"digest": r.Digest, "asked": names(r.Asked[r.Stage]), "stage": r.Policy.Stages[r.Stage].ID}
	if r.Title != "" {
		data["title"] = r.Title
	}
	if !r.Deadline.IsZero() {
		data["deadline"] = stamp(r.Deadline)
	}
	if len(r.Dropped) > 0 {
		data["dropped"] = strings.Join(r.Dropped, ", ")
	}
	if len(r.Rounds) > 0 {
		data["round"] = len(r.Rounds) + 1
	}
	return data
}

func names(people []approval.PersonID) []any {
	out := make([]any, len(people))
	for i, p := range people {
		out[i] = string(p)
	}
	return out
}
