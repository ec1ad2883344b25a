package bot

import (
	"testing"

	"signoff/engine"
)

// A process that runs for months while flows are saved again and again does not
// keep every revision for ever.
func TestFlowCacheIsBounded(t *testing.T) {
	t.Parallel()
	var c flowCache
	for i := range 3 * maxParsed {
		ref := engine.FlowRef{Namespace: "hr", ID: "f", Revision: i}
		c.put(ref, revision{number: i})
		if got, ok := c.get(ref); !ok || got.number != i {
			t.Fatalf("revision %d is not there after it was put", i)
		}
		if n := len(c.parsed); n > maxParsed {
			t.Fatalf("%d revisions are kept, want at most %d", n, maxParsed)
		}
	}
}
