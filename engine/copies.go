package engine

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/engine/flow"
)

// maxCopies bounds how many messages a flow may have show one request, in all
// its stages. As many again may turn up that nobody remembers having posted.
const maxCopies = 200

// redraw makes a new version of the request visible on every copy. Several
// changes in one step are one version.
func (m *machine) redraw(run *TaskRun) {
	if !m.redrawn[run.ID] {
		if m.redrawn == nil {
			m.redrawn = map[TaskRunID]bool{}
		}
		m.redrawn[run.ID] = true
		run.Request.Version++
	}
	for i := range run.Request.Copies {
		m.owe(run, &run.Request.Copies[i])
	}
}

// owe puts the work of bringing a copy up to date. A copy that was given up is
// left alone, but for one that was posted: once the request is closed its
// buttons must go, so that is tried again.
func (m *machine) owe(run *TaskRun, c *Copy) {
	if c.Problem != "" && (run.Request.Open() || c.Ref == (CopyRef{})) {
		return
	}
	m.draw(run, c)
}

// draw puts the work of drawing a copy. All such work of one copy stands under
// one key, so that only the newest state is ever sent.
func (m *machine) draw(run *TaskRun, c *Copy) {
	m.put(copyKey(run.ID, c.ID), Effect{Work: Deliver{Run: run.ID, Copy: c.ID}})
}

func copyKey(run TaskRunID, id int) EffectKey {
	return EffectKey("copy/" + string(run) + "/" + strconv.Itoa(id))
}

// addCopies adds what the stage that is being asked should see: each channel
// once, and a direct message for each of its approvers, and for whoever stands in
// for one who is away.
func (m *machine) addCopies(run *TaskRun, spec *flow.Pause) {
	r := run.Request
	for _, c := range m.wanted(spec, r.Asked[r.Stage]) {
		m.addCopy(run, c)
	}
	for _, c := range m.requesterCopies(run, spec) {
		m.addCopy(run, c)
	}
	m.fallBack(run, r.Asked[r.Stage])
	if len(m.people().Absent) == 0 {
		return
	}
	for _, p := range m.mayBe(run, m.standIns(r.Asked[r.Stage])) {
		m.bring(run, p, NewsStandIn)
	}
}

// standIns are those who stand in for people who are away now.
func (m *machine) standIns(people []approval.PersonID) []approval.PersonID {
	var out []approval.PersonID
	for _, p := range people {
		away, ok := m.people().Absent[p]
		if ok && away.Covers(m.facts.Now) && away.StandIn != "" && !slices.Contains(people, away.StandIn) {
			out = append(out, away.StandIn)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// wanted lists the copies that some approvers should see.
func (m *machine) wanted(spec *flow.Pause, asked []approval.PersonID) []Copy {
	var out []Copy
	for _, d := range m.places(spec) {
		if d.To == flow.Requester || d.Surface == flow.Requester {
			continue // see requesterCopies
		}
		if d.To != flow.Approvers {
			out = append(out, Copy{Surface: d.Surface, Place: d.To})
			continue
		}
		for _, p := range asked {
			out = append(out, Copy{Surface: d.Surface, Person: p})
		}
	}
	return out
}

// checkPlaces refuses a request that would go to more places than it can: who
// is left out would never hear of it.
func (m *machine) checkPlaces(spec *flow.Pause, asked [][]approval.PersonID) error {
	places := map[Copy]bool{}
	for _, stage := range asked {
		for _, c := range m.wanted(spec, stage) {
			places[c] = true
		}
	}
	if len(places) > maxCopies {
		return fmt.Errorf("the request would go to %d places, and at most %d are possible; deliver it to a channel, or ask fewer people",
			len(places), maxCopies)
	}
	return nil
}

func (m *machine) addCopy(run *TaskRun, c Copy) {
	r := run.Request
	same := func(o Copy) bool {
		return o.Surface == c.Surface && o.Place == c.Place && o.Person == c.Person && o.Role == c.Role
	}
	if slices.ContainsFunc(r.Copies, same) {
		return
	}
	c.ID, c.Told = len(r.Copies)+1, len(r.Log)
	r.Copies = append(r.Copies, c)
	m.owe(run, &r.Copies[len(r.Copies)-1])
}

func (m *machine) copyOf(id TaskRunID, n int) (*TaskRun, *Copy) {
	run := m.run(id)
	if run == nil || run.Request == nil || n < 1 || n > len(run.Request.Copies) {
		return nil, nil
	}
	return run, &run.Request.Copies[n-1]
}

// delivered notes what a copy shows. News of an older version than is known
// changes nothing.
func (m *machine) delivered(c Delivered) error {
	run, cp := m.copyOf(c.Run, c.Copy)
	if cp == nil || c.Shown < cp.Shown || (c.Shown == cp.Shown && c.Ref == cp.Ref && cp.Problem == "") {
		return reject(Settled, "This copy is up to date.")
	}
	if c.Shown > run.Request.Version {
		return reject(Settled, "There is no such version of the request yet.")
	}
	event := audit.CopyUpdated
	if cp.Ref != c.Ref {
		event = audit.CopyPosted
	}
	cp.Ref, cp.Shown, cp.Problem = c.Ref, c.Shown, ""
	m.record(event, run, itself(), where(cp, map[string]any{"shown": c.Shown, "digest": run.Request.Digest}))
	if c.Shown < run.Request.Version {
		m.owe(run, cp)
	}
	m.oweLog(run, cp, time.Time{})
	return nil
}

// undeliverable gives a copy up and owes a word to somebody who can mend it.
func (m *machine) undeliverable(c Undeliverable) error {
	run, cp := m.copyOf(c.Run, c.Copy)
	if cp == nil || cp.Problem != "" && c.Told <= cp.Shown || c.Told > run.Request.Version {
		return reject(Settled, "This copy was given up before.")
	}
	first := cp.Problem == ""
	cp.Problem, cp.Shown = c.Problem, max(cp.Shown, c.Told)
	m.drop(copyKey(run.ID, cp.ID))
	m.record(audit.CopyFailed, run, itself(), where(cp, map[string]any{"problem": c.Problem}))
	if first && cp.Role != ForRequester { // who asked is not needed for an answer
		m.put(EffectKey("notice/"+string(run.ID)+"/"+strconv.Itoa(cp.ID)),
			Effect{Work: Notice{Run: run.ID, Copy: cp.ID}})
	}
	if first && c.Told == 0 && cp.Place != "" { // where something was told, people still look
		m.fallBackAll(run)
	}
	return nil
}

// adopt brings a touched copy up to date, whatever we believe it shows: one
// that was given up is there after all.
func (m *machine) adopt(c Adopt) error {
	run := m.run(c.Run)
	if run == nil || run.Request == nil {
		return reject(Settled, "There is no such request.")
	}
	if c.Known && run.Request.at(c.Touched) < 0 {
		return reject(Settled, "This copy stands elsewhere by now.")
	}
	cp := m.takeIn(run, c.Touched)
	if cp == nil {
		return reject(Settled, "No copy was touched.")
	}
	m.draw(run, cp)
	return nil
}

// takeIn finds the copy that was touched. A message that the execution did not
// know of becomes one of its copies: its post succeeded and the answer was
// lost. It returns nil where no message was touched, or there are too many.
func (m *machine) takeIn(run *TaskRun, t Touch) *Copy {
	r := run.Request
	if t.Ref == (CopyRef{}) {
		return nil
	}
	i := r.at(t)
	if i < 0 {
		if len(r.Copies) >= 2*maxCopies {
			return nil
		}
		i = len(r.Copies)
		r.Copies = append(r.Copies, Copy{ID: i + 1, Surface: t.Surface, Ref: t.Ref})
		m.record(audit.CopyAdopted, run, itself(), where(&r.Copies[i], map[string]any{}))
	}
	return &r.Copies[i]
}

// at is the index of the copy that a message shows; -1 if it is none of them.
func (r *Request) at(t Touch) int {
	return slices.IndexFunc(r.Copies, func(c Copy) bool { return c.Surface == t.Surface && c.Ref == t.Ref })
}

func where(c *Copy, data map[string]any) map[string]any {
	data["surface"], data["copy"] = c.Surface, c.ID
	if c.Place != "" {
		data["place"] = c.Place
	}
	if c.Person != "" {
		data["person"] = string(c.Person)
	}
	if c.Ref != (CopyRef{}) {
		data["ref"] = c.Ref.Place + "/" + c.Ref.Message
	}
	return data
}
