package audit

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// writer writes JSON as encoding/json does, byte for byte. What is common it
// writes itself; the rest it leaves to encoding/json. The first error stays.
type writer struct {
	out   []byte
	depth int
	err   error
}

// shallow is how deep the writer goes before it leaves the rest to encoding/json,
// which finds values that hold themselves.
const shallow = 100

func (w *writer) raw(s string) { w.out = append(w.out, s...) }

func (w *writer) time(t time.Time) {
	out, err := t.UTC().AppendText(w.out)
	if err != nil {
		w.fail(err)
		return
	}
	w.out = out
}

func (w *writer) value(v any) {
	switch v := v.(type) {
	case nil:
		w.raw("null")
	case bool:
		w.out = strconv.AppendBool(w.out, v)
	case int:
		w.out = strconv.AppendInt(w.out, int64(v), 10)
	case int64:
		w.out = strconv.AppendInt(w.out, v, 10)
	case string:
		w.text(v)
	case []string:
		if v == nil {
			w.other(v)
			return
		}
		list(w, v, (*writer).text)
	case []any:
		if v == nil || w.depth > shallow {
			w.other(v)
			return
		}
		list(w, v, (*writer).value)
	case map[string]any:
		if v == nil || w.depth > shallow {
			w.other(v)
			return
		}
		w.table(v)
	default:
		w.other(v)
	}
}

func list[T any](w *writer, v []T, each func(*writer, T)) {
	w.depth++
	w.raw("[")
	for i, e := range v {
		if i > 0 {
			w.raw(",")
		}
		each(w, e)
	}
	w.raw("]")
	w.depth--
}

func (w *writer) table(v map[string]any) {
	w.depth++
	keys := make([]string, 0, 16)
	for k := range v {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	w.raw("{")
	for i, k := range keys {
		if i > 0 {
			w.raw(",")
		}
		w.text(k)
		w.raw(":")
		w.value(v[k])
	}
	w.raw("}")
	w.depth--
}

func (w *writer) text(s string) {
	if !plain(s) {
		w.other(s)
		return
	}
	w.out = append(w.out, '"')
	w.out = append(w.out, s...)
	w.out = append(w.out, '"')
}

// plain reports whether s stands in JSON as it is.
func plain(s string) bool {
	for i := range len(s) {
		switch b := s[i]; {
		case b >= 0x80:
			return plainRunes(s[i:])
		case b < ' ' || b == '"' || b == '\\':
			return false
		}
	}
	return true
}

// plainRunes is plain for text beyond ASCII. What is not UTF-8 reads as U+FFFD.
func plainRunes(s string) bool {
	for _, r := range s {
		if r < ' ' || r == '"' || r == '\\' || r == '\u2028' || r == '\u2029' || r == '\ufffd' {
			return false
		}
	}
	return true
}

func (w *writer) other(v any) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		w.fail(err)
		return
	}
	w.out = append(w.out, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
}

func (w *writer) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}
