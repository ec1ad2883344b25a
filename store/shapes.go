package store

import (
	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/engine/flow"
)

// This file is the format: each walk names the fields of one type, in order.
// TestCodecForgetsNoField finds a field that has no place here.

// head walks what is kept outside the packed part. The id is the key of the
// record.
func (c *coder) head(x *engine.Execution) {
	text(c, &x.Flow.Namespace)
	text(c, &x.Flow.ID)
	c.count(&x.Flow.Revision)
	c.uint((*uint64)(&x.Version))
	text(c, &x.State)
	c.bool(&x.Slot)
}

func (c *coder) rest(x *engine.Execution) {
	table(c, &x.Inputs, (*coder).value)
	table(c, &x.Labels, text[string])
	c.principal(&x.Requester)
	c.time(&x.Started)
	c.time(&x.Ended)
	text(c, &x.Problem)
	list(c, &x.Runs, (*coder).run)
	table(c, &x.Outputs, (*coder).value)
	table(c, &x.Trigger, (*coder).value)
	optional(c, &x.Parent, (*coder).parent)
	text(c, &x.Original)
	c.bool(&x.Held)
	c.count(&x.Tries)
	c.time(&x.Began)
	list(c, &x.Breached, text[string])
	list(c, &x.Origin, (*coder).principal)
	list(c, &x.Restarted, (*coder).principal)
}

func (c *coder) parent(p *engine.ParentRef) {
	text(c, &p.Execution)
	text(c, &p.Run)
	c.count(&p.Depth)
	c.count(&p.Spread)
	c.bool(&p.Wait)
}

func (c *coder) principal(p *engine.Principal) {
	text(c, &p.Person)
	text(c, &p.Name)
	text(c, &p.Account)
	text(c, &p.Via)
}

func (c *coder) run(r *engine.TaskRun) {
	text(c, &r.ID)
	text(c, &r.Task)
	text(c, &r.Parent)
	text(c, &r.State)
	c.count(&r.Attempt)
	c.time(&r.Started)
	c.time(&r.Ended)
	c.time(&r.Due)
	table(c, &r.Outputs, (*coder).value)
	list(c, &r.Logs, (*coder).log)
	text(c, &r.Problem)
	optional(c, &r.Request, (*coder).request)
	text(c, &r.Branch)
	c.count(&r.Iteration)
	c.value(&r.Value)
	text(c, &r.Child)
	c.time(&r.First)
	list(c, &r.Items, (*coder).value)
	text(c, &r.Ends)
	c.bool(&r.Past)
	text(c, &r.Behavior)
}

func (c *coder) log(l *engine.LogLine) {
	c.time(&l.At)
	text(c, &l.Level)
	text(c, &l.Text)
}

func (c *coder) request(r *engine.Request) {
	c.count(&r.Version)
	c.count(&r.Since)
	text(c, &r.Title)
	text(c, &r.Description)
	list(c, &r.Facts, func(c *coder, f *engine.Fact) { text(c, &f.Label); text(c, &f.Value) })
	list(c, &r.Links, func(c *coder, l *engine.Link) { text(c, &l.Text); text(c, &l.URL) })
	list(c, &r.Form, (*coder).field)
	text(c, &r.Verdict)
	text(c, &r.RejectNeeds)
	c.policy(&r.Policy)
	c.count(&r.Stage)
	list(c, &r.Asked, func(c *coder, people *[]approval.PersonID) { list(c, people, text[approval.PersonID]) })
	c.time(&r.Opened)
	c.time(&r.Deadline)
	text(c, &r.Digest)
	list(c, &r.Responses, (*coder).response)
	text(c, &r.Outcome)
	c.time(&r.Closed)
	list(c, &r.Copies, (*coder).posted)
	c.requestMore(r)
}

func (c *coder) field(f *flow.Field) {
	text(c, &f.ID)
	text(c, &f.Type)
	text(c, &f.Label)
	text(c, &f.Description)
	c.bool(&f.Required)
	c.value(&f.Default)
	c.value(&f.Prefill)
	text(c, &f.Validator)
	optional(c, &f.Min, (*coder).float)
	optional(c, &f.Max, (*coder).float)
	text(c, &f.After)
	text(c, &f.Before)
	list(c, &f.Values, func(c *coder, o *flow.Option) { text(c, &o.Value); text(c, &o.Label) })
	c.bool(&f.AllowCustom)
	c.bool(&f.Radio)
	c.fieldMore(f)
}

func (c *coder) policy(p *approval.Policy) {
	list(c, &p.Stages, (*coder).stage)
	c.bool(&p.AllowRequester)
	list(c, &p.Exclude, (*coder).selector)
	c.bool(&p.Repeat)
	c.bool(&p.ExcludeAuthor)
	c.bool(&p.NoDelegate)
	c.count(&p.Hops)
}

func (c *coder) stage(s *approval.Stage) {
	text(c, &s.ID)
	list(c, &s.Who, (*coder).selector)
	c.need(&s.Need)
	list(c, &s.Groups, func(c *coder, g *approval.Party) {
		text(c, &g.ID)
		list(c, &g.Who, (*coder).selector)
		c.need(&g.Need)
	})
	c.count(&s.Deny)
	c.duration(&s.Within)
	list(c, &s.Remind, (*coder).duration)
	c.bool(&s.Urgent)
	list(c, &s.Escalate, func(c *coder, r *approval.Rung) {
		c.duration(&r.After)
		list(c, &r.To, (*coder).selector)
		c.bool(&r.Replace)
	})
}

func (c *coder) need(n *approval.Need) {
	c.bool(&n.All)
	c.count(&n.Count)
}

func (c *coder) selector(s *approval.Selector) {
	text(c, &s.Kind)
	text(c, &s.Name)
}

func (c *coder) response(r *engine.Response) {
	c.principal(&r.By)
	c.time(&r.At)
	c.count(&r.Stage)
	text(c, &r.Verdict)
	table(c, &r.Values, (*coder).value)
	text(c, &r.For)
	list(c, &r.Parties, (*coder).count)
	text(c, &r.Override)
}

func (c *coder) posted(p *engine.Copy) {
	c.count(&p.ID)
	text(c, &p.Surface)
	text(c, &p.Place)
	text(c, &p.Person)
	text(c, &p.Ref.Place)
	text(c, &p.Ref.Message)
	c.count(&p.Shown)
	text(c, &p.Problem)
	text(c, &p.Role)
	c.count(&p.Told)
}

// hash walks the part of a line that cannot be packed.
func (c *coder) hash(l *audit.Line) {
	for i := range l.Hash {
		c.byte(&l.Hash[i])
	}
}

func (c *coder) flow(f *Flow) {
	text(c, &f.Ref.Namespace)
	text(c, &f.Ref.ID)
	c.count(&f.Ref.Revision)
	c.bytes(&f.Source)
	text(c, &f.Digest)
	c.time(&f.Saved)
	text(c, &f.By)
	c.bool(&f.Deleted)
	c.bool(&f.Disabled)
	if !c.reading || c.in != "" { // the first records end here
		text(c, &f.Author)
	}
}

func (c *coder) entry(e *Entry) {
	text(c, &e.Type)
	c.value(&e.Value)
	text(c, &e.Description)
	c.time(&e.Expires)
	c.time(&e.Updated)
}

func (c *coder) trigger(t *TriggerState) {
	text(c, &t.Flow.Namespace)
	text(c, &t.Flow.ID)
	text(c, &t.ID)
	c.uint(&t.Version)
	c.time(&t.Next)
	c.time(&t.Last)
	text(c, &t.LastExecution)
	c.bool(&t.Disabled)
	table(c, &t.Data, (*coder).value)
}
