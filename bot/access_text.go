package bot

import (
	"signoff/engine"
	"signoff/engine/access"
)

// The refusals of somebody who may not do something. What is not there and what
// they may not touch is answered in the same words, so that nobody learns by
// asking what there is.

// noExecution refuses an execution that is not there, or not for them.
func (b *Bot) noExecution(by engine.Principal, v access.Verb) error {
	if b.everywhere(by, v) {
		return refuse(engine.NotFound, "There is no such execution.")
	}
	return refuse(engine.NotFound, "There is no such execution, or you may not %s in its namespace.", v.Does())
}

// noFlowFor refuses a flow whether it is there or not.
func noFlowFor(ref engine.FlowRef, v access.Verb) error {
	return refuse(engine.NotFound, "There is no flow %s, or you may not %s in that namespace.", ref, v.Does())
}

// noTriggerFor refuses a trigger whether it is there or not.
func noTriggerFor(ref engine.FlowRef, id string) error {
	return refuse(engine.NotFound, "There is no trigger %.80s of %s, or you may not %s in that namespace.", id, ref, access.ControlTrigger.Does())
}

// noNamespaceFor refuses a namespace whether there is something in it or not.
func noNamespaceFor(namespace string, v access.Verb) error {
	return refuse(engine.NotFound, "There is no namespace %.80q, or you may not %s in it.", namespace, v.Does())
}

// notGranted refuses what is there in any case.
func notGranted(v access.Verb) error {
	return refuse(engine.NotAllowed, "You may not %s. Ask an administrator for the right %s in all namespaces.", v.Does(), v)
}
