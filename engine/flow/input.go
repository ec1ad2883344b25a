package flow

import (
	"regexp"

	"signoff/engine/expr"
)

// InputType is the type of an input.
type InputType string

// The input types of this version.
const (
	String   InputType = "STRING"
	Int      InputType = "INT"
	Float    InputType = "FLOAT"
	Bool     InputType = "BOOL" // BOOLEAN is read as BOOL
	Date     InputType = "DATE"
	DateTime InputType = "DATETIME"
	Select   InputType = "SELECT"
)

// Input is a typed question: of a flow when it starts, of a Pause when it
// resumes.
type Input struct {
	ID          string
	Type        InputType
	Pos         Pos
	DisplayName *expr.Template
	Description *expr.Template
	Required    bool // true unless the source says otherwise
	Defaults    *expr.Value
	Prefill     *expr.Value
	Validator   *regexp.Regexp // STRING: whole match
	Min, Max    *float64       // INT, FLOAT: inclusive
	After       string         // DATE, DATETIME: inclusive
	Before      string
	Values      []Option // SELECT
	AllowCustom bool
	Radio       bool
}

// Option is one choice of a SELECT.
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
	Values      []Option  `json:"values,omitempty"`
	AllowCustom bool      `json:"custom,omitempty"`
	Radio       bool      `json:"radio,omitempty"`
}

// FieldError is what is wrong with one field, for the person who filled it.
type FieldError struct {
	Field string `json:"field"`
	Text  string `json:"text"`
}

func (e FieldError) Error() string { return e.Field + ": " + e.Text }
