package slacktest

import (
	"bytes"
	"encoding/json"
)

// object is a decoded JSON object. Numbers stay json.Number.
type object = map[string]any

// decodeObject reads one JSON object and nothing after it.
func decodeObject(raw []byte) (object, bool) {
	v, ok := decode(raw)
	if !ok {
		return nil, false
	}
	o, ok := v.(object)
	return o, ok
}

func decodeList(raw []byte) ([]any, bool) {
	v, ok := decode(raw)
	if !ok {
		return nil, false
	}
	l, ok := v.([]any)
	return l, ok
}

func decode(raw []byte) (any, bool) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil || d.More() {
		return nil, false
	}
	return v, true
}

// encode is json.Marshal for values that came out of decode or are made of
// strings: they cannot fail.
func encode(v any) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("slacktest: " + err.Error())
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func str(o object, key string) string {
	s, _ := o[key].(string)
	return s
}

func sub(o object, key string) object {
	s, _ := o[key].(object)
	return s
}

func list(o object, key string) []any {
	l, _ := o[key].([]any)
	return l
}
