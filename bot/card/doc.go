// Package card draws stored requests: a [View] in, an [adapters.Card] out. It
// also holds what people are told about one, and reads what the buttons mean.
//
//	View -> Draw                           what a surface posts
//	View -> News, Undelivered, Untold, …   what somebody is told
//	a click -> Values, Press               what a button stands for
//
// It is pure: the same view is the same card, so that a copy can be drawn again
// at any time and an older one be told by its version. No store, no clock, no
// network and no adapter belongs here. Who may answer and what follows is the
// engine's; which surface draws a card how is the adapters'.
package card
