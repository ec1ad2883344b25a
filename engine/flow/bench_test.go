package flow_test

import (
	"os"
	"testing"
	"time"

	"signoff/engine/flow"
)

func BenchmarkParse(b *testing.B) {
	src, err := os.ReadFile("testdata/ok/equipment_order.yaml")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if f, faults := flow.Parse("f.yaml", src); f == nil {
			b.Fatal(text(faults))
		}
	}
}

func BenchmarkBind(b *testing.B) {
	fields := []flow.Field{
		{ID: "approved", Type: flow.Bool, Required: true},
		{ID: "reason", Type: flow.String},
		{ID: "team", Type: flow.Select, Values: []flow.Option{{Value: "HR"}, {Value: "IT"}}},
	}
	raw := map[string]any{"approved": "true", "reason": "fine with me", "team": "IT"}
	b.ReportAllocs()
	for b.Loop() {
		if _, faults := flow.Bind(fields, raw); faults != nil {
			b.Fatal(faults)
		}
	}
}

// A server with 200 flows is ready in a moment.
func TestParseIsFast(t *testing.T) {
	src, err := os.ReadFile("testdata/ok/equipment_order.yaml")
	if err != nil {
		t.Fatal(err)
	}
	start := cpuTime()
	for range 200 {
		if f, faults := flow.Parse("f.yaml", src); f == nil {
			t.Fatal(text(faults))
		}
	}
	if took := cpuTime() - start; took > time.Second && !raceEnabled {
		t.Errorf("200 flows took %v, want less than 1s", took)
	}
}
