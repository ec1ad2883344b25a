// Package adapters is the contract between signoff and the surfaces on which
// people are asked: chat, mail, pages.
//
// An adapter does two things. It shows a [Card], by Post and Update. And it
// turns what comes back into a [Click] or a [Look] and hands it to a [Handler],
// after it has verified who sent it. It keeps nothing that must survive: what
// was posted where is remembered by the caller as a [MessageRef].
//
// What it means to be an adapter is written down as a test suite in
// adapters/adaptertest.
package adapters

import "context"

// Adapter shows cards on one surface. It is safe for concurrent use.
type Adapter interface {
	// Post puts a new copy of the card at the destination and returns where it
	// is. An unknown result (the connection broke after the request was sent)
	// is a *DeliveryError of kind Unknown.
	Post(ctx context.Context, to Destination, card Card) (MessageRef, error)
	// Update redraws a copy. Updating twice with the same card is harmless. A
	// surface that cannot change what it sent returns kind Frozen.
	Update(ctx context.Context, ref MessageRef, card Card) error
	// Tell sends a short plain text that asks nothing: a warning, a result.
	Tell(ctx context.Context, to Destination, text string) error
}

// Handler is what an adapter calls when a person does something. The adapter
// has verified the request's origin; the handler decides what the person may.
type Handler interface {
	// Click carries a person's answer. Everything that must survive is durable
	// when it returns.
	Click(ctx context.Context, c Click) (Answer, error)
	// Look returns the card as it is now, for a modal, a refresh or a page: an
	// Answer of kind Shown or Refused. It never decides. Without an Action it
	// writes nothing at all, so that no GET and no automatic refresh leaves a
	// trace; with one, a refusal is audited.
	Look(ctx context.Context, l Look) (Answer, error)
}

// Destination is where a new copy goes: a channel by the name the flow uses,
// or one person. Exactly one of Channel and Person is set.
type Destination struct {
	Channel string
	Person  *Person
}

// Person is a human as the directory knows them, enough for an adapter to find
// the account. An adapter prefers Account, and uses Email only where the
// surface can resolve it.
type Person struct {
	ID      string
	Name    string
	Email   string
	Account string // the surface's own id; empty if not configured
	Tenant  string // the tenant of Account; empty is the adapter's own
}

// MessageRef is a surface's own name for a posted message: where, and which.
// Both parts are opaque to everybody else.
type MessageRef struct {
	Place   string
	Message string
}

// Account is who acted, as the surface verified it at most a minute ago.
type Account struct {
	Surface string // slack, teams, email, web, api
	Tenant  string // workspace, organisation or tenant
	ID      string // stable, unique within the tenant
	Name    string // for display only
	Email   string // a hint; never identity by itself
	// What the surface says against this account. Each is refused by default.
	Bot         bool
	Deactivated bool
	Guest       bool
	Foreign     bool // of another workspace, tenant or organisation
}

// Click is what came back from a surface: who, on which copy, which button,
// which values.
type Click struct {
	Actor   Account
	Request string // from the button's value
	Version int    // the request version that the button belonged to
	Action  string // an Action.ID of the card
	Values  map[string]any
	Copy    MessageRef // the copy that was touched; zero for a page
	// Once names this click for ever: a repetition of the same signed request
	// has the same name and has no second effect.
	Once string
	// Evidence is the SHA-256, in hex, of the verified raw request.
	Evidence string
	// WantCard says that the surface answers a click with the card as it then
	// is; without it Answer.Card is nil.
	WantCard bool
}

// Look asks for the card as it is now.
type Look struct {
	Actor   Account
	Request string
	Copy    MessageRef
	// Action and Version are those of the button that was pressed to open a
	// form; empty for a refresh or a page. A person who could not answer is
	// refused before filling anything in.
	Action  string
	Version int
	// Once names this press for ever, as in [Click]; empty for a refresh or a
	// page.
	Once string
	// Values are what a form holds so far: the card's form is made for them, and asks
	// nothing that does not follow from them. A surface that can draw an open form
	// anew sets them from the beginning, empty and not nil; for any other the form
	// asks everything that may be needed.
	Values map[string]any
}

// AnswerKind says what came of a click.
type AnswerKind string

// The answers.
const (
	// Recorded: the answer is durable.
	Recorded AnswerKind = "recorded"
	// Refused: it was not; Text says why and what to do. Show it to this person
	// only.
	Refused AnswerKind = "refused"
	// Invalid: fields are wrong; show each text at its field and lose nothing.
	Invalid AnswerKind = "invalid"
	// Repeated: this very request was handled before; say nothing again.
	Repeated AnswerKind = "repeated"
	// Shown: the card is attached and nothing else happened.
	Shown AnswerKind = "shown"
)

// Answer is what the person is told.
type Answer struct {
	Kind AnswerKind
	Text string
	// Code names a refusal for programs: own_request, already_decided, stale …
	Code string
	// Fields holds the texts by field id when Kind is Invalid.
	Fields map[string]string
	// Card is the request as it is now: after a Look, and after a Click that
	// wants it; nil if there is no such request.
	Card *Card
}
