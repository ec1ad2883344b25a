package adapters

import (
	"context"
	"time"
)

// Desk is what a surface calls on which people begin things by themselves:
// they type commands, open forms and look at a page of their own. As with a
// [Handler], the adapter has verified who they are and the desk decides what
// they may. Submit and Command write what their replies say; the rest writes
// nothing but that a page was opened.
type Desk interface {
	Handler
	// Command does what somebody typed. What its reply says was done is durable.
	Command(ctx context.Context, c Command) (Reply, error)
	// Sheet returns the form of a subject with the values given so far: to open
	// it, and again whenever a live field changes.
	Sheet(ctx context.Context, c SheetCall) (Reply, error)
	// Submit takes a filled form. What its reply says was done is durable.
	Submit(ctx context.Context, c SheetCall) (Reply, error)
	// Choices are the options of a field that is searched, at most
	// [MaxChoices], best first.
	Choices(ctx context.Context, c ChoicesCall) ([]Option, error)
	// Inbox is a person's page: what waits for them, and what they asked for.
	Inbox(ctx context.Context, c InboxCall) (Inbox, error)
}

// MaxChoices is how many options a search answers; Slack shows no more.
const MaxChoices = 100

// Command is what a person typed: the command's name, and what followed it.
type Command struct {
	Actor Account
	// Name is the command as typed: "/signoff", "/vacation".
	Name string
	// Text is what followed, as plain text. A mention in it stands as "@" and
	// the account's id, which is then a key of People.
	Text   string
	People map[string]Account
	// Place is the channel in which it was typed, as in a [MessageRef].
	Place string
	// Once and Evidence are as in [Click].
	Once     string
	Evidence string
}

// ReplyKind says what came of a command or a form.
type ReplyKind string

// The replies.
const (
	// Said: Text, Body, Items and Card answer; for this person only.
	Said ReplyKind = "said"
	// Done: something was recorded; Text says what.
	Done ReplyKind = "done"
	// Asked: Sheet wants to be filled in.
	Asked ReplyKind = "asked"
	// Wrong: fields of the sheet are wrong; show each text at its field and lose
	// nothing.
	Wrong ReplyKind = "wrong"
	// Turned: it was turned down; Text says why and what to do.
	Turned ReplyKind = "turned down"
	// Again: this very call was handled before; say nothing again.
	Again ReplyKind = "again"
)

// Reply is what the person is told.
type Reply struct {
	Kind ReplyKind
	// Text is one plain line or a few; always set but for Asked and Again.
	Text string
	// Body is more of it, formatted.
	Body Text
	// Items are requests to list below it.
	Items []Item
	// Card is one request to show below it, without live buttons.
	Card *Card
	// Sheet is the form for Asked and, where Wrong redraws it, for Wrong.
	Sheet *Sheet
	// Fields holds the texts by field id when Kind is Wrong.
	Fields map[string]string
	// Code names a refusal for programs, as in [Answer].
	Code string
}

// Sheet is a form that belongs to no card: to start a flow, to set an absence.
type Sheet struct {
	// Subject says what it is about; opaque, it comes back with every call.
	Subject string
	Title   string // one line
	Intro   Text
	Fields  []Field
	// Submit is the label of its button.
	Submit string
}

// SheetCall opens, redraws or submits a form.
type SheetCall struct {
	Actor   Account
	Subject string // of a [Sheet], or one of the subjects below
	// Values are by field id, as in [Click].
	Values map[string]any
	// About is a link to the message about which somebody asks; empty if none.
	About string
	// Quote is what that message says, as plain text.
	Quote string
	Place string
	// Once and Evidence are as in [Click]; set for Submit.
	Once     string
	Evidence string
}

// The subjects with which a surface may begin.
const (
	// NewRequest lets the person choose what to start.
	NewRequest = "new"
	// NewAbsence lets the person name a stand-in.
	NewAbsence = "away"
)

// ChoicesCall asks for options while somebody types.
type ChoicesCall struct {
	Actor   Account
	Subject string // of a sheet; empty for a card's form
	Request string // of a card's form
	Field   string
	Query   string
	Values  map[string]any
}

// InboxCall asks for a person's page.
type InboxCall struct {
	Actor Account
	// Opened says that the person looks at it now; from then on the surface is
	// told when it changes, see [Homes].
	Opened bool
	// Page counts from 0.
	Page int
}

// Inbox is a person's page. The first of Waiting is the most urgent.
type Inbox struct {
	Waiting []Item // one page of those that this person can decide now
	Mine    []Item // asked for by this person, open ones first
	Decided []Item // by this person, the latest first
	// Total is how many wait in all.
	Total int
	Page  int
	Pages int
	// Away says in words that somebody stands in for this person; "" if nobody.
	Away string
	// Refused says why there is no page for this account; "" if there is one.
	Refused string
	Now     time.Time
}

// Item is a request in a list.
type Item struct {
	Request string
	Version int
	Ref     string
	Mood    Mood
	Title   string
	By      string // who asked
	// State is one line: who is missing, or how it ended.
	State string
	Asked time.Time
	Due   time.Time // zero: no deadline
	// Overdue: its time, or that of its step, is over or nearly so.
	Overdue bool
	URL     string // its page; empty if there is none
}

// Homes is a surface with a page for each person. The desk calls Refresh for
// those who have opened theirs.
type Homes interface {
	// Refresh redraws a person's page soon. It never waits; many calls may make
	// one drawing, and the last of them is never lost while the adapter runs.
	Refresh(a Account)
}

// Threads is a surface on which something can be said below a message.
type Threads interface {
	// Reply adds a line below a copy. An unknown result is a *DeliveryError of
	// kind Unknown, and a copy that is gone one of kind Gone.
	Reply(ctx context.Context, ref MessageRef, l Line) error
}

// Line is one event in the log below a message.
type Line struct {
	Text  string
	Quote string // what somebody wrote: a reason, a question
	At    time.Time
	// Mention are those who must act; others are named in Text only.
	Mention []Person
	// Loud shows it in the channel, too.
	Loud bool
}

// Upload is a file that a person handed in on a surface: a value of a
// [FileField] in [Click.Values].
type Upload struct {
	Name string
	Size int64
	// Read fetches it, at most limit bytes; more is an error.
	Read func(ctx context.Context, limit int64) ([]byte, error)
}
