package flow

import (
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"signoff/engine/expr"
)

// gate is a Pause whose answer is settled once all expressions are known.
type gate struct {
	spec *Pause
	seat *seat
	// verdict is where the input that carries yes or no stands.
	verdict Pos
	// open says that the flow leaves onReject to us.
	open bool
	// changed are the places of [Pause.Changes], denies those of each "deny".
	changed, denies []Pos
	// moments are what happens in the stages while nobody answers, within when
	// they end.
	moments, within []moment
}

func (p *parser) pause(s *section, at *seat) *Pause {
	in := scope{zone: zoneState, seat: at}
	w := &Pause{
		Human:    at.typ == TypeHumanTask,
		OnResume: p.inputList(s.find("onResume"), in),
		Deliver:  p.deliver(s.present("deliver")),
	}
	at.spec = w
	p.checkPlace(s, at)
	if e := s.find("request"); e != nil {
		w.Request = p.request(e, in)
	}
	g := &gate{spec: w, seat: at}
	p.approval(s, g)
	p.checkVerdict(g)
	p.waiting(s, w, in)
	p.checkTimes(s, g)
	if w.Timer() && len(w.Deliver) > 0 {
		p.errorf(s.find("deliver").at, ruleKeyConflict,
			`this Pause asks nobody, so there is nothing to deliver; write a "request", "onResume" or "approval" to ask`)
	}
	p.onReject(s, g)
	p.pauses = append(p.pauses, g)
	if e := s.find("onPause"); e != nil && !p.tooMany(e.value) {
		w.OnPause = p.task(e.value, inside(at, "onPause"))
	}
	w.Tasks = p.optionalTasks(s, at, "tasks")
	s.belong(`a stage of "approval"`, "remind", "escalate", "within")
	return w
}

// checkPlace refuses a Pause where nobody can wait: the folder of a
// WorkingDirectory does not outlive a run of days.
func (p *parser) checkPlace(s *section, at *seat) {
	for _, b := range at.path {
		if b.task != nil && b.task.typ == TypeWorkingDirectory {
			p.errorf(s.at, rulePauseInside, "a Pause cannot stand in the WorkingDirectory %s, whose folder is not kept while people are asked; put it before or behind",
				quote(b.task.id))
			return
		}
	}
}

func (p *parser) request(e *entry, in scope) Request {
	var r Request
	s := p.part(e.value, `"request"`, "request")
	if s == nil {
		return r
	}
	r.Title = s.template("title", in)
	r.Description = s.template("description", in)
	if facts := s.find("facts"); facts != nil {
		for _, f := range p.pairs(facts) {
			if isNull(f.value) {
				p.errorf(f.at, ruleMissingKey, "the fact %s has no value", quote(f.name))
			} else if t := p.template(f.value, "a fact", in); t != nil {
				r.Facts = append(r.Facts, Fact{Label: f.name, Value: t})
			}
		}
	}
	if links := s.find("links"); links != nil {
		for _, item := range p.list(links) {
			if l := p.link(item, in); l != nil {
				r.Links = append(r.Links, *l)
			}
		}
	}
	r.HighRisk = s.choice("risk") == "high"
	s.belong(`a stage of "approval"`, "within", "remind")
	s.notYet("locale")
	s.done()
	return r
}

func (p *parser) link(n *yaml.Node, in scope) *Link {
	s := p.part(n, "a link", "link")
	if s == nil {
		return nil
	}
	l := &Link{}
	if s.need("text") != nil {
		l.Text = s.template("text", in)
	}
	if e := s.need("url"); e != nil {
		l.URL = s.template("url", in)
		p.checkAddress(e.value, l.URL)
	}
	s.done()
	if l.Text == nil || l.URL == nil {
		return nil
	}
	return l
}

// waiting reads how long the Pause waits and what follows then.
func (p *parser) waiting(s *section, w *Pause, in scope) {
	duration, delay, timeout := s.find("pauseDuration"), s.find("delay"), s.find("timeout")
	w.Duration = s.duration("pauseDuration", in)
	if older := s.duration("delay", in); w.Duration == nil {
		w.Duration = older
	}
	w.Timeout = s.duration("timeout", in)
	if duration != nil && delay != nil {
		p.errorf(delay.at, ruleKeyConflict, `"delay" is the older name of "pauseDuration"; write one of them`)
	}
	var behavior string
	behavior, w.BehaviorText = s.choiceOrText("behavior", in)
	w.Behavior = Behavior(behavior)
	if duration == nil {
		duration = delay
	}
	written := s.find("behavior")
	switch {
	case duration != nil && timeout != nil:
		p.warnf(timeout.at, ruleTimeoutUnused, `"timeout" has no effect beside %s`, quote(duration.name))
	case timeout != nil && written != nil && (w.BehaviorText != nil || w.Behavior != "" && w.Behavior != BehaviorFail):
		p.warnf(written.at, ruleTimeoutUnused,
			`"behavior" applies to "pauseDuration"; a timeout always fails. Write pauseDuration instead of timeout`)
	}
	if duration == nil && timeout != nil {
		w.Behavior, w.BehaviorText = BehaviorFail, nil // as in Kestra, whatever behavior says
	}
	p.expiry(s, w, written != nil)
}

// expiry settles what happens when nobody answers. Silence is never consent by
// accident: only a timer goes on by itself.
func (p *parser) expiry(s *section, w *Pause, written bool) {
	duration, timeout := s.find("pauseDuration"), s.find("timeout")
	timer := w.Timer()
	if timer && duration != nil && !written && (!short(w.Duration) || s.asksInWords()) {
		p.warnf(duration.at, ruleExpiryDefault,
			`nobody is asked here, and the flow goes on by itself when "pauseDuration" ends. If people should decide, write "onResume" or "approval"; `+
				`if it only waits, write "behavior: RESUME" to confirm that`)
	}
	if duration == nil {
		duration = s.find("delay")
	}
	if timer && (w.Behavior == BehaviorFail || w.Behavior == BehaviorCancel) && !short(w.Duration) {
		p.warnf(duration.at, ruleExpiryDefault,
			`nobody is asked here, so nobody can answer before %s ends, and "behavior: %s" always follows. Write "onResume", "request" or "approval" to ask`,
			quote(duration.name), w.Behavior)
	}
	switch {
	case written && w.Behavior != "":
		return
	case timer:
		w.Behavior = BehaviorResume
		return
	}
	w.Behavior = BehaviorFail
	switch {
	case written: // and reported
	case duration != nil && w.Duration == nil: // reported
	case w.Human: // Kestra's HumanTask fails, too
	case duration != nil:
		p.warnf(duration.at, ruleExpiryDefault,
			`nobody's answer counts as no: the task fails when %s ends (Kestra would go on). Write "behavior: FAIL" to confirm that, or RESUME, WARN or CANCEL`,
			quote(duration.name))
	case timeout != nil:
		p.warnf(timeout.at, ruleExpiryDefault,
			`nobody's answer counts as no: the task fails when "timeout" ends. Write "pauseDuration" and "behavior" to say so`)
	}
}

// asksInWords reports whether a Pause calls itself a question.
func (s *section) asksInWords() bool {
	words := []string{"approv", "confirm", "review", "sign-off", "signoff", "sign_off", "human", "decide", "decision"}
	for _, name := range []string{"id", "description"} {
		e := s.lookup(name)
		if e != nil && slices.ContainsFunc(words, func(w string) bool { return strings.Contains(strings.ToLower(e.value.Value), w) }) {
			return true
		}
	}
	return false
}

// short reports whether a Pause is over before anybody could look at it, so that
// nobody takes it for a question.
func short(t *expr.Template) bool {
	d, err := ParseDuration(t.Source())
	return err == nil && d < 10*time.Minute
}

func (p *parser) onReject(s *section, g *gate) {
	g.spec.OnReject = OnReject(s.choice("onReject"))
	g.open = s.find("onReject") == nil
	if g.spec.OnReject == "" {
		g.spec.OnReject = RejectFail
	}
}

// settle decides, for each Pause that does not say it, what follows a
// rejection: the flow goes on if a later task looks at the verdict.
func (p *parser) settle(f *Flow) {
	kv := map[string]bool{}
	read := map[string]bool{}
	for _, u := range p.uses {
		p.collect(f, u, kv, read)
	}
	f.Uses.KV = sortedKeys(kv)
	if p.foreign {
		return // what the unknown tasks read is unknown
	}
	for _, g := range p.pauses {
		p.checkChanges(g)
		if !g.open || g.spec.Verdict == "" {
			continue
		}
		if p.readsVerdict(g) {
			g.spec.OnReject = RejectContinue
			continue
		}
		p.warnf(g.verdict, ruleVerdictUnread,
			`no later task reads %s, so a rejection fails the execution (Kestra would go on). Write "onReject: FAIL" to confirm that, or CONTINUE or CANCEL`,
			quote("outputs."+g.seat.id+".onResume."+g.spec.Verdict))
	}
	for _, in := range f.Inputs {
		if !read[topName(in.ID)] && !read[""] {
			p.warnf(in.Pos, ruleInputUnused, "nothing reads the input %s", quote(in.ID))
		}
	}
}

// readsVerdict reports whether an expression looks at the outcome of a Pause.
func (p *parser) readsVerdict(g *gate) bool {
	verdict := append([]string{"outputs", g.seat.id, "onResume"}, strings.Split(g.spec.Verdict, ".")...)
	outcome := []string{"outputs", g.seat.id, "outcome"}
	for _, u := range p.uses {
		for _, ref := range u.template.Refs() {
			if len(ref.Path) < 2 {
				continue
			}
			path := g.seat.behindLoops(ref.Path)
			if within(path, verdict) || within(path, outcome) {
				return true
			}
		}
	}
	return false
}

// within reports whether reading one path reads the other, or a part of it.
func within(read, path []string) bool {
	n := min(len(read), len(path))
	return slices.Equal(read[:n], path[:n])
}
