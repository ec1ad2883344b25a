package memory_test

import (
	"testing"
	"time"

	"signoff/store"
	"signoff/store/memory"
	"signoff/store/storetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, now func() time.Time) store.Store {
		s := memory.New(memory.Options{Now: now})
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Errorf("Close() = %v, want nil", err)
			}
		})
		return s
	})
}
