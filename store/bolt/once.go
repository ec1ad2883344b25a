package bolt

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"signoff/store"
)

const kindOnce store.Kind = "once"

// onceName is a cause, hashed: half of a SHA-256 tells all apart.
type onceName [16]byte

func nameOf(once string) onceName {
	sum := sha256.Sum256([]byte(once))
	return onceName(sum[:16])
}

// onceLog remembers causes: in memory to be asked, and in the file by batch in
// the order of time, so that a batch writes one record at the end of a bucket
// instead of one for each cause all over it.
type onceLog struct {
	names   map[onceName]struct{}
	batches []onceBatch // by time
}

type onceBatch struct {
	at    uint64 // nanoseconds; the key
	names []onceName
}

func newOnceLog() *onceLog { return &onceLog{names: make(map[onceName]struct{})} }

func (l *onceLog) add(b onceBatch) {
	for _, name := range b.names {
		l.names[name] = struct{}{}
	}
	l.batches = append(l.batches, b)
}

// old counts the batches at the front that need not be remembered, up to a few.
func (l *onceLog) old(now time.Time) int {
	const few = 8
	limit := uint64(max(now.Add(-store.OnceFor).UnixNano(), 0))
	n := 0
	for n < min(few, len(l.batches)) && l.batches[n].at < limit {
		n++
	}
	return n
}

func (l *onceLog) forget(n int) {
	for _, b := range l.batches[:n] {
		for _, name := range b.names {
			delete(l.names, name)
		}
	}
	l.batches = l.batches[n:]
}

// next is a batch at now, after all others.
func (l *onceLog) next(now time.Time, names []onceName) onceBatch {
	at := uint64(now.UnixNano())
	if n := len(l.batches); n > 0 {
		at = max(at, l.batches[n-1].at+1)
	}
	return onceBatch{at: at, names: names}
}

func (b onceBatch) key() []byte { return binary.BigEndian.AppendUint64(nil, b.at) }

func (b onceBatch) write(bucket *bbolt.Bucket) error {
	bucket.FillPercent = appendOnly
	body := make([]byte, 0, len(b.names)*len(onceName{}))
	for _, name := range b.names {
		body = append(body, name[:]...)
	}
	return bucket.Put(b.key(), store.Seal(kindOnce, string(b.key()), body))
}

func readOnce(key, rec []byte) (onceBatch, error) {
	body, err := store.Unseal(kindOnce, string(key), rec)
	if err != nil {
		return onceBatch{}, err
	}
	if len(key) != 8 || len(body)%len(onceName{}) != 0 {
		return onceBatch{}, fmt.Errorf("%w: %s %x", store.ErrDamaged, kindOnce, key)
	}
	b := onceBatch{at: binary.BigEndian.Uint64(key)}
	for ; len(body) > 0; body = body[len(onceName{}):] {
		b.names = append(b.names, onceName(body[:len(onceName{})]))
	}
	return b, nil
}
