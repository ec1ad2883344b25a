package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Canonical writes a record as the JSON that is hashed: fields in the order of
// [Record], keys of maps sorted, the time in UTC, nothing escaped for HTML, no
// white space. Equal records give equal bytes.
//
// It fails for data that JSON cannot say, such as a NaN or a channel.
func Canonical(r Record) ([]byte, error) {
	r.At = r.At.UTC()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(r); err != nil {
		return nil, fmt.Errorf("write the audit record %s: %w", r.Event, err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
