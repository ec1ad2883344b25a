package story

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"signoff/engine/approval"
	"signoff/engine/flow"
)

// text reads a text; a number or a date is the text that was written.
func (r *reader) text(out *string, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
			r.fault(n, ruleWrongKind, "%s must be a text, not %s", what, kindOf(n))
			return
		}
		*out = n.Value
	}
}

// placed reads a text and keeps its place.
func (r *reader) placed(out *Text, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.text(&out.Text, what)(n)
		out.Pos = at(n)
	}
}

// refusal reads the text that must be in a refusal; without it there must be none.
func (r *reader) refusal(out **Text) func(*yaml.Node) {
	return func(n *yaml.Node) {
		*out = &Text{}
		r.placed(*out, "refused")(n)
		r.patterns(n)
	}
}

func (r *reader) flag(out *bool, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" {
			r.fault(n, ruleWrongKind, "%s must be true or false, not %s", what, kindOf(n))
			return
		}
		*out = strings.EqualFold(n.Value, "true")
	}
}

func (r *reader) number(out *int, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		v, err := strconv.Atoi(n.Value)
		if n.Kind != yaml.ScalarNode || err != nil || v < 1 {
			r.fault(n, ruleBadValue, "%s must be a whole number from 1", what)
			return
		}
		*out = v
	}
}

func (r *reader) duration(out *time.Duration, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		var text string
		r.text(&text, what)(n)
		d, err := flow.ParseDuration(text)
		if err != nil && text != "" {
			r.fault(n, ruleBadDuration, "%s: %v", what, err)
			return
		}
		*out = d
	}
}

func (r *reader) moment(out *time.Time, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		t, err := time.Parse(time.RFC3339, n.Value)
		if n.Kind != yaml.ScalarNode || err != nil {
			r.fault(n, ruleBadValue, "%s must be a moment with its zone, such as 2026-01-05T09:00:00Z", what)
			return
		}
		*out = t.UTC()
	}
}

// any reads a value as expressions know it. A date is the text that was written.
func (r *reader) any(n *yaml.Node) any {
	n = resolve(n)
	switch n.Kind {
	case yaml.MappingNode:
		out := map[string]any{}
		r.entries(n, "a value", func(key, value *yaml.Node) { out[key.Value] = r.any(value) })
		return out
	case yaml.SequenceNode:
		out := make([]any, len(n.Content))
		for i, item := range n.Content {
			out[i] = r.any(item)
		}
		return out
	case yaml.ScalarNode, yaml.DocumentNode, yaml.AliasNode:
	}
	switch n.Tag {
	case "!!null":
		return nil
	case "!!bool":
		return strings.EqualFold(n.Value, "true")
	case "!!int":
		if v, err := strconv.ParseInt(n.Value, 0, 64); err == nil {
			return v
		}
	case "!!float":
		if v, err := strconv.ParseFloat(n.Value, 64); err == nil && !math.IsInf(v, 0) && !math.IsNaN(v) {
			return v
		}
	}
	return n.Value
}

// values reads a map of values into out, over what it holds.
func (r *reader) values(out *map[string]any, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.entries(n, what, func(key, value *yaml.Node) {
			if *out == nil {
				*out = map[string]any{}
			}
			(*out)[key.Value] = r.any(value)
		})
	}
}

// texts reads a map of texts into out, over what it holds.
func (r *reader) texts(out *map[string]string, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.entries(n, what, func(key, value *yaml.Node) {
			var text string
			r.text(&text, what+"."+key.Value)(value)
			if *out == nil {
				*out = map[string]string{}
			}
			(*out)[key.Value] = text
		})
	}
}

// selectors reads who may answer, as a flow writes it.
func (r *reader) selectors(out *[]approval.Selector) func(*yaml.Node) {
	return func(n *yaml.Node) {
		*out = nil
		r.items(n, func(item *yaml.Node) {
			kind, name, ok := strings.Cut(item.Value, ":")
			kinds := []string{string(approval.User), string(approval.Group), string(approval.Role), string(approval.ManagerOf), string(approval.OnCall)}
			if !ok || name == "" || !slices.Contains(kinds, kind) {
				r.fault(item, ruleBadValue, "an approver is written user:dana@example.com or group:finance")
				return
			}
			*out = append(*out, approval.Selector{Kind: approval.SelectorKind(kind), Name: name})
		})
	}
}

// destinations reads where copies go, as a flow writes it.
func (r *reader) destinations(out *[]flow.Destination) func(*yaml.Node) {
	return func(n *yaml.Node) {
		*out = []flow.Destination{}
		r.items(n, func(item *yaml.Node) {
			r.object(item, "a place", keys{
				"slack": r.destination(out, "slack"), "teams": r.destination(out, "teams"), "email": r.destination(out, "email"),
			})
		})
	}
}

func (r *reader) destination(out *[]flow.Destination, surface string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		var to string
		r.text(&to, surface)(n)
		*out = append(*out, flow.Destination{Surface: surface, To: to})
	}
}

// patterns reports texts between slashes that are no regular expressions.
func (r *reader) patterns(n *yaml.Node) {
	if n = resolve(n); n.Kind != yaml.ScalarNode {
		for _, c := range n.Content {
			r.patterns(c)
		}
		return
	}
	if inner, ok := between(n.Value); ok {
		if _, err := regexp.Compile(inner); err != nil {
			r.fault(n, ruleBadValue, "%s is not a regular expression: %v", n.Value, err)
		}
	}
}
