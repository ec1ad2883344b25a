package adapters

import "time"

// Card is a request, ready to be shown. It is made by one pure function from
// the stored request; an adapter adds nothing to what it says and leaves out
// nothing but what the surface has no room for, and says that it did.
//
// Plain texts (string) are data: an adapter escapes them so that nothing in
// them can mention, link, format or hide. Rich texts ([Text]) carry their
// structure as a tree and their leaves are data in the same sense.
type Card struct {
	// Request and Version go into every button and come back in a Click.
	Request string
	Version int
	Mood    Mood
	// Title is one line: "Approval needed: Deploy payments-api 4.2.1".
	Title string
	// Summary is the whole context in a sentence or two, for notifications and
	// screen readers.
	Summary string
	Facts   []Fact
	Body    Text
	// Notes are small lines: who has decided, who is missing, what follows.
	Notes []string
	Links []Link
	// Form is what an answer carries. Empty if there is nothing to fill in.
	Form []Field
	// Actions are the live buttons. None once the request is closed.
	Actions []Action
	// Ref is the short name that people say: "REQ-7K3F".
	Ref string
	// Digest is the beginning of the hash of what is shown.
	Digest string
}

// Mood is the state of a card in one word, for colour and icon only; the title
// always says it in words too.
type Mood string

// The moods.
const (
	Pending    Mood = "pending"
	Partly     Mood = "partly"
	Approved   Mood = "approved"
	Rejected   Mood = "rejected"
	Answered   Mood = "answered"
	Expired    Mood = "expired"
	Cancelled  Mood = "cancelled"
	Superseded Mood = "superseded"
)

// Fact is a label and a value. When is set for a moment, so that a surface can
// show it in the reader's zone; Value then is its text in UTC.
type Fact struct {
	Label string
	Value string
	When  time.Time
}

// Link is a text and an http or https address.
type Link struct{ Text, URL string }

// Style is how prominent a button is; never its only meaning.
type Style string

// The styles.
const (
	Plain   Style = ""
	Primary Style = "primary"
	Danger  Style = "danger"
)

// Action is a button.
type Action struct {
	ID    string // comes back in Click.Action: approve, reject, resume, choose:VALUE
	Label string
	Style Style
	// Asks names the fields of Form that this action needs; an adapter shows
	// them, inline or in a modal, before the click is sent. Empty: one press.
	Asks []string
	// Require names the fields among Asks that must be filled for this action.
	Require []string
	// Confirm is a question to be answered with yes before the press counts: what
	// it does, repeated. Empty asks nothing.
	Confirm string
	// Presets are common answers to the field Preset, to choose from. What is
	// written beside the choice follows it after a colon.
	Presets []string
	Preset  string
}

// FieldKind is what is asked for.
type FieldKind string

// The kinds of field.
const (
	TextField     FieldKind = "text"
	IntField      FieldKind = "int"
	FloatField    FieldKind = "float"
	BoolField     FieldKind = "bool"
	DateField     FieldKind = "date"
	TimeField     FieldKind = "time"
	DateTimeField FieldKind = "datetime"
	SelectField   FieldKind = "select"
	MultiField    FieldKind = "multi"
	EmailField    FieldKind = "email"
	URLField      FieldKind = "url"
	// SecretField is a text that a surface hides while it is typed, if it can.
	SecretField FieldKind = "secret"
	// LongField is a text of several lines.
	LongField FieldKind = "long"
	// RichField is a text of several lines that may be formatted; its value is
	// CommonMark.
	RichField FieldKind = "rich"
	// FileField takes a file; its value is an [Upload], or the address of one
	// that was uploaded before, which begins with "signoff:///".
	FileField FieldKind = "file"
	// PersonField and PeopleField choose among people. Their values are an
	// [Account] and a list of them ([]any), or what was typed.
	PersonField FieldKind = "person"
	PeopleField FieldKind = "people"
	// GroupField chooses a group of the directory.
	GroupField FieldKind = "group"
	// ChannelField chooses a channel of this surface; its value is the channel as
	// a [Destination] names it.
	ChannelField FieldKind = "channel"
)

// Field is one question of a form. A value comes back in Click.Values under ID
// as a string, as a bool, as a list of strings ([]any) where several can be
// chosen, as what the kind says, or as nil when it was left empty; the handler
// checks it again. A number is a string, as it was typed.
type Field struct {
	ID       string
	Kind     FieldKind
	Label    string
	Hint     string
	Required bool
	// Initial is what the form starts with; "" is empty. For a MultiField and a
	// PeopleField it is one value a line.
	Initial string
	// Formatted is the Initial of a RichField, read.
	Formatted Text
	// Chosen are the people of the Initial of a PersonField or PeopleField, with
	// their accounts on the surface that asks, where it is known.
	Chosen  []Person
	Options []Option
	// Custom allows a value that is not among Options.
	Custom   bool
	Min, Max string // for numbers; "" is unbounded
	// Live: which fields are asked, or their options, depend on this one. A
	// surface that can redraw a form asks for it anew when the value changes.
	Live bool
	// Search: there are more options than Options holds; ask [Desk.Choices].
	Search bool
	// Endings are those of the files that a FileField takes; empty takes all.
	Endings []string
}

// Option is one choice.
type Option struct{ Value, Label string }
