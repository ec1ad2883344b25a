package flow

import (
	"strconv"
	"time"

	"signoff/engine/expr"
)

// taskOptions reads what every task may say. A Pause reads its own timeout.
func (p *parser) taskOptions(s *section, at *seat) Options {
	in := scope{zone: zoneState, seat: at}
	o := Options{
		RunIf:        p.runIf(s, in),
		Disabled:     s.flag("disabled", false),
		AllowFailure: s.flag("allowFailure", false),
		AllowWarning: s.flag("allowWarning", false),
		Retry:        p.retry(s.find("retry")),
	}
	if _, pause := at.spec.(*Pause); !pause {
		o.Timeout = s.duration("timeout", in)
	}
	if _, mapped := at.spec.(*Mapped); !mapped && s.def.property("errors") != nil {
		o.Errors = p.optionalTasks(s, at, "errors")
		o.Finally = p.optionalTasks(s, at, "finally")
	}
	return o
}

// runIf reads the condition of a task, under either of its names.
func (p *parser) runIf(s *section, in scope) *expr.Template {
	runIf, when := s.template("runIf", in), s.template("when", in)
	if a, b := s.find("runIf"), s.find("when"); a != nil && b != nil {
		p.errorf(b.at, ruleKeyConflict, `"when" is another name of "runIf"; write one of them`)
	}
	if runIf == nil {
		return when
	}
	return runIf
}

// retry reads how often and when something is tried again; nil if absent.
func (p *parser) retry(e *entry) *Retry {
	if e == nil {
		return nil
	}
	s := p.part(e.value, `"retry"`, "retry")
	if s == nil {
		return nil
	}
	s.need("type")
	r := &Retry{
		Kind:           RetryKind(s.choice("type")),
		Interval:       s.literalDuration("interval"),
		MaxInterval:    s.literalDuration("maxInterval"),
		MaxAttempts:    s.atLeast("maxAttempts", 1, 0),
		MaxDuration:    s.literalDuration("maxDuration"),
		WarningOnRetry: s.flag("warningOnRetry", false),
		NewExecution:   s.choice("behavior") == "CREATE_NEW_EXECUTION",
		Factor:         p.factor(s),
	}
	if older := s.atLeast("maxAttempt", 1, 0); r.MaxAttempts == 0 {
		r.MaxAttempts = older
	}
	if a, b := s.find("maxAttempts"), s.find("maxAttempt"); a != nil && b != nil {
		p.errorf(b.at, ruleKeyConflict, `"maxAttempt" is the older name of "maxAttempts"; write one of them`)
	}
	least := s.literalDuration("minInterval")
	if r.Kind == RetryRandom {
		r.Interval = least
	}
	p.checkRetry(s, r)
	s.done()
	return r
}

func (p *parser) factor(s *section) float64 {
	text := s.word("delayFactor")
	if text == "" {
		return 2
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || !finite(f) || f < 1 || f > 1000 {
		p.errorf(pos(s.find("delayFactor").value), ruleBadValue, `"delayFactor" must be a number from 1 to 1000, not %s`, quote(text))
		return 2
	}
	return f
}

// checkRetry checks what a kind of retry needs.
func (p *parser) checkRetry(s *section, r *Retry) {
	needs := map[RetryKind][]string{
		RetryConstant: {"interval"}, RetryExponential: {"interval", "maxInterval"}, RetryRandom: {"minInterval", "maxInterval"},
	}
	for _, name := range needs[r.Kind] {
		s.need(name)
	}
	if r.Kind != RetryConstant && r.MaxInterval > 0 && r.MaxInterval < r.Interval {
		p.errorf(s.find("maxInterval").at, ruleBadValue, `"maxInterval" %s is shorter than the first wait, %s`, r.MaxInterval, r.Interval)
	}
}

// atLeast reads a whole number; the default if absent or reported.
func (s *section) atLeast(name string, least, otherwise int) int {
	text := s.word(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > 1_000_000 {
		s.p.errorf(pos(s.find(name).value), ruleBadValue, "%s must be a whole number of at least %d, not %s", quote(name), least, quote(text))
		return otherwise
	}
	return n
}

// literalDuration reads a duration that is written out; zero if absent or
// reported.
func (s *section) literalDuration(name string) time.Duration {
	text := s.word(name)
	if text == "" {
		return 0
	}
	d, err := ParseDuration(text)
	if err != nil {
		s.p.errorf(pos(s.find(name).value), ruleBadDuration, "%s: %s", quote(name), err)
	}
	return d
}

// duration reads a duration that may be an expression.
func (s *section) duration(name string, in scope) *expr.Template {
	t := s.template(name, in)
	if t == nil || !t.Literal() {
		return t
	}
	if _, err := ParseDuration(t.Source()); err != nil {
		s.p.errorf(pos(s.find(name).value), ruleBadDuration, "%s: %s", quote(name), err)
		return nil
	}
	return t
}
