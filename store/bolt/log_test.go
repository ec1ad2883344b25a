package bolt

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"signoff/engine/audit"
	"signoff/store"
)

// TestLogIsWholeWhereverItsRecordsEnd appends lines until records are full to the
// byte, over it and short of it, opens the file anew each time, and reads from
// every line on.
func TestLogIsWholeWhereverItsRecordsEnd(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s.db")
	empty := len(raw(t, ""))
	var want []audit.Line
	for i, texts := range [][]string{
		{"a"},
		{strings.Repeat("b", room-2*empty-2), "c"}, // one byte short of a record
		{strings.Repeat("d", 1)},                   // over it
		{strings.Repeat("e", room-empty)},          // one to the byte: no tail
		{"f", "g"},
		{strings.Repeat("h", 2*room), "i", strings.Repeat("j", room), strings.Repeat("k", 9*room), "l"},
	} {
		s := openAt(t, path, Options{})
		for _, text := range texts {
			want = append(want, audit.Append(headOf(want), raw(t, text)))
			if err := s.Commit(t.Context(), note(text)); err != nil {
				t.Fatal(err)
			}
		}
		for from := range len(want) + 1 {
			for _, n := range []int{1, 2, len(want)} {
				got, head, err := s.Audit(t.Context(), uint64(from+1), n)
				if err != nil || head != headOf(want) {
					t.Fatalf("step %d: Audit = %v, %v, want head %v", i, head, err, headOf(want))
				}
				some := want[from:min(from+n, len(want))]
				if len(some) != len(got) || len(some) > 0 && !cmp.Equal(some, got) {
					t.Fatalf("step %d: Audit(%d, %d) (-want +got):\n%s", i, from+1, n, cmp.Diff(some, got))
				}
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func raw(t *testing.T, text string) []byte {
	t.Helper()
	raw, err := audit.Canonical(note(text).Records[0])
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func headOf(lines []audit.Line) audit.Head {
	if len(lines) == 0 {
		return audit.Head{}
	}
	return lines[len(lines)-1].Head()
}

func TestOpenRefusesATailThatIsNotTheLogs(t *testing.T) {
	t.Parallel()
	other := audit.Append(audit.Head{Seq: 7}, []byte("{}"))
	for name, tail := range map[string][]byte{
		"none":         nil,
		"other number": store.SealLines([]audit.Line{other}, false),
		"cut":          store.SealLines([]audit.Line{audit.Append(audit.Head{}, raw(t, "0"))}, false),
		"no lines":     store.Seal(store.KindLines, store.LinesKey(1), []byte{1, 0}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "s.db")
			s := openAt(t, path, Options{})
			for i := range 2 {
				if err := s.Commit(t.Context(), note(fmt.Sprint(i))); err != nil {
					t.Fatal(err)
				}
			}
			err := s.db.Update(func(tx *bbolt.Tx) error {
				if tail == nil {
					return tx.Bucket(bucketMeta).Delete(keyTail)
				}
				return tx.Bucket(bucketMeta).Put(keyTail, tail)
			})
			if err := errors.Join(err, s.Close()); err != nil {
				t.Fatal(err)
			}
			if _, err := Open(path, Options{}); !errors.Is(err, store.ErrDamaged) {
				t.Errorf("Open = %v, want %v", err, store.ErrDamaged)
			}
		})
	}
}
