package main

import (
	"strings"
	"testing"

	"signoff/engine/audit"
)

// A terminal is no page: what people wrote stands there as they wrote it.
func TestAuditLineKeepsWhatWasWritten(t *testing.T) {
	t.Parallel()
	raw, err := audit.Canonical(audit.Record{
		Event: audit.ResponseRecorded, Task: "ask", Data: map[string]any{"values": map[string]any{"reason": "<b> & \"no\"\n\x1b[31m"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := auditLine(audit.Append(audit.Head{}, raw))
	if want := `values={"reason":"<b> & \"no\"\n\u001b[31m"}`; !strings.HasSuffix(got, want) {
		t.Errorf("auditLine = %s, want it to end in %s", got, want)
	}
}
