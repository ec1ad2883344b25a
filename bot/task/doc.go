// Package task runs the tasks that touch the world: http.Request and
// SlackIncomingWebhook.
//
// A task is rendered here, at the moment of the call, and nowhere before: this
// is the one place where secret() has an answer. What comes back (outputs, log
// lines, the sentence that says what went wrong) has every secret that the call
// was given masked, in the encodings in which a far side could send it back.
//
//	Call -> render -> check -> dial (guarded) -> read (bounded) -> mask -> Result
//
// Every connection passes one guard, which looks at the address that is really
// dialled and not at its name. Only public addresses pass, and what the
// operator allows.
//
// Where http.Request is stricter than Kestra's: only GET and HEAD follow
// redirects, and what the flow put into headers stays with the host it named;
// an address holds neither a user name nor "..", nor may a value change its
// host or its query; JSON that a value has broken is not sent. Methods that
// change something carry an Idempotency-Key unless the flow names one.
//
// The package is not a loop: it neither retries nor stores. A result that comes
// after the context has ended says nothing about the far side.
package task
