// Package slack shows cards in Slack and turns what people press, fill in and type
// there into calls of the desk.
//
// What people do comes in over HTTP, signed by Slack, or over sockets that
// signoff opens (Socket Mode); one dispatcher takes both. Messages go out over
// the Web API. The package keeps nothing that must survive: what was posted where is
// remembered by the caller, and whether a click was handled before is the
// caller's to tell, by [signoff/adapters.Click.Once]. An event of Slack's changes
// nothing for ever but an install, which is written once for all servers.
//
// Slack waits three seconds. What decides is durable before Slack is told that it
// arrived; everything else is done after that, but for opening a window, whose
// trigger does not live longer. What takes longer than Slack waits goes on, and
// what came of it is told in the place of the form, or where it was typed.
//
// This package dispatches, makes the calls of the Web API, and knows who people
// are. Its rooms know neither it nor, but for what is said here, each other:
//
//   - wire: what comes in and what buttons carry
//   - draw: cards as blocks and views; it knows wire
//   - socket: Socket Mode; it knows fault
//   - fault: what is left of an error of the transport
//
// It is not a Slack client for everything: it calls the methods that
// manifest.yaml asks permission for and decodes only the parts of a payload
// that a decision needs.
package slack
