package slacktest

import (
	"strconv"
	"testing"
	"time"
)

func TestExpiringForgets(t *testing.T) {
	t.Parallel()
	e := newExpiring[int](time.Minute)
	now := time.Unix(1_795_356_000, 0)
	for i := range 1000 {
		e.put(strconv.Itoa(i), i, now.Add(time.Duration(i)*time.Second))
	}
	if len(e.by) > 61 || len(e.order) != len(e.by) {
		t.Errorf("%d things and %d names kept, want those of the last minute", len(e.by), len(e.order))
	}
	if v, ok := e.get("999"); !ok || v != 999 {
		t.Errorf("get(999) = %d, %v, want the newest", v, ok)
	}
	if _, ok := e.get("900"); ok {
		t.Error("get(900): want it forgotten")
	}
}
