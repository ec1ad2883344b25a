package oncall

import (
	"errors"
	"fmt"
	"strings"
)

// Path leads through JSON: names of keys, and [] for each item of a list, as in
// jq: "oncalls[].user.email".
type Path struct {
	text  string
	steps []string // a key, or each
}

// each is the step into every item of a list.
const each = "[]"

// maxNames bounds a rota.
const maxNames = 1000

// ParsePath reads a path. It may begin with a dot.
func ParsePath(text string) (Path, error) {
	p := Path{text: text}
	for i, part := range strings.Split(strings.TrimPrefix(text, "."), ".") {
		key, lists := part, 0
		for strings.HasSuffix(key, each) {
			key, lists = strings.TrimSuffix(key, each), lists+1
		}
		bare := key == "" && (i > 0 || lists == 0)
		if bare || strings.ContainsAny(key, "[]\"'|*() \t") {
			return Path{}, fmt.Errorf("%.80q is not a path such as oncalls[].user.email", text)
		}
		if key != "" {
			p.steps = append(p.steps, key)
		}
		for range lists {
			p.steps = append(p.steps, each)
		}
	}
	return p, nil
}

func (p Path) String() string { return p.text }

var errTooMany = errors.New("the answer names more people than a rota has")

// texts are what the path leads to, all of which must be texts.
func (p Path) texts(v any) ([]string, error) {
	at := []any{v}
	for i, step := range p.steps {
		var next []any
		for _, v := range at {
			inner, err := p.into(v, i, step)
			if err != nil {
				return nil, err
			}
			if next = append(next, inner...); len(next) > maxNames {
				return nil, errTooMany
			}
		}
		at = next
	}
	names := make([]string, 0, len(at))
	for _, v := range at {
		name, ok := v.(string)
		if !ok || strings.TrimSpace(name) == "" {
			return nil, fmt.Errorf("at %s the answer has something else than a text", p)
		}
		names = append(names, name)
	}
	return names, nil
}

func (p Path) into(v any, i int, step string) ([]any, error) {
	if step == each {
		if items, ok := v.([]any); ok {
			return items, nil
		}
		return nil, fmt.Errorf("the answer has no list at step %d of %s", i+1, p)
	}
	if fields, ok := v.(map[string]any); ok {
		if inner, found := fields[step]; found {
			return []any{inner}, nil
		}
	}
	return nil, fmt.Errorf("the answer has no %q at step %d of %s", step, i+1, p)
}
