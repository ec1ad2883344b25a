package expr

import (
	"errors"
	"strings"
)

// statement is a part of a template.
type statement interface {
	write(w *writer) error
}

type (
	// plain is text as the author wrote it.
	plain string

	// output is {{ expression }}. If it is a call of a macro and nothing else,
	// direct is set: then the author's text in the macro stays the author's.
	output struct {
		expr   *program
		direct *macroCall
	}

	// choice is {% if %}, {% elseif %}, {% else %}.
	choice struct {
		branches  []branch
		otherwise []statement
	}

	branch struct {
		cond *program
		body []statement
	}

	// loop is {% for name in list %}, {% else %}.
	loop struct {
		pos       pos
		list      *program
		variable  int // its slot
		info      int // the slot of the variable loop
		asked     bool
		body      []statement
		otherwise []statement
	}

	// assignment is {% set name = expression %}.
	assignment struct {
		slot  int
		value *program
	}

	// transform is {% filter name %}.
	transform struct {
		pos  pos
		body []statement
		slot int // where its text is put for the filter
		expr *program
	}
)

// writer writes a template's text.
type writer struct {
	*run
	b      strings.Builder
	shield func(string) string // may be nil
	at     *pos                // where it is
}

func (w *writer) write(body []statement) error {
	for _, s := range body {
		if err := s.write(w); err != nil {
			return err
		}
	}
	return nil
}

// add adds text, within the bounds.
func (w *writer) add(text string) error {
	if w.b.Len()+len(text) > maxResult {
		return problemf("the text would be longer than %d bytes", maxResult)
	}
	if err := w.spend(20 + len(text)); err != nil {
		return err
	}
	w.b.WriteString(text)
	return nil
}

// capture is what a body writes, as a value.
func (w *writer) capture(body []statement) (string, error) {
	inner := writer{run: w.run, at: w.at}
	err := inner.write(body)
	return inner.b.String(), err
}

func (s plain) write(w *writer) error { return w.add(string(s)) }

func (s *output) write(w *writer) error {
	*w.at = s.expr.pos
	if s.direct != nil {
		return s.direct.write(w)
	}
	v, err := s.expr.eval(w.run)
	if err != nil {
		return err
	}
	return w.value(v)
}

// value adds a value as people read it, shielded if that is asked for.
func (w *writer) value(v any) error {
	text, err := w.text(v)
	if err != nil {
		return err
	}
	if w.shield != nil {
		text = w.shield(text)
	}
	return w.add(text)
}

func (s *choice) write(w *writer) error {
	for _, b := range s.branches {
		*w.at = b.cond.pos
		v, err := b.cond.eval(w.run)
		if err != nil {
			return err
		}
		ok := false
		if v != nil {
			if ok, err = truth(v); err != nil {
				return b.cond.pos.place(err)
			}
		}
		if ok {
			return w.write(b.body)
		}
	}
	return w.write(s.otherwise)
}

func (s *assignment) write(w *writer) error {
	*w.at = s.value.pos
	v, err := s.value.eval(w.run)
	if err != nil {
		return err
	}
	w.frame[s.slot-1] = slot{value: v, set: true}
	return nil
}

func (s *transform) write(w *writer) error {
	text, err := w.capture(s.body)
	if err != nil {
		return err
	}
	*w.at = s.pos
	w.frame[s.slot-1] = slot{value: text, set: true}
	v, err := s.expr.eval(w.run)
	if err != nil {
		return err
	}
	return w.value(v)
}

func (s *loop) write(w *writer) error {
	*w.at = s.list.pos
	v, err := s.list.eval(w.run)
	if err != nil {
		return err
	}
	items, err := entries(w.run, v)
	if err != nil {
		return s.list.pos.place(err)
	}
	if len(items) == 0 {
		return w.write(s.otherwise)
	}
	before, around := w.frame[s.variable-1], w.frame[s.info-1]
	for i, item := range items {
		if err := w.spend(50); err != nil {
			return s.pos.place(err)
		}
		w.frame[s.variable-1] = slot{value: tidy(item), set: true}
		if s.asked {
			if err := w.spend(500); err != nil {
				return s.pos.place(err)
			}
			w.frame[s.info-1] = slot{value: progress(i, len(items)), set: true}
		}
		if err := w.write(s.body); err != nil {
			return err
		}
	}
	w.frame[s.variable-1], w.frame[s.info-1] = before, around
	return nil
}

// progress is the variable loop, as in Pebble: it counts from 0.
func progress(i, n int) map[string]any {
	return map[string]any{
		"index": int64(i), "revindex": int64(n - i - 1), "length": int64(n),
		"first": i == 0, "last": i == n-1,
	}
}

// entries are what a loop runs over: a list, or a map's entries by key, each
// with its key and value. Null has none.
func entries(r *run, v any) ([]any, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case []any:
		return v, nil
	case map[string]any:
		keys, err := r.keys(v)
		if err != nil {
			return nil, err
		}
		if err := r.items(12 * len(keys)); err != nil && len(keys) > maxItems {
			return nil, err
		}
		if err := r.spend(300 * len(keys)); err != nil {
			return nil, err
		}
		out := make([]any, len(keys))
		for i, k := range keys {
			out[i] = map[string]any{"key": k, "value": v[k]}
		}
		return out, nil
	}
	return nil, errors.New("`for` needs a list or a map, not " + kindOf(v))
}
