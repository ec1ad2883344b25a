package bot_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

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

// A process that dies before or after any of its commits, and starts again,
// starts every run of a schedule, and of the flow that listens to it, once.
func TestTriggersSurviveKillAtEachCommit(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 14; n++ {
		for _, before := range []bool{true, false} {
			t.Run(fmt.Sprintf("%d before=%t", n, before), func(t *testing.T) {
				t.Parallel()
				file := filepath.Join(t.TempDir(), "store.db")
				synctest.Test(t, func(t *testing.T) { killAt(t, file, n, before) })
			})
		}
	}
}

func killAt(t *testing.T, file string, n int, before bool) {
	open := func() store.Store {
		s, err := bolt.Open(file, bolt.Options{Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	disk := open()
	w := &world{t: t, store: disk, chat: newChat(), far: &farEnd{}}
	w.run()
	w.save(scheduled("clock", `cron: "0 * * * *"`))
	w.save(listener("ears", `    preconditions: {id: p, flows: [{namespace: hr, flowId: clock, states: [SUCCESS]}]}`))
	w.stop()

	// The process that dies.
	dead := make(chan struct{})
	w.store = &dying{Store: disk, left: n, before: before, die: sync.OnceFunc(func() { close(dead) })}
	w.runs(func(error) {})
	go func() {
		select {
		case <-dead:
		case <-time.After(3 * time.Hour):
		}
		w.stop()
	}()
	pass(3*time.Hour + time.Minute)
	if err := disk.Close(); err != nil {
		t.Fatal(err)
	}

	// The one that comes after it.
	w.store = open()
	w.run()
	pass(time.Hour)
	want := []string{"01 01:00:00", "01 02:00:00", "01 03:00:00", "01 04:00:00"}
	var got []string
	for _, date := range w.dates("clock") {
		got = append(got, date[:len("01 01:00:00")]) // whether it was late or not
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("schedule (-want +got):\n%s", diff)
	}
	if heard := len(w.executions("ears")); heard != len(want) {
		t.Errorf("the listener was started %d times, want %d", heard, len(want))
	}
	w.stop()
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
}

// Of two processes on one store each run is started by one.
func TestScheduleRunsOnceWithTwoBots(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		defer w.twin()()
		w.save(scheduled("clock", `cron: "*/10 * * * *"`))
		pass(time.Hour + time.Second)
		want := []string{"01 00:10:00", "01 00:20:00", "01 00:30:00", "01 00:40:00", "01 00:50:00", "01 01:00:00"}
		if diff := cmp.Diff(want, w.dates("clock")); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
