package expr

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
)

func toJSON(c *invocation, v any) (any, error) {
	s := sink{run: c.run}
	if err := s.json(v, 0); err != nil {
		return nil, err
	}
	return s.b.String(), nil
}

// fromJSON reads a text as JSON. What is no text is returned: Kestra gives a Loop
// the text of each value, which flows read by this, where we give the value.
func fromJSON(c *invocation, v any) (any, error) {
	s, ok := v.(string)
	if !ok {
		return v, nil
	}
	if err := c.room(len(s)); err != nil {
		return nil, err
	}
	if err := c.spend(25 * len(s)); err != nil {
		return nil, err
	}
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	var out any
	if err := d.Decode(&out); err != nil {
		return nil, c.failf("needs JSON: the text is none")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, c.failf("needs one JSON value: more follows it")
	}
	return convertJSON(c, out, 0)
}

// convertJSON puts our numbers in the place of the decoder's.
func convertJSON(c *invocation, v any, depth int) (any, error) {
	if depth > maxDepth {
		return nil, c.failf("needs JSON that is nested no deeper than %d", maxDepth)
	}
	switch v := v.(type) {
	case json.Number:
		n := parseNumber(string(v))
		if n == nil {
			return nil, errOverflow
		}
		return n, nil
	case []any:
		if err := c.run.items(len(v)); err != nil {
			return nil, err
		}
		for i, e := range v {
			x, err := convertJSON(c, e, depth+1)
			if err != nil {
				return nil, err
			}
			v[i] = x
		}
	case map[string]any:
		if err := c.run.items(len(v)); err != nil {
			return nil, err
		}
		for k, e := range v {
			x, err := convertJSON(c, e, depth+1)
			if err != nil {
				return nil, err
			}
			v[k] = x
		}
	}
	return v, nil
}
