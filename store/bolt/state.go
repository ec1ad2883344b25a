package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"time"

	"go.etcd.io/bbolt"

	"signoff/engine/audit"
	"signoff/store"
)

// The buckets. Keys and records:
//
//	meta        "format" -> the format's number; "state" -> state; "tail" -> the last lines
//	executions  execution id -> the execution and what it owes
//	audit       number of the first line, big-endian -> the lines from there on
//	once        time of a batch in nanoseconds, big-endian -> names, hashed
//	flows       namespace NUL id NUL revision, big-endian -> revision
//	kv          namespace NUL name -> value
//	triggers    namespace NUL id NUL trigger -> state of the trigger
//
//nolint:gochecknoglobals // names, as bbolt wants them
var (
	bucketMeta       = []byte("meta")
	bucketExecutions = []byte("executions")
	bucketAudit      = []byte("audit")
	bucketOnce       = []byte("once")
	bucketFlows      = []byte("flows")
	bucketKV         = []byte("kv")
	bucketTriggers   = []byte("triggers")

	keyFormat = []byte("format")
	keyState  = []byte("state")
	keyTail   = []byte("tail")
)

// format is the number of this layout. A file with a higher one is refused.
const format = 1

const kindState store.Kind = "state"

// state is what is known of the file as a whole. The numbers of records let a
// lost one be noticed when the file is opened.
type state struct {
	head  audit.Head
	clock time.Time // of the last batch

	executions, records, tail, flows, values, once, triggers uint64 // tail: lines
}

func (s *state) counts() []*uint64 {
	return []*uint64{&s.executions, &s.records, &s.tail, &s.flows, &s.values, &s.once, &s.triggers}
}

func (s *state) encode() []byte {
	b := binary.AppendUvarint(nil, s.head.Seq)
	b = append(b, s.head.Hash[:]...)
	b = binary.AppendVarint(b, s.clock.UnixNano())
	for _, n := range s.counts() {
		b = binary.AppendUvarint(b, *n)
	}
	return store.Seal(kindState, string(keyState), b)
}

func decodeState(rec []byte) (state, error) {
	body, err := store.Unseal(kindState, string(keyState), rec)
	if err != nil {
		return state{}, err
	}
	var s state
	b, ok := body, true
	uvarint := func() uint64 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			ok = false
			return 0
		}
		b = b[n:]
		return v
	}
	s.head.Seq = uvarint()
	b = b[copy(s.head.Hash[:], b):]
	nanos, n := binary.Varint(b)
	if n <= 0 {
		return state{}, fmt.Errorf("%w: state", store.ErrDamaged)
	}
	b = b[n:]
	if nanos != 0 {
		s.clock = time.Unix(0, nanos).UTC()
	}
	for _, count := range s.counts() {
		*count = uvarint()
	}
	if !ok || len(b) != 0 {
		return state{}, fmt.Errorf("%w: state", store.ErrDamaged)
	}
	return s, nil
}

// writeFormat makes the buckets of a new file.
func writeFormat(tx *bbolt.Tx) error {
	for _, name := range [][]byte{bucketMeta, bucketExecutions, bucketAudit, bucketOnce, bucketFlows, bucketKV, bucketTriggers} {
		if _, err := tx.CreateBucket(name); err != nil {
			return err
		}
	}
	first := state{clock: time.Unix(0, 0)}
	return errors.Join(
		tx.Bucket(bucketMeta).Put(keyFormat, strconv.AppendInt(nil, format, 10)),
		tx.Bucket(bucketMeta).Put(keyState, first.encode()),
	)
}

// readState checks the format before anything else is believed.
func readState(tx *bbolt.Tx) (state, error) {
	meta := tx.Bucket(bucketMeta)
	if meta == nil {
		return state{}, errors.New("it is not a data file of signoff")
	}
	text := string(meta.Get(keyFormat))
	number, err := strconv.Atoi(text)
	switch {
	case err != nil:
		return state{}, fmt.Errorf("%w: the format is %.20q", store.ErrDamaged, text)
	case number > format:
		return state{}, fmt.Errorf("a newer signoff wrote it (format %d; this one reads %d): use that one", number, format)
	}
	for _, name := range [][]byte{bucketExecutions, bucketAudit, bucketOnce, bucketFlows, bucketKV, bucketTriggers} {
		if tx.Bucket(name) == nil {
			return state{}, fmt.Errorf("%w: the folder %s is missing", store.ErrDamaged, name)
		}
	}
	return decodeState(meta.Get(keyState))
}
