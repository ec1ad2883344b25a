package flow

import (
	"time"

	"gopkg.in/yaml.v3"

	"signoff/engine/approval"
)

const (
	maxReminders = 20
	maxRungs     = 20
)

// moment is a time after the beginning of a stage, as the flow writes it.
type moment struct {
	at    Pos
	what  string // for messages: "the reminder"
	text  string
	after time.Duration
	// within is when its stage ends; nil if it does not end by itself.
	within *moment
}

// stageTimes reads what happens in a stage while nobody answers.
func (p *parser) stageTimes(s *section, g *gate, st *approval.Stage, exclude []approval.Selector) {
	var within *moment
	if e := s.find("within"); e != nil {
		if m, ok := p.moment(e.value, quote(e.name)); ok {
			within, st.Within = &m, m.after
			g.within = append(g.within, m)
		}
	}
	p.remind(s, g, st, within)
	if e := s.find("urgent"); e != nil {
		st.Urgent = s.flag("urgent", false)
		if s.find("remind") == nil {
			p.errorf(e.at, ruleKeyConflict, `"urgent" is about reminders, and the stage has none; write "remind", too`)
		}
	}
	p.escalate(s, g, st, ladder{within: within, exclude: exclude})
}

// moment reads a duration that is longer than nothing.
func (p *parser) moment(n *yaml.Node, what string) (moment, bool) {
	text := p.word(n, what)
	if text == "" {
		if n.Kind == yaml.ScalarNode && n.Value == "" {
			p.errorf(pos(n), ruleBadDuration, `%s: "" is not an ISO 8601 duration such as PT30M, PT4H, P3D or P1W`, what)
		}
		return moment{}, false
	}
	d, err := ParseDuration(text)
	switch {
	case err != nil:
		p.errorf(pos(n), ruleBadDuration, "%s: %s", what, err)
		return moment{}, false
	case d == 0:
		p.errorf(pos(n), ruleBadDuration, "%s: %s is no time at all", what, quote(text))
		return moment{}, false
	}
	return moment{at: pos(n), text: text, after: d}, true
}

// remind reads when whoever has not answered is reminded.
func (p *parser) remind(s *section, g *gate, st *approval.Stage, within *moment) {
	e := s.find("remind")
	if e == nil {
		return
	}
	items := p.items(e)
	if len(items) == 0 || len(items) > maxReminders {
		p.errorf(pos(e.value), ruleMissingKey, `"remind" must hold 1 to %d durations, not %d`, maxReminders, len(items))
		return
	}
	for _, item := range items {
		m, ok := p.moment(item, `"remind"`)
		if !ok {
			continue
		}
		if n := len(st.Remind); n > 0 && m.after <= st.Remind[n-1] {
			p.errorf(m.at, ruleBadValue, `"remind" must rise; %s does not come after the one before`, quote(m.text))
			continue
		}
		st.Remind = append(st.Remind, m.after)
		m.what, m.within = "the reminder", within
		g.moments = append(g.moments, m)
	}
}

// ladder is what the steps of an escalation need to know of their stage.
type ladder struct {
	within  *moment
	exclude []approval.Selector
}

// escalate reads who else is asked when nobody answers.
func (p *parser) escalate(s *section, g *gate, st *approval.Stage, l ladder) {
	e := s.find("escalate")
	if e == nil {
		return
	}
	items := p.items(e)
	if len(items) == 0 || len(items) > maxRungs {
		p.errorf(pos(e.value), ruleMissingKey, `"escalate" must hold 1 to %d steps, not %d`, maxRungs, len(items))
		return
	}
	for _, item := range items {
		r := p.part(item, "a step of \"escalate\"", "escalation")
		if r == nil {
			continue
		}
		rung := approval.Rung{Replace: r.flag("replace", false)}
		if after := r.need("after"); after != nil {
			if m, ok := p.moment(after.value, `"after"`); ok {
				if n := len(st.Escalate); n > 0 && m.after <= st.Escalate[n-1].After {
					p.errorf(m.at, ruleBadValue, `the steps of "escalate" must rise; %s does not come after the one before`, quote(m.text))
				}
				rung.After, m.what, m.within = m.after, "the escalation", l.within
				g.moments = append(g.moments, m)
			}
		}
		if to := r.need("to"); to != nil {
			rung.To = p.rungTo(to, rung, st, l.exclude)
		}
		r.done()
		st.Escalate = append(st.Escalate, rung)
	}
}

// rungTo reads whom a step asks, and finds one that leaves too few.
func (p *parser) rungTo(e *entry, rung approval.Rung, st *approval.Stage, exclude []approval.Selector) []approval.Selector {
	to, readable := p.who(e)
	names, known := people(to, exclude)
	switch {
	case !readable || !known:
	case len(names) == 0:
		p.errorf(pos(e.value), ruleQuorumRange, "everybody whom this step asks is excluded")
	case rung.Replace && needs(st) > len(names):
		p.errorf(pos(e.value), ruleQuorumRange, `the stage needs %d people, but from this step on it asks %s`, needs(st), peopleCount(len(names)))
	}
	return to
}

// needs is how many people a stage needs at least.
func needs(st *approval.Stage) int {
	sum := 0
	for _, party := range st.Parties() {
		sum += max(1, party.Need.Count)
	}
	return sum
}

// checkTimes finds what comes too late to happen, now that it is known how long
// the request is open.
func (p *parser) checkTimes(s *section, g *gate) {
	end := p.end(s, g.spec)
	for _, m := range g.moments {
		switch {
		case m.within != nil && m.after >= m.within.after:
			p.errorf(m.at, ruleNeverDue, `%s after %s never comes: "within" ends the stage after %s`, m.what, m.text, m.within.text)
		case end != nil && m.after >= end.after:
			p.errorf(m.at, ruleNeverDue, "%s after %s never comes: %s ends the request after %s", m.what, m.text, end.what, end.text)
		}
	}
	for _, m := range g.within {
		if end != nil && m.after >= end.after {
			p.warnf(m.at, ruleWithinUnused, `"within" has no effect: it is %s, and %s ends the request after %s`, m.text, end.what, end.text)
		}
	}
}

// end is when the request ends by itself; nil if it does not, or if only an
// expression says when.
func (p *parser) end(s *section, w *Pause) *moment {
	length, name := w.Duration, "pauseDuration"
	switch {
	case length == nil:
		length, name = w.Timeout, "timeout"
	case s.find(name) == nil:
		name = "delay"
	}
	if length == nil || !length.Literal() {
		return nil
	}
	d, err := ParseDuration(length.Source())
	if err != nil {
		return nil
	}
	return &moment{what: quote(name), text: length.Source(), after: d}
}
