package flow

import (
	"regexp"

	"signoff/engine/expr"
)

// InputType is the type of an input.
type InputType string

// The input types. BOOLEAN is read as BOOL and ENUM as SELECT; a FORM is read
// as the inputs within it, each under the form's id and a dot.
const (
	String      InputType = "STRING"
	Int         InputType = "INT"
	Float       InputType = "FLOAT"
	Bool        InputType = "BOOL"
	Date        InputType = "DATE"
	Time        InputType = "TIME"
	DateTime    InputType = "DATETIME"
	Duration    InputType = "DURATION"
	Select      InputType = "SELECT"
	MultiSelect InputType = "MULTISELECT"
	Email       InputType = "EMAIL"
	URI         InputType = "URI"
	JSON        InputType = "JSON"
	YAML        InputType = "YAML"
	Array       InputType = "ARRAY"
	File        InputType = "FILE"
	Secret      InputType = "SECRET"
	// LongText has several lines, and RichText is CommonMark.
	LongText InputType = "TEXT"
	RichText InputType = "RICHTEXT"
	// User and Users name people of the directory, Group a group of it.
	User  InputType = "USER"
	Users InputType = "USERS"
	Group InputType = "GROUP"
	// Channel names a place where a message can be sent.
	Channel InputType = "CHANNEL"
)

// Input is a typed question: of a flow when it starts, of a Pause when it
// resumes.
type Input struct {
	// ID is unique among the inputs. A dot nests the value: "request.name" is
	// inputs.request.name.
	ID          string
	Type        InputType
	Pos         Pos
	Group       *expr.Template // the FORM's name; nil outside of one
	DisplayName *expr.Template
	Description *expr.Template
	Required    bool // true unless the source says otherwise
	Defaults    *expr.Value
	Prefill     *expr.Value
	Validator   *regexp.Regexp // STRING, TEXT, SECRET: whole match
	Min, Max    *float64       // INT, FLOAT: inclusive
	After       string         // DATE, TIME, DATETIME: inclusive
	Before      string
	Shortest    string // DURATION: inclusive, ISO 8601
	Longest     string
	Values      []Option    // SELECT, MULTISELECT
	Choices     *expr.Value // instead of Values: an expression that gives them
	AllowCustom bool
	Radio       bool
	First       bool      // the first choice is the default (autoSelectFirst)
	Items       InputType // MULTISELECT, ARRAY: of each item
	Schema      string    // JSON: a JSON Schema, as JSON
	Extensions  []string  // FILE: ".pdf"; empty takes all
	// DependsOn names inputs that must have a value, and all Conditions must be
	// true, for this one to be asked. Those of the FORM around it come first.
	DependsOn  []string
	Conditions []*expr.Template
}

// Option is one choice of a SELECT or MULTISELECT.
type Option struct {
	Value string `json:"v"`
	Label string `json:"l,omitempty"`
}

// Field is an input as it was shown: its texts and default rendered, frozen
// with the request and bound by its digest. It carries all that is needed to
// check an answer, so the flow is not asked again.
type Field struct {
	ID          string    `json:"id"`
	Type        InputType `json:"type"`
	Group       string    `json:"group,omitempty"`
	Label       string    `json:"label,omitempty"`
	Description string    `json:"desc,omitempty"`
	Required    bool      `json:"req,omitempty"`
	Default     any       `json:"default,omitempty"`
	Prefill     any       `json:"prefill,omitempty"`
	Validator   string    `json:"re,omitempty"`
	Min         *float64  `json:"min,omitempty"`
	Max         *float64  `json:"max,omitempty"`
	After       string    `json:"after,omitempty"`
	Before      string    `json:"before,omitempty"`
	Shortest    string    `json:"shortest,omitempty"`
	Longest     string    `json:"longest,omitempty"`
	Values      []Option  `json:"values,omitempty"`
	AllowCustom bool      `json:"custom,omitempty"`
	Radio       bool      `json:"radio,omitempty"`
	First       bool      `json:"first,omitempty"`
	Items       InputType `json:"items,omitempty"`
	Schema      string    `json:"schema,omitempty"`
	Extensions  []string  `json:"ext,omitempty"`
	DependsOn   []string  `json:"needs,omitempty"`
	// Off: the condition was false when the form was made, whatever is answered.
	// The field is never asked and its value is nil.
	Off bool `json:"off,omitempty"`
	// Late is what is known only with the answers to other fields; nil if
	// nothing is.
	Late *Late `json:"late,omitempty"`
}

// moves reports whether answers to other fields can change the field.
func (f Field) moves() bool { return f.Off || f.Late != nil || len(f.DependsOn) > 0 }

// Late is the part of a field that reads the answers to others: sources of
// templates, and the values that they read from elsewhere, frozen with the form.
type Late struct {
	Conditions  []string `json:"if,omitempty"`
	Label       string   `json:"label,omitempty"`
	Description string   `json:"desc,omitempty"`
	Default     any      `json:"default,omitempty"`
	Prefill     any      `json:"prefill,omitempty"`
	Choices     any      `json:"choices,omitempty"`
	// Known holds what stood under the roots that the texts read, and KV what
	// the keys held that they name.
	Known map[string]any `json:"known,omitempty"`
	KV    map[string]any `json:"kv,omitempty"`
}

// FieldError is what is wrong with one field, for the person who filled it.
type FieldError struct {
	Field string `json:"field"`
	Text  string `json:"text"`
}

func (e FieldError) Error() string { return e.Field + ": " + e.Text }
