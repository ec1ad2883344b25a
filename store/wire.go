package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"
)

// coder walks a value and writes it, or reads it. One walk serves both ways, so
// that they cannot disagree; the order of the walk is the format. Writing never
// changes the value; reading starts from the zero value. The first error stays,
// and everything after it does nothing.
type coder struct {
	reading bool
	out     []byte // written so far
	in      string // left to read; strings that are read share its memory
	depth   int
	err     error
}

// scratch holds coders whose bytes are copied elsewhere when they are done:
// what is packed is first written plain.
//
//nolint:gochecknoglobals // a pool holds nothing that anybody sees
var scratch = sync.Pool{New: func() any { return new(coder) }}

// maxScratch is how much room a coder may keep for the next.
const maxScratch = 64 << 10

func borrow() *coder {
	c, _ := scratch.Get().(*coder)
	return c
}

func (c *coder) giveBack() {
	if cap(c.out) <= maxScratch {
		*c = coder{out: c.out[:0]}
		scratch.Put(c)
	}
}

// maxDepth bounds the nesting of values; encoding/json has the same bound.
const maxDepth = 10_000

var (
	errShort = errors.New("it ends too early")
	errLong  = errors.New("it goes on after its end")
	errDeep  = errors.New("values are nested too deeply")
)

func (c *coder) fail(err error) {
	if c.err == nil {
		c.err = err
	}
	c.in = ""
}

// end reports the walk's error; what was read must have been read to the end.
func (c *coder) end() error {
	if c.err == nil && c.in != "" {
		return errLong
	}
	return c.err
}

func (c *coder) byte(v *byte) {
	if !c.reading {
		c.out = append(c.out, *v)
		return
	}
	if c.in == "" {
		c.fail(errShort)
		return
	}
	*v, c.in = c.in[0], c.in[1:]
}

func (c *coder) uint(v *uint64) {
	if !c.reading {
		if *v < 0x80 { // nearly always
			c.out = append(c.out, byte(*v))
			return
		}
		c.out = binary.AppendUvarint(c.out, *v)
		return
	}
	if c.in != "" && c.in[0] < 0x80 {
		*v, c.in = uint64(c.in[0]), c.in[1:]
		return
	}
	*v = 0
	for i := 0; i < len(c.in) && i < binary.MaxVarintLen64; i++ {
		b := c.in[i]
		*v |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			c.in = c.in[i+1:]
			return
		}
	}
	*v = 0
	c.fail(errShort)
}

func (c *coder) int(v *int64) {
	u := uint64(*v)<<1 ^ uint64(*v>>63) //nolint:gosec // zigzag: the bits are meant
	c.uint(&u)
	if c.reading {
		*v = int64(u>>1) ^ -int64(u&1)
	}
}

func (c *coder) count(v *int) {
	n := int64(*v)
	c.int(&n)
	if c.reading {
		*v = int(n)
	}
}

func (c *coder) duration(v *time.Duration) {
	n := int64(*v)
	c.int(&n)
	if c.reading {
		*v = time.Duration(n)
	}
}

func (c *coder) bool(v *bool) {
	var b byte
	if *v {
		b = 1
	}
	c.byte(&b)
	if b > 1 {
		c.fail(fmt.Errorf("%d is neither yes nor no", b))
	}
	if c.reading {
		*v = b == 1
	}
}

func (c *coder) float(v *float64) {
	if !c.reading {
		c.out = binary.LittleEndian.AppendUint64(c.out, math.Float64bits(*v))
		return
	}
	if len(c.in) < 8 {
		c.fail(errShort)
		return
	}
	*v, c.in = math.Float64frombits(binary.LittleEndian.Uint64([]byte(c.in[:8]))), c.in[8:]
}

// bytes is a text that is kept in a slice.
func (c *coder) bytes(v *[]byte) {
	if !c.reading {
		c.out = append(binary.AppendUvarint(c.out, uint64(len(*v))), *v...)
		return
	}
	*v = []byte(read(c, text[string]))
}

func text[S ~string](c *coder, v *S) {
	n := uint64(len(*v))
	c.uint(&n)
	if !c.reading {
		c.out = append(c.out, *v...)
		return
	}
	if n > uint64(len(c.in)) {
		c.fail(errShort)
		return
	}
	*v, c.in = S(c.in[:n]), c.in[n:]
}

// time keeps the moment to the nanosecond and reads it back in UTC. The zero
// time stays the zero time.
func (c *coder) time(v *time.Time) {
	var kind byte
	switch {
	case v.IsZero():
	case v.Nanosecond() == 0:
		kind = 1
	default:
		kind = 2
	}
	c.byte(&kind)
	if kind > 2 {
		c.fail(fmt.Errorf("%d is no kind of time", kind))
	}
	if kind == 0 || c.err != nil {
		return
	}
	sec, nsec := v.Unix(), uint64(v.Nanosecond()) //nolint:gosec // never negative
	c.int(&sec)
	if kind == 2 {
		c.uint(&nsec)
	}
	if c.reading {
		*v = time.Unix(sec, int64(nsec%1e9)).UTC()
	}
}

// list walks a slice. Nil and empty are kept apart.
func list[T any](c *coder, v *[]T, each func(*coder, *T)) {
	n := uint64(len(*v)) + 1
	if *v == nil {
		n = 0
	}
	c.uint(&n)
	if !c.reading {
		for i := range *v {
			each(c, &(*v)[i])
		}
		return
	}
	if n == 0 || c.err != nil {
		return
	}
	*v = make([]T, 0, min(n-1, 16)) // a wrong count must not cost memory
	for i := range n - 1 {
		var zero T
		*v = append(*v, zero)
		if each(c, &(*v)[i]); c.err != nil {
			return
		}
	}
}

// table walks a map in the order of its keys. Nil and empty are kept apart.
func table[V any](c *coder, v *map[string]V, each func(*coder, *V)) {
	n := uint64(len(*v)) + 1
	if *v == nil {
		n = 0
	}
	c.uint(&n)
	if !c.reading {
		if n > 1 {
			writeTable(c, *v, each)
		}
		return
	}
	if n == 0 || c.err != nil {
		return
	}
	*v = make(map[string]V, min(n-1, 16))
	var e, zero V
	for range n - 1 {
		var k string
		text(c, &k)
		e = zero
		if each(c, &e); c.err != nil {
			return
		}
		(*v)[k] = e
	}
}

func writeTable[V any](c *coder, v map[string]V, each func(*coder, *V)) {
	keys := make([]string, 0, 16)
	for k := range v {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	var e V
	for _, k := range keys {
		e = v[k]
		text(c, &k)
		each(c, &e)
	}
}

func optional[T any](c *coder, v **T, each func(*coder, *T)) {
	there := *v != nil
	c.bool(&there)
	if !there || c.err != nil {
		return
	}
	if c.reading {
		*v = new(T)
	}
	each(c, *v)
}
