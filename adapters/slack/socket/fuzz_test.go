package socket

import (
	"encoding/json"
	"testing"
)

// FuzzEnvelope: no frame breaks what reads it, and its payload can be handed on as
// it is.
func FuzzEnvelope(f *testing.F) {
	f.Add([]byte(`{"type":"hello","num_connections":1,"debug_info":{"approximate_connection_time":3600}}`))
	f.Add([]byte(`{"type":"disconnect","reason":"link_disabled"}`))
	f.Add([]byte(`{"type":"interactive","envelope_id":"e1","accepts_response_payload":true,"payload":{"type":"block_actions"}}`))
	f.Add([]byte(`{"envelope_id":7,"payload":null}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, frame []byte) {
		e, ok := readEnvelope(frame)
		if ok && !json.Valid(frame) {
			t.Fatalf("it took what is no JSON: %q", frame)
		}
		if ok && e.Payload != nil && !json.Valid(e.Payload) {
			t.Fatalf("the payload of %q is %q", frame, e.Payload)
		}
	})
}
