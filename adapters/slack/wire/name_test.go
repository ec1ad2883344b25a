package wire

import "testing"

// FuzzName: no payload breaks the naming of interactions.
func FuzzName(f *testing.F) {
	f.Add([]byte(`{"type":"block_actions","trigger_id":"1.2","user":{"id":"U1"}}`))
	f.Add([]byte(`{"type":"view_submission","view":{"blocks":[{}]}}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := Decode(raw)
		if err != nil {
			return
		}
		if name := p.Name(raw); len(name) != 64 || name != p.Name(raw) {
			t.Errorf("Name = %q", name)
		}
	})
}
