package expr

import "strconv"

// resolve follows the path from the root. It returns *undefined where it ends.
func (n *path) resolve(r *run) any {
	v, ok := r.variable(n)
	if !ok {
		return &undefined{pos: n.pos, text: n.text[:len(n.root)]}
	}
	for i, s := range n.steps {
		next, ok := child(v, s.key)
		if !ok {
			return &undefined{pos: n.pos, text: n.text[:s.end], why: missing(v, n.text[:n.before(i)])}
		}
		v = next
	}
	return tidy(v)
}

// variable is what a path begins with.
func (r *run) variable(n *path) (any, bool) {
	if n.slot > 0 {
		s := r.frame[n.slot-1]
		return s.value, s.set
	}
	v, ok := r.env.Roots[n.root]
	return v, ok
}

// before is where in n.text the i-th step begins.
func (n *path) before(i int) int {
	if i == 0 {
		return len(n.root)
	}
	return n.steps[i-1].end
}

// lookup is base[key] for a key or a base that is computed.
func (n *access) lookup(base, key any) any {
	v, ok := child(base, key)
	if !ok {
		return &undefined{pos: n.pos, text: n.text, why: missing(base, "")}
	}
	return tidy(v)
}

// child is the entry of a map or list under a key. Maps have string keys and
// lists numbers, but each takes the other's spelling, as Pebble does.
func child(v, key any) (any, bool) {
	switch v := tidy(v).(type) {
	case map[string]any:
		switch key := key.(type) {
		case string:
			c, ok := v[key]
			return c, ok
		case int64:
			c, ok := v[strconv.FormatInt(key, 10)]
			return c, ok
		}
	case []any:
		i, ok := key.(int64)
		if s, text := key.(string); text {
			n, err := strconv.ParseInt(s, 10, 64)
			i, ok = n, err == nil
		}
		if ok && i >= 0 && i < int64(len(v)) {
			return v[i], true
		}
	}
	return nil, false
}

// missing says why a value has no entries, if it has none.
func missing(v any, text string) string {
	switch v.(type) {
	case map[string]any, []any:
		return ""
	}
	if text == "" {
		return "it would be a part of " + kindOf(v)
	}
	return "`" + text + "` is " + kindOf(v)
}
