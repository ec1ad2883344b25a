package store

import (
	"fmt"

	"signoff/engine"
)

// owed leaves out the execution: it is the key of the record.
func (c *coder) owed(o *Owed) {
	text(c, &o.Effect.Key)
	c.time(&o.Effect.Due)
	c.count(&o.Attempt)
	c.work(&o.Effect.Work)
}

// The kinds of work.
const (
	isCall byte = iota + 1
	isDeliver
	isTimer
	isNotice
	isLaunch
	isTellParent
	isStopChild
	isDequeue
	isAnnounce
	isAgain
	isReminder
	isClimb
	isStageTimer
	isTell
	isLog
	isReturnReminder
)

func (c *coder) work(w *engine.Work) {
	if !c.reading {
		c.writeWork(*w)
		return
	}
	var kind byte
	c.byte(&kind)
	switch kind {
	case isCall:
		*w = read(c, (*coder).call)
	case isDeliver:
		*w = read(c, (*coder).deliver)
	case isTimer:
		*w = read(c, (*coder).timer)
	case isNotice:
		*w = read(c, (*coder).notice)
	case isLaunch:
		*w = read(c, (*coder).launch)
	case isTellParent:
		*w = engine.TellParent{}
	case isStopChild:
		*w = read(c, (*coder).stopChild)
	case isDequeue:
		*w = engine.Dequeue{}
	case isAnnounce:
		*w = read(c, (*coder).announce)
	case isAgain:
		*w = engine.Again{}
	default:
		c.readRequestWork(w, kind)
	}
}

// readRequestWork reads the work of a request's stages.
func (c *coder) readRequestWork(w *engine.Work, kind byte) {
	switch kind {
	case isReminder:
		*w = read(c, (*coder).reminder)
	case isReturnReminder:
		*w = read(c, (*coder).returnReminder)
	case isClimb:
		*w = read(c, (*coder).climb)
	case isStageTimer:
		*w = read(c, (*coder).stageTimer)
	case isTell:
		*w = read(c, (*coder).tell)
	case isLog:
		*w = read(c, (*coder).logWork)
	default:
		c.fail(fmt.Errorf("%d is no kind of work", kind))
	}
}

func (c *coder) writeWork(w engine.Work) {
	switch w := w.(type) {
	case engine.Call:
		putWork(c, isCall, &w, (*coder).call)
	case engine.Deliver:
		putWork(c, isDeliver, &w, (*coder).deliver)
	case engine.Timer:
		putWork(c, isTimer, &w, (*coder).timer)
	case engine.Notice:
		putWork(c, isNotice, &w, (*coder).notice)
	case engine.Launch:
		putWork(c, isLaunch, &w, (*coder).launch)
	case engine.TellParent:
		c.out = append(c.out, isTellParent)
	case engine.StopChild:
		putWork(c, isStopChild, &w, (*coder).stopChild)
	case engine.Dequeue:
		c.out = append(c.out, isDequeue)
	case engine.Announce:
		putWork(c, isAnnounce, &w, (*coder).announce)
	case engine.Again:
		c.out = append(c.out, isAgain)
	case engine.Reminder:
		putWork(c, isReminder, &w, (*coder).reminder)
	case engine.ReturnReminder:
		putWork(c, isReturnReminder, &w, (*coder).returnReminder)
	case engine.Climb:
		putWork(c, isClimb, &w, (*coder).climb)
	case engine.StageTimer:
		putWork(c, isStageTimer, &w, (*coder).stageTimer)
	case engine.Tell:
		putWork(c, isTell, &w, (*coder).tell)
	case engine.Log:
		putWork(c, isLog, &w, (*coder).logWork)
	default:
		c.fail(fmt.Errorf("work of type %T cannot be stored", w))
	}
}

func putWork[T any](c *coder, kind byte, w *T, walk func(*coder, *T)) {
	c.out = append(c.out, kind)
	walk(c, w)
}

func (c *coder) call(w *engine.Call) {
	text(c, &w.Run)
	c.count(&w.Attempt)
}

func (c *coder) deliver(w *engine.Deliver) {
	text(c, &w.Run)
	c.count(&w.Copy)
}

func (c *coder) timer(w *engine.Timer) { text(c, &w.Run) }

func (c *coder) notice(w *engine.Notice) {
	text(c, &w.Run)
	c.count(&w.Copy)
}

func (c *coder) logWork(w *engine.Log) {
	text(c, &w.Run)
	c.count(&w.Copy)
}

func (c *coder) launch(w *engine.Launch) { text(c, &w.Run) }

func (c *coder) stopChild(w *engine.StopChild) {
	text(c, &w.Run)
	text(c, &w.Child)
}

func (c *coder) announce(w *engine.Announce) { text(c, &w.State) }

func (c *coder) reminder(w *engine.Reminder) {
	text(c, &w.Run)
	c.count(&w.Stage)
	c.count(&w.N)
	text(c, &w.Person)
}

func (c *coder) returnReminder(w *engine.ReturnReminder) {
	text(c, &w.Run)
	c.count(&w.N)
}

func (c *coder) climb(w *engine.Climb) {
	text(c, &w.Run)
	c.count(&w.Stage)
	c.count(&w.N)
}

func (c *coder) stageTimer(w *engine.StageTimer) {
	text(c, &w.Run)
	c.count(&w.Stage)
}

func (c *coder) tell(w *engine.Tell) {
	text(c, &w.Run)
	text(c, &w.Person)
	text(c, &w.What)
	c.count(&w.N)
}
