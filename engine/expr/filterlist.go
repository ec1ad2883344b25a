package expr

import (
	"maps"
	"slices"
	"unicode/utf8"
)

// end is the first or last entry of a list, or character of a text; null if
// there is none.
func end(c *invocation, last bool) (any, error) {
	if s, ok := c.in.(string); ok {
		if last {
			_, n := utf8.DecodeLastRuneInString(s)
			return s[len(s)-n:], nil
		}
		_, n := utf8.DecodeRuneInString(s)
		return s[:n], nil
	}
	v, ok := c.in.([]any)
	switch {
	case !ok:
		return nil, c.failf("needs a list or a string, not %s", kindOf(c.in))
	case len(v) == 0:
		return nil, nil //nolint:nilnil // null is a value of the language
	case last:
		return tidy(v[len(v)-1]), nil
	}
	return tidy(v[0]), nil
}

func filterLength(c *invocation) (any, error) {
	switch v := c.in.(type) {
	case nil:
		return int64(0), nil
	case string:
		return int64(utf8.RuneCountInString(v)), c.spend(len(v))
	case []any:
		return int64(len(v)), nil
	case map[string]any:
		return int64(len(v)), nil
	}
	return nil, c.failf("needs a string, a list or a map, not %s", kindOf(c.in))
}

func filterJoin(c *invocation) (any, error) {
	v, err := c.items()
	if err != nil {
		return nil, err
	}
	sep, err := c.str(0, "")
	if err != nil {
		return nil, err
	}
	s := sink{run: c.run}
	for i, e := range v {
		if i > 0 {
			if err := s.add(sep); err != nil {
				return nil, err
			}
		}
		if err := s.print(tidy(e)); err != nil {
			return nil, err
		}
	}
	return s.b.String(), nil
}

// filterSlice is a part of a list or text, from an index up to another.
func filterSlice(c *invocation) (any, error) {
	n, err := filterLength(c)
	if err != nil {
		return nil, err
	}
	length, _ := wholeNumber(n)
	from, err := c.num(0, 0)
	if err != nil {
		return nil, err
	}
	to, err := c.num(1, length)
	if err != nil {
		return nil, err
	}
	if from < 0 || to > length || from > to {
		return nil, c.failf("needs 0 ≤ fromIndex ≤ toIndex ≤ the length, %d", length)
	}
	switch v := c.in.(type) {
	case string:
		return cutRunes(v, from, to), nil
	case []any:
		return slices.Clone(v[from:to]), c.spend(int(to - from))
	}
	return nil, c.failf("needs a string or a list, not %s", kindOf(c.in))
}

// sorted orders numbers, or strings.
func sorted(c *invocation, sign int) (any, error) {
	v, err := c.items()
	if err != nil {
		return nil, err
	}
	if err := c.run.items(len(v)); err != nil {
		return nil, err
	}
	var fault error
	out := slices.Clone(v)
	slices.SortStableFunc(out, func(a, b any) int {
		if fault != nil {
			return 0
		}
		order, err := orderOf(c.run, a, b)
		fault = err
		return order * sign
	})
	if fault != nil {
		return nil, fault
	}
	return out, nil
}

func filterReverse(c *invocation) (any, error) {
	if s, ok := c.in.(string); ok {
		if err := c.room(8 * len(s)); err != nil {
			return nil, err
		}
		runes := []rune(s)
		slices.Reverse(runes)
		return string(runes), nil
	}
	v, err := c.items()
	if err != nil {
		return nil, err
	}
	out := slices.Clone(v)
	slices.Reverse(out)
	return out, c.run.items(len(out))
}

// filterMerge joins two lists, or puts a map's entries over another's. Null on
// one side is the other side.
func filterMerge(c *invocation) (any, error) {
	with := c.arg(0)
	switch {
	case c.in == nil && with == nil:
		return nil, c.failf("needs something to merge, not null and null")
	case c.in == nil:
		return with, nil
	case with == nil:
		return c.in, nil
	}
	switch in := c.in.(type) {
	case []any:
		if more, ok := with.([]any); ok {
			return joinLists(c.run, in, more)
		}
	case map[string]any:
		if more, ok := with.(map[string]any); ok {
			return joinMaps(c.run, in, more)
		}
	}
	return nil, c.failf("needs two lists or two maps, not %s and %s", kindOf(c.in), kindOf(with))
}

func joinMaps(r *run, a, b map[string]any) (any, error) {
	if err := r.items(len(a) + len(b)); err != nil {
		return nil, err
	}
	if err := r.spend(100 * (len(a) + len(b))); err != nil { // the hashing
		return nil, err
	}
	out := make(map[string]any, len(a)+len(b))
	maps.Copy(out, a)
	maps.Copy(out, b)
	return out, nil
}

// filterDistinct keeps the first of equal entries.
func filterDistinct(c *invocation) (any, error) {
	v, err := c.items()
	if err != nil {
		return nil, err
	}
	if err := c.run.items(len(v)); err != nil {
		return nil, err
	}
	if err := c.spend(150 * len(v)); err != nil { // the hashing
		return nil, err
	}
	seen := make(map[string]bool, len(v))
	out := []any{}
	for _, e := range v {
		key, err := identity(c.run, e)
		if err != nil {
			return nil, err
		}
		if !seen[key] {
			seen[key] = true
			out = append(out, e)
		}
	}
	return out, nil
}

// identity is the same for equal values, so that 1 and 1.0 are one.
func identity(r *run, v any) (string, error) {
	if f, ok := v.(float64); ok {
		if n, whole := wholeNumber(f); whole {
			v = n
		}
	}
	s := sink{run: r}
	err := s.json(v, 0)
	return s.b.String(), err
}

// filterFlatten removes one level of lists.
func filterFlatten(c *invocation) (any, error) {
	v, err := c.items()
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, e := range v {
		inner, ok := e.([]any)
		if !ok {
			inner = []any{e}
		}
		if err := c.run.items(len(out) + len(inner)); err != nil {
			return nil, err
		}
		out = append(out, inner...)
	}
	return out, nil
}

// filterChunk parts a list into lists of a size.
func filterChunk(c *invocation) (any, error) {
	v, err := c.items()
	if err != nil {
		return nil, err
	}
	size, err := c.num(0, 0)
	if err != nil {
		return nil, err
	}
	if size < 1 {
		return nil, c.failf("needs a size of at least 1")
	}
	if err := c.run.items(len(v)); err != nil {
		return nil, err
	}
	if err := c.spend(100 * len(v)); err != nil { // each may become a list
		return nil, err
	}
	out := []any{}
	for chunk := range slices.Chunk(v, int(min(size, maxItems))) {
		out = append(out, slices.Clone(chunk))
	}
	return out, nil
}

// filterKeys is a map's keys in order, or a list's indexes.
func filterKeys(c *invocation) (any, error) {
	out := []any{}
	switch v := c.in.(type) {
	case map[string]any:
		keys, err := c.keys(v)
		if err != nil {
			return nil, err
		}
		for _, k := range keys {
			out = append(out, k)
		}
	case []any:
		for i := range v {
			out = append(out, int64(i))
		}
	default:
		return nil, c.failf("needs a map or a list, not %s", kindOf(c.in))
	}
	return out, c.run.items(len(out))
}

// filterValues is a map's values in the order of their keys.
func filterValues(c *invocation) (any, error) {
	v, ok := c.in.(map[string]any)
	if !ok {
		return nil, c.failf("needs a map, not %s", kindOf(c.in))
	}
	keys, err := c.keys(v)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, k := range keys {
		out = append(out, v[k])
	}
	return out, c.run.items(len(out))
}
