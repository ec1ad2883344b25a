package bot_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"signoff/store"
	"signoff/store/bolt"
)

// dying is a store whose process ends at the nth commit: before it is written,
// or after it was and before anybody heard of it.
type dying struct {
	store.Store

	mu     sync.Mutex
	left   int  // guarded by mu; commits until the end
	before bool // the last commit is not written
	die    func()
}

func (d *dying) Commit(ctx context.Context, c store.Commit) error {
	d.mu.Lock()
	d.left--
	left := d.left
	d.mu.Unlock()
	switch {
	case left < 0 || left == 0 && d.before:
		d.die()
		return store.ErrClosed
	case left == 0:
		err := d.Store.Commit(ctx, c)
		d.die()
		if err != nil {
			return err
		}
		return store.ErrClosed
	}
	return d.Store.Commit(ctx, c)
}

// lives are the two lives of a bot on one file.
type lives struct {
	flows []string
	// first is what happens until the process dies, of which dead tells; the bot
	// is stopped behind it if it lives on.
	first func(t *testing.T, w *world, dead <-chan struct{})
	// second is what must be true of the process that comes after it.
	second func(t *testing.T, w *world)
}

// atEachCommit lets a process die before, and after, each of its first commits.
func atEachCommit(t *testing.T, commits int, begin func() lives) {
	t.Helper()
	for n := 1; n <= commits; n++ {
		for _, before := range []bool{true, false} {
			t.Run(fmt.Sprintf("%d before=%t", n, before), func(t *testing.T) {
				t.Parallel()
				file := filepath.Join(t.TempDir(), "store.db")
				synctest.Test(t, func(t *testing.T) { begin().live(t, file, &dying{left: n, before: before}) })
			})
		}
	}
}

func (l lives) live(t *testing.T, file string, d *dying) {
	open := func() store.Store {
		s, err := bolt.Open(file, bolt.Options{Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	w := &world{t: t, store: open(), chat: newChat(), far: &farEnd{}}
	w.run()
	for _, src := range l.flows {
		w.save(src)
	}
	w.stop()

	dead := make(chan struct{})
	d.Store, d.die = w.store, sync.OnceFunc(func() { close(dead) })
	w.store = d
	w.runs(func(error) {})
	l.first(t, w, dead)
	w.stop()
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}

	w.store = open()
	w.run()
	l.second(t, w)
	w.stop()
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
}
