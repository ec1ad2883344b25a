package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
)

// maxBody bounds what a caller may send.
const maxBody = 1 << 20

// decode reads one JSON object into v and returns the bytes it read. Unknown
// fields, a second value and another content type are refused; a browser's form
// cannot send this type across origins unasked.
func decode(w http.ResponseWriter, r *http.Request, v any) ([]byte, error) {
	return decodeUpTo(w, r, v, maxBody)
}

// decodeUpTo is decode for a body of another size.
func decodeUpTo(w http.ResponseWriter, r *http.Request, v any, limit int64) ([]byte, error) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/json" {
		return nil, &Error{Status: http.StatusUnsupportedMediaType, Code: "bad_content_type", Text: "Send JSON: Content-Type: application/json."}
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, err
		}
		return nil, badRequest("The body could not be read to its end.")
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	dec.UseNumber()
	if err := dec.Decode(v); err != nil {
		return nil, badRequest(jsonFault(err))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, badRequest("The body holds more than one JSON value.")
	}
	return raw, nil
}

func badRequest(text string) *Error {
	return &Error{Status: http.StatusBadRequest, Code: "bad_request", Text: text}
}

// jsonFault says what is wrong with a body without naming a Go type.
func jsonFault(err error) string {
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Sprintf("The body is not JSON (byte %d).", e.Offset)
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if e.Field == "" {
			return "The body must be a JSON object, not a " + e.Value + "."
		}
		return fmt.Sprintf("The field %q cannot be a %s.", e.Field, e.Value)
	}
	// encoding/json has no type for an unknown field; the sentence is only shown.
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return "There is no field " + name + "."
	}
	return "The body is not a complete JSON object."
}

// native turns JSON numbers into int64 where they are whole, else float64.
func native(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, err := v.Float64()
		if err != nil {
			return v.String()
		}
		return f
	case map[string]any:
		for k, e := range v {
			v[k] = native(e)
		}
		return v
	case []any:
		for i, e := range v {
			v[i] = native(e)
		}
		return v
	default:
		return v
	}
}

// asClick turns values into what the form's check takes. Numbers keep the text
// the caller wrote, but for those within lists and objects.
func asClick(values map[string]any) map[string]any {
	out := make(map[string]any, len(values))
	for k, v := range values {
		if number, ok := v.(json.Number); ok {
			out[k] = number.String()
			continue
		}
		out[k] = native(v)
	}
	return out
}
