// Package slack shows cards in Slack and turns what people press there into
// clicks.
//
// Requests come in over HTTP, signed by Slack; messages go out over the Web
// API. The package keeps nothing that must survive: what was posted where is
// remembered by the caller, and whether a click was handled before is the
// caller's to tell, by [signoff/adapters.Click.Once].
//
// It is not a Slack client for everything: it calls the seven methods that
// manifest.yaml asks permission for and decodes only the parts of a payload
// that a decision needs.
package slack
