package schema

import "encoding/json"

// node is a schema. Its fields are in the order in which a reader wants them.
type node struct {
	Schema      string `json:"$schema,omitempty"`
	Title       string `json:"title,omitempty"`
	Ref         string `json:"$ref,omitempty"`
	Description string `json:"description,omitempty"`
	// Markdown, Hidden and Otherwise are read by editors alone.
	Markdown   string           `json:"markdownDescription,omitempty"`
	Deprecated bool             `json:"deprecated,omitempty"`
	Hidden     bool             `json:"doNotSuggest,omitempty"`
	Type       kinds            `json:"type,omitempty"`
	Const      string           `json:"const,omitempty"`
	Enum       []string         `json:"enum,omitempty"`
	Pattern    string           `json:"pattern,omitempty"`
	Otherwise  string           `json:"patternErrorMessage,omitempty"`
	MinItems   int              `json:"minItems,omitempty"`
	Items      *node            `json:"items,omitempty"`
	MinKeys    int              `json:"minProperties,omitempty"`
	MaxKeys    int              `json:"maxProperties,omitempty"`
	Required   []string         `json:"required,omitempty"`
	Properties map[string]*node `json:"properties,omitempty"`
	// Others is false, or the schema of all other keys.
	Others   any     `json:"additionalProperties,omitempty"`
	If       *node   `json:"if,omitempty"`
	Then     *node   `json:"then,omitempty"`
	Not      *node   `json:"not,omitempty"`
	AllOf    []*node `json:"allOf,omitempty"`
	AnyOf    []*node `json:"anyOf,omitempty"`
	Examples []any   `json:"examples,omitempty"`
}

// kinds are JSON's kinds of value; one is written without a list.
type kinds []string

func (k kinds) MarshalJSON() ([]byte, error) {
	if len(k) == 1 {
		return json.Marshal(k[0])
	}
	return json.Marshal([]string(k))
}

// scalar are the kinds that YAML makes of a text as people write it.
func scalar() kinds { return kinds{"string", "number", "boolean"} }

func ref(name string) string { return "#/$defs/" + name }

func refer(name string) *node { return &node{Ref: ref(name)} }
