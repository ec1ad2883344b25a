// Package slack shows cards in Slack and turns what people press there into
// clicks.
//
// What people do comes in over HTTP, signed by Slack, or over sockets that
// signoff opens (Socket Mode); one dispatcher takes both. Messages go out over
// the Web API. The package keeps nothing that must survive: what was posted where is
// remembered by the caller, and whether a click was handled before is the
// caller's to tell, by [signoff/adapters.Click.Once].
//
// It is not a Slack client for everything: it calls the eight methods that
// manifest.yaml asks permission for and decodes only the parts of a payload
// that a decision needs.
package slack
