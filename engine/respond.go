package engine

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/engine/flow"
)

// respond takes one person's answer.
func (m *machine) respond(c Respond) error {
	run, err := m.asking(c.Run)
	if err != nil {
		return err
	}
	seat, err := m.mayRespond(run, c)
	if err != nil {
		return err
	}
	if m.drifted(run) {
		return m.drift(run, c)
	}
	r := run.Request
	if !fits(r, c.Verdict) {
		return reject(NotAllowed, "This answer does not fit the question. Open the request again and use its buttons.")
	}
	if c.Override != "" && c.Verdict == Reject {
		return reject(NotAllowed, "An override approves. To stop the request, cancel its execution.")
	}
	c.Values = m.meant(r.Form, c.Values)
	values, err := bind(r, c)
	if err != nil {
		return err
	}
	if weigh(values) > maxAnswer {
		return reject(NotAllowed, "This answer is longer than %d KiB in all. Shorten it.", maxAnswer>>10)
	}
	m.answered(run, c, Response{
		By: c.By, At: m.facts.Now, Stage: r.Stage, Verdict: c.Verdict, Values: values,
		For: seat.For, Parties: seat.Parties, Override: strings.TrimSpace(c.Override),
	})
	m.advance()
	return nil
}

// answered writes an answer down that was let in, and does what follows.
func (m *machine) answered(run *TaskRun, c Respond, answer Response) {
	r := run.Request
	data := map[string]any{
		"verdict": string(c.Verdict), "stage": r.stage().ID, "values": flow.HideAll(answer.Values),
		"digest": r.Digest, "version": c.Version, "evidence": c.Evidence,
	}
	if answer.For != "" {
		data["for"] = string(answer.For)
		if a := m.people().Absent[answer.For]; a.Source != "" && a.StandIn == c.By.Person && a.Covers(m.facts.Now) {
			data["source"], data["sourceDigest"] = strings.ToLower(a.Source), a.Digest
		}
	}
	if answer.Override != "" {
		data["override"] = answer.Override
	}
	r.Responses = append(r.Responses, answer)
	m.intime(r)
	m.record(audit.ResponseRecorded, run, c.By, data)
	m.touched(run, c.Touched)
	if answer.Override != "" {
		m.overridden(run, c)
		return
	}
	m.tally(run, c)
}

// intime holds the store's clock, which has the last word, to the moment until
// which answers are taken.
func (m *machine) intime(r *Request) {
	if end := r.lastCall(); !end.IsZero() {
		m.change.NotAfter = end.Add(-time.Nanosecond)
	}
}

// touched draws the copy whose button was pressed.
func (m *machine) touched(run *TaskRun, t Touch) {
	if cp := m.takeIn(run, t); cp != nil {
		m.draw(run, cp)
	}
}

// asking returns the run whose request is named, or the refusal.
func (m *machine) asking(id TaskRunID) (*TaskRun, error) {
	run := m.run(id)
	if run == nil || run.Request == nil {
		return nil, reject(NotFound, "There is no such request.")
	}
	return run, nil
}

// MayRespond says whether a person could answer a request now, as shown at a
// version. It is what [Step] asks before it looks at verdict and values; a
// surface asks it before it opens a form. It returns nil or a *[RejectionError].
func MayRespond(f *flow.Flow, x Execution, c Respond, facts Facts) error {
	m := &machine{flow: f, facts: facts, next: x}
	run, err := m.asking(c.Run)
	if err != nil {
		return err
	}
	_, err = m.mayRespond(run, c)
	return err
}

// mayRespond holds every reason to say no before verdict and values are looked
// at. It returns whose seat the answer would fill.
func (m *machine) mayRespond(run *TaskRun, c Respond) (approval.Seat, error) {
	if c.Override != "" { // nobody who is asked can stand in its way by sending the request back
		if err := m.seen(run, c.By, c.Version); err != nil {
			return approval.Seat{}, err
		}
		return approval.Seat{}, m.mayOverride(run, c)
	}
	if err := m.takes(run, c.By, c.Version); err != nil {
		return approval.Seat{}, err
	}
	seat, err := m.caseOf(run).May(c.By.Person)
	if err != nil {
		return approval.Seat{}, refused(err)
	}
	return seat, nil
}

// takes holds every reason why a request takes nothing from a person who looks
// at a version of it, whoever they are.
func (m *machine) takes(run *TaskRun, by Principal, version int) error {
	if err := m.seen(run, by, version); err != nil {
		return err
	}
	if r := run.Request; r.Wanted != "" {
		return reject(NotAllowed, "%s was asked to change something first. Nobody can answer until then. %s", m.next.Requester, unchanged(r))
	}
	return nil
}

// seen holds every reason why a person cannot decide on what they looked at,
// whether it lies with those who are asked or with its requester.
func (m *machine) seen(run *TaskRun, by Principal, version int) error {
	r := run.Request
	if err := m.stillOpen(run); err != nil {
		return err
	}
	switch {
	case by.Person == "":
		return reject(NotEligible, "Only a person can answer, and signoff does not know who you are.")
	case version < r.Since || version > r.Version:
		return reject(Stale, "The request has changed since this card was made. Look at it again, then decide.")
	}
	return nil
}

// unchanged says what comes of a request that was sent back and stays as it is.
func unchanged(r *Request) string {
	if end := r.lastCall(); !end.IsZero() {
		return "Without a change its time is over at " + clock(end) + "."
	}
	return "It has no deadline: without a change, it must be withdrawn, overridden or cancelled."
}

// stillOpen holds every reason why nothing can be done with a request any more.
func (m *machine) stillOpen(run *TaskRun) error {
	r := run.Request
	switch end := r.lastCall(); {
	case !r.Open():
		return &RejectionError{Code: AlreadyDecided, Text: r.Ending()}
	case m.next.State.Final() && !m.after(run):
		return reject(Ended, "The execution has ended; nothing waits for an answer any more.")
	case !end.IsZero() && !m.facts.Now.Before(end):
		return reject(TooLate, "Too late: answers were taken until %s.", clock(end))
	}
	return nil
}

// fits reports whether a verdict answers the question that was asked.
func fits(r *Request, v Verdict) bool {
	if r.Verdict == "" {
		return v == None
	}
	return v == Approve || v == Reject
}

// codeOf is what programs are told about a refusal by the rules.
func codeOf(k approval.RefusalKind) Code {
	switch k {
	case approval.OwnRequest:
		return OwnRequest
	case approval.AlreadyAnswered, approval.SeatTaken:
		return AlreadyVoted
	case approval.Unverified:
		return Unverified
	case approval.NotEligible, approval.UnknownPerson, approval.InactivePerson, approval.Excluded,
		approval.Author, approval.StandIn, approval.Moved, approval.BadMove:
	}
	return NotEligible
}

// bind checks the values against the form as it was shown.
func bind(r *Request, c Respond) (map[string]any, error) {
	given := make(map[string]any, len(c.Values)+1)
	maps.Copy(given, c.Values)
	if r.Verdict != "" {
		given[r.Verdict] = c.Verdict == Approve
	}
	values, faults := flow.Bind(r.Form, given)
	if contradicts(r, c) {
		faults = append(faults, flow.FieldError{Field: r.Verdict, Text: fmt.Sprintf("says something else than %q; leave it out", c.Verdict)})
	}
	needed, _ := flow.Lookup(values, r.RejectNeeds)
	if need := r.RejectNeeds; c.Verdict == Reject && need != "" && blank(needed) &&
		!slices.ContainsFunc(faults, func(f flow.FieldError) bool { return f.Field == need }) {
		faults = append(faults, flow.FieldError{Field: need, Text: "is required when you reject"})
	}
	if len(faults) > 0 {
		return nil, badInput(faults)
	}
	return values, nil
}

// contradicts reports whether the values name the verdict, too, and not the same
// one. Taking either for what was meant could approve what somebody refused.
func contradicts(r *Request, c Respond) bool {
	if r.Verdict == "" {
		return false
	}
	said, ok := c.Values[r.Verdict]
	if !ok {
		said, ok = flow.Lookup(c.Values, r.Verdict)
	}
	return ok && !strings.EqualFold(strings.TrimSpace(fmt.Sprint(said)), strconv.FormatBool(c.Verdict == Approve))
}

func blank(v any) bool {
	text, ok := v.(string)
	return v == nil || ok && strings.TrimSpace(text) == ""
}

// tally closes the request, opens the next stage, or waits for more.
func (m *machine) tally(run *TaskRun, c Respond) {
	r := run.Request
	switch m.caseOf(run).Tally() {
	case approval.Waiting:
		m.redraw(run)
	case approval.Refused:
		m.rejected(run, c.By)
	case approval.Passed:
		if r.Stage+1 < len(r.Policy.Stages) {
			m.stageEnds(run)
			r.Stage++
			m.redraw(run)
			r.Since = r.Version
			m.addCopies(run, m.spec(run))
			m.record(audit.RequestOpened, run, itself(), opened(r))
			m.stageBegins(run)
			return
		}
		outcome := Approved
		if c.Verdict == None {
			outcome = Answered
		}
		m.decided(run, ending{outcome: outcome, by: c.By, state: Success})
	}
}

func (m *machine) rejected(run *TaskRun, by Principal) {
	e := ending{outcome: Rejected, by: by}
	switch on := m.spec(run).OnReject; on {
	case flow.RejectContinue:
		e.state = Success
	case flow.RejectFail:
		e.state, e.why = Failed, "Rejected by "+by.String()+"."
	case flow.RejectCancel:
		e.state, e.why = Cancelled, "Rejected by "+by.String()+"."
	default:
		panic("engine: unknown onReject " + string(on))
	}
	m.decided(run, e)
}

// decided closes a request and lets what belongs to its gate follow.
func (m *machine) decided(run *TaskRun, e ending) {
	m.close(run, e)
	m.gateEnds(m.task(run), run, e.state, e.why)
}

func (m *machine) spec(run *TaskRun) *flow.Pause {
	if t := m.task(run); t != nil {
		if p, ok := t.Spec.(*flow.Pause); ok {
			return p
		}
	}
	panic("engine: the flow revision has no Pause " + run.Task)
}

// String is how a person is named in a sentence.
func (p Principal) String() string {
	switch {
	case p.Name != "":
		return p.Name
	case p.Person != "":
		return string(p.Person)
	default:
		return "somebody"
	}
}

// clock is a moment as texts name it.
func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
