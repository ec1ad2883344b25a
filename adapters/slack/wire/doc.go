// Package wire is what comes from Slack and what Slack carries for us: payloads
// in, values out.
//
// Here live the parts of an interaction's payload that signoff reads, what the
// inputs of a form hold, the names and values that buttons and forms carry to a
// person and back, and the check of a request's signature.
//
// It knows the adapters' contract and nothing else: no block is drawn here,
// nobody is asked or told anything, no time passes but what the caller's clock
// says, and nothing of slack-go is used, so that what Slack invents tomorrow
// cannot break the reading of a click.
package wire
