package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"signoff/engine"
)

// Stored bytes: one byte of format version, the walk of the value, and a
// CRC-32C over the kind of record, its key, and all before it. So a record that
// was harmed, or that stands under a wrong key, is found when it is read.
//
// A new field is read and written only from a new version on; what earlier
// versions wrote stays readable, and testdata holds a piece of each.
const codecVersion = 1

// Kind is the kind of a stored record. It is part of the checksum.
type Kind string

// The kinds of record.
const (
	KindExecution Kind = "execution"
	KindLines     Kind = "audit lines"
	KindFlow      Kind = "flow"
	KindValue     Kind = "value"
	KindTrigger   Kind = "trigger"
)

// Seal makes a record of body, to be kept under key. Stores use it for records
// of their own kinds.
func Seal(kind Kind, key string, body ...[]byte) []byte {
	n := 1 + crc32.Size
	for _, b := range body {
		n += len(b)
	}
	rec := begin(n)
	for _, b := range body {
		rec = append(rec, b...)
	}
	return finish(kind, key, rec)
}

// begin and finish make a record whose body is appended in between; it has room
// for n bytes.
func begin(n int) []byte { return append(make([]byte, 0, n), codecVersion) }

func finish(kind Kind, key string, rec []byte) []byte {
	return binary.LittleEndian.AppendUint32(rec, checksum(kind, key, rec))
}

// Unseal returns the body of a record that was kept under key. The body shares
// the record's memory. It fails with [ErrDamaged].
func Unseal(kind Kind, key string, rec []byte) ([]byte, error) {
	if len(rec) < 1+crc32.Size {
		return nil, damaged(kind, key, errShort)
	}
	body, sum := rec[:len(rec)-crc32.Size], rec[len(rec)-crc32.Size:]
	if binary.LittleEndian.Uint32(sum) != checksum(kind, key, body) {
		return nil, damaged(kind, key, errors.New("its checksum does not match"))
	}
	if body[0] != codecVersion {
		return nil, fmt.Errorf("%s %q was written by another version of signoff (format %d, this one reads %d)", kind, key, body[0], codecVersion)
	}
	return body[1:], nil
}

func checksum(kind Kind, key string, b []byte) uint32 {
	var buf [96]byte
	head := append(append(append(buf[:0], kind...), 0), key...)
	table := crc32.MakeTable(crc32.Castagnoli)
	return crc32.Update(crc32.Checksum(head, table), table, b)
}

func damaged(kind Kind, key string, err error) error {
	return fmt.Errorf("%w: %s %q: %w", ErrDamaged, kind, key, err)
}

// Owed is a piece of work as it is kept beside its execution.
type Owed struct {
	Effect engine.Effect
	// Attempt is how often the piece had been claimed when it was postponed.
	Attempt int
}

// EncodeExecution writes an execution; see [SealExecution].
func EncodeExecution(x *engine.Execution) ([]byte, error) {
	head, rest := coder{out: make([]byte, 0, 512)}, borrow()
	defer rest.giveBack()
	head.head(x)
	if rest.rest(x); rest.err != nil {
		return nil, fmt.Errorf("store execution %s: %w", x.ID, rest.err)
	}
	return pack(head.out, rest.out), nil
}

// The record of an execution is padded: it grows a little with each answer and
// each delivered copy, and a record that does not get longer does not split the
// page it is in. A page of 4 KiB holds seven of the least size.
const (
	minSize   = 504
	sizeClass = 64
)

// SealExecution makes the record of an encoded execution and of what it owes.
func SealExecution(id engine.ExecutionID, owed []Owed, encoded []byte) ([]byte, error) {
	c := coder{out: make([]byte, 0, 128)}
	list(&c, &owed, (*coder).owed)
	if c.err != nil {
		return nil, fmt.Errorf("store what execution %s owes: %w", id, c.err)
	}
	rec := begin(max(len(c.out)+len(encoded), minSize) + 2*sizeClass)
	rec = append(binary.AppendUvarint(rec, uint64(len(c.out))), c.out...)
	rec = append(binary.AppendUvarint(rec, uint64(len(encoded))), encoded...)
	size := len(rec) - 1
	if rest := size % sizeClass; rest != 0 || size < minSize {
		rec = append(rec, make([]byte, max(sizeClass-rest, minSize-size))...)
	}
	return finish(KindExecution, string(id), rec), nil
}

// Record is an opened record: an execution and what it owes, not yet decoded.
// It shares the record's memory.
type Record struct {
	id      engine.ExecutionID
	owed    []byte
	Encoded []byte // as [EncodeExecution] wrote it
}

// UnsealExecution opens what [SealExecution] made.
func UnsealExecution(id engine.ExecutionID, rec []byte) (Record, error) {
	body, err := Unseal(KindExecution, string(id), rec)
	if err != nil {
		return Record{}, err
	}
	owed, body, ok := cutSized(body)
	encoded, _, ok2 := cutSized(body)
	if !ok || !ok2 {
		return Record{}, damaged(KindExecution, string(id), errShort)
	}
	return Record{id: id, owed: owed, Encoded: encoded}, nil
}

// cutSized cuts a piece off that begins with its size.
func cutSized(b []byte) (piece, rest []byte, ok bool) {
	size, n := binary.Uvarint(b)
	if n <= 0 || size > uint64(len(b)-n) { //nolint:gosec // n is a part of b
		return nil, nil, false
	}
	b = b[n:]
	return b[:size], b[size:], true
}

// Head is the part of an execution that is cheap to read.
type Head struct {
	ID      engine.ExecutionID
	Flow    engine.FlowRef
	Version engine.Version
	State   engine.State
	Slot    bool
}

// Head reads the head.
func (x Record) Head() (Head, error) {
	// The head of a usual execution is short; a longer one is read again.
	c := coder{reading: true, in: string(x.Encoded[:min(len(x.Encoded), 192)])}
	var v engine.Execution
	if c.head(&v); c.err != nil {
		c = coder{reading: true, in: string(x.Encoded)}
		c.head(&v)
	}
	if c.err != nil {
		return Head{}, damaged(KindExecution, string(x.id), c.err)
	}
	return Head{ID: x.id, Flow: v.Flow, Version: v.Version, State: v.State, Slot: v.Slot}, nil
}

// Decode reads the execution.
func (x Record) Decode() (engine.Execution, error) {
	c := coder{reading: true, in: string(x.Encoded)}
	v := engine.Execution{ID: x.id}
	if c.head(&v); c.err == nil {
		var err error
		if c.in, err = unpack(c.in); err != nil {
			return engine.Execution{}, damaged(KindExecution, string(x.id), err)
		}
		c.rest(&v)
	}
	if err := c.end(); err != nil {
		return engine.Execution{}, damaged(KindExecution, string(x.id), err)
	}
	return v, nil
}

// Owed reads what the execution owes.
func (x Record) Owed() ([]Owed, error) {
	c := coder{reading: true, in: string(x.owed)}
	var v []Owed
	list(&c, &v, (*coder).owed)
	if err := c.end(); err != nil {
		return nil, damaged(KindExecution, string(x.id), err)
	}
	for i := range v {
		v[i].Effect.Execution = x.id
	}
	return v, nil
}

// SealFlow makes the record of a revision.
func SealFlow(key string, f Flow) []byte {
	var c coder
	c.flow(&f)
	return Seal(KindFlow, key, c.out)
}

// UnsealFlow reads what [SealFlow] made.
func UnsealFlow(key string, rec []byte) (Flow, error) {
	return unseal(KindFlow, key, rec, (*coder).flow)
}

// SealEntry makes the record of a value.
func SealEntry(key string, e Entry) ([]byte, error) {
	var c coder
	c.entry(&e)
	if c.err != nil {
		return nil, fmt.Errorf("store the value %q: %w", key, c.err)
	}
	return Seal(KindValue, key, c.out), nil
}

// UnsealEntry reads what [SealEntry] made.
func UnsealEntry(key string, rec []byte) (Entry, error) {
	return unseal(KindValue, key, rec, (*coder).entry)
}

// SealTrigger makes the record of a trigger.
func SealTrigger(key string, t TriggerState) ([]byte, error) {
	var c coder
	c.trigger(&t)
	if c.err != nil {
		return nil, fmt.Errorf("store the trigger %q: %w", key, c.err)
	}
	return Seal(KindTrigger, key, c.out), nil
}

// UnsealTrigger reads what [SealTrigger] made.
func UnsealTrigger(key string, rec []byte) (TriggerState, error) {
	return unseal(KindTrigger, key, rec, (*coder).trigger)
}

func unseal[T any](kind Kind, key string, rec []byte, walk func(*coder, *T)) (T, error) {
	var v T
	body, err := Unseal(kind, key, rec)
	if err != nil {
		return v, err
	}
	c := coder{reading: true, in: string(body)}
	walk(&c, &v)
	if err := c.end(); err != nil {
		var zero T
		return zero, damaged(kind, key, err)
	}
	return v, nil
}
