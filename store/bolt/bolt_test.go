package bolt_test

import (
	"path/filepath"
	"testing"
	"time"

	"signoff/store"
	"signoff/store/bolt"
	"signoff/store/storetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.RunDurable(t, func(t *testing.T, dir string, now func() time.Time) store.Store {
		s, err := bolt.Open(filepath.Join(dir, "signoff.db"), bolt.Options{Now: now})
		if err != nil {
			t.Fatalf("Open = %v", err)
		}
		return s
	})
}
