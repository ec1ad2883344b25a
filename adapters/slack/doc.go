// Package slack shows cards in Slack and turns what people press there into
// clicks.
//
// What people do comes in over HTTP, signed by Slack, or over sockets that
// signoff opens (Socket Mode); one dispatcher takes both. Messages go out over
// the Web API. The package keeps nothing that must survive: what was posted where is
// remembered by the caller, and whether a click was handled before is the
// caller's to tell, by [signoff/adapters.Click.Once].
//
// This package dispatches, makes the calls of the Web API, and knows who people
// are. Its rooms know neither it nor, but for what is said here, each other:
//
//   - wire: what comes in and what buttons carry
//   - draw: cards as blocks and views; it knows wire
//   - socket: Socket Mode; it knows fault
//   - fault: what is left of an error of the transport
//
// It is not a Slack client for everything: it calls the eight methods that
// manifest.yaml asks permission for and decodes only the parts of a payload
// that a decision needs.
package slack
