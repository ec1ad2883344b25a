package bolt_test

import (
	"encoding/binary"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"

	"go.etcd.io/bbolt"

	"signoff/engine"
	"signoff/engine/audit"
	"signoff/store"
	"signoff/store/bolt"
)

// BenchmarkCommit measures the decision of a paused execution, which is loaded,
// changed and committed with three lines and a cause, beside the floor: one put
// of as many bytes into bare bbolt, committed in groups too.
func BenchmarkCommit(b *testing.B) {
	for _, n := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("store/%d", n), func(b *testing.B) { benchStore(b, n) })
		b.Run(fmt.Sprintf("floor/%d", n), func(b *testing.B) { benchFloor(b, n) })
	}
}

func benchStore(b *testing.B, n int) {
	s, err := bolt.Open(filepath.Join(b.TempDir(), "s.db"), bolt.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	ids := prepare(b, s, b.N)
	b.ReportAllocs()
	b.ResetTimer()
	parallel(b, n, func(i int) error { return decide(b, s, ids[i]) })
}

func prepare(b *testing.B, s *bolt.Store, n int) []engine.ExecutionID {
	b.Helper()
	ids := make([]engine.ExecutionID, n)
	parallel(b, 64, func(i int) error {
		all := vacation(i)
		t := all[len(all)-1].Transition
		t.Next.Version = 1
		t.Effects = []engine.Effect{{Execution: t.Next.ID, Key: "timer/2", Due: noon, Work: engine.Timer{Run: "2"}}}
		ids[i] = t.Next.ID
		return s.Commit(b.Context(), store.Commit{Transition: t})
	})
	return ids
}

func decide(b *testing.B, s *bolt.Store, id engine.ExecutionID) error {
	x, err := s.Execution(b.Context(), id)
	if err != nil {
		return err
	}
	dana := engine.Principal{Person: dana, Name: "Dana Example", Account: "slack:T0123456789:U0123456780", Via: "slack"}
	x.Version++
	x.State = engine.Success
	values := map[string]any{"approved": true, "reason": "enjoy"}
	x.Runs[1].Request.Responses = []engine.Response{{By: dana, At: noon, Verdict: engine.Approve, Values: values}}
	x.Runs[1].Outputs = map[string]any{"onResume": values, "outcome": "approved"}
	return s.Commit(b.Context(), store.Commit{
		Once: string(id),
		Transition: &engine.Transition{
			Next: x,
			Records: []audit.Record{
				record(x, audit.ResponseRecorded, "await_decision", "2", dana, map[string]any{"verdict": "approve", "values": values}),
				record(x, audit.RequestApproved, "await_decision", "2", dana, nil),
				record(x, audit.ExecutionEnded, "", "", engine.Principal{Via: "engine"}, map[string]any{"state": "SUCCESS"}),
			},
			Drop:    []engine.EffectKey{"timer/2"},
			Effects: []engine.Effect{{Execution: id, Key: "copy/2/1", Due: noon, Work: engine.Deliver{Run: "2", Copy: 1}}, {Execution: id, Key: "copy/2/2", Due: noon, Work: engine.Deliver{Run: "2", Copy: 2}}},
		},
	})
}

func benchFloor(b *testing.B, n int) {
	db, err := bbolt.Open(filepath.Join(b.TempDir(), "s.db"), 0o600, &bbolt.Options{NoFreelistSync: true})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if err := db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("b")); return err }); err != nil {
		b.Fatal(err)
	}
	queue, value := make(chan chan error, 1024), make([]byte, 600)
	var seq uint64
	go func() {
		for first := range queue {
			batch := []chan error{first}
			for len(queue) > 0 {
				batch = append(batch, <-queue)
			}
			err := db.Update(func(tx *bbolt.Tx) error {
				for range batch {
					seq++
					if err := tx.Bucket([]byte("b")).Put(binary.BigEndian.AppendUint64(nil, seq), value); err != nil {
						return err
					}
				}
				return nil
			})
			for _, c := range batch {
				c <- err
			}
		}
	}()
	defer close(queue)
	b.ResetTimer()
	parallel(b, n, func(int) error {
		done := make(chan error, 1)
		queue <- done
		return <-done
	})
}

// parallel does b.N pieces of work with n workers.
func parallel(b *testing.B, n int, work func(i int) error) {
	b.Helper()
	var next atomic.Int64
	errs := make(chan error, n)
	for range n {
		go func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= b.N {
					errs <- nil
					return
				}
				if err := work(i); err != nil {
					errs <- err
					return
				}
			}
		}()
	}
	for range n {
		if err := <-errs; err != nil {
			b.Fatal(err)
		}
	}
}
