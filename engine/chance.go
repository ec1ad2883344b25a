package engine

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"signoff/engine/expr"
)

// The functions that look random. What they give depends on the execution, the
// task run, its attempt and how often the run has drawn before, and on nothing
// else: a step that is taken again, or a call that is made again after a crash,
// gives the same.

const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// drawer finds a function that draws.
func (m *machine) drawer(name string) expr.Func {
	switch name {
	case "uuid":
		return func(expr.Args) (any, error) { return m.uuid(), nil }
	case "id":
		return func(expr.Args) (any, error) { return m.letters(22, alphanumeric), nil }
	case "ksuid":
		return func(expr.Args) (any, error) { return m.letters(27, alphanumeric), nil }
	case "nanoId":
		return func(args expr.Args) (any, error) { return m.nanoID(args) }
	case "randomInt":
		return m.randomInt
	case "randomPort":
		return func(expr.Args) (any, error) { return int64(1024 + m.toss()%(65536-1024)), nil }
	}
	return nil
}

// toss gives the next number of the run that is looked at.
func (m *machine) toss() uint64 {
	id, attempt := m.view.run, 0
	if run := m.run(id); run != nil {
		attempt = run.Attempt
	}
	if m.view.draws == nil {
		m.view.draws = map[TaskRunID]int{}
	}
	m.view.draws[id]++
	return m.chance("draw", string(id), strconv.Itoa(attempt), strconv.Itoa(m.view.draws[id]))
}

func (m *machine) uuid() string {
	a, b := m.toss(), m.toss()
	a = a&^0xF000 | 0x4000                 // version 4
	b = b&^(uint64(3)<<62) | uint64(2)<<62 // the variant of RFC 9562
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", a>>32, a>>16&0xFFFF, a&0xFFFF, b>>48, b&0xFFFFFFFFFFFF)
}

func (m *machine) letters(n int, alphabet string) string {
	var b strings.Builder
	for range n {
		b.WriteByte(alphabet[m.toss()%uint64(len(alphabet))])
	}
	return b.String()
}

func (m *machine) nanoID(args expr.Args) (any, error) {
	const longest = 256
	n, alphabet := int64(21), "_-"+alphanumeric
	if v, ok := args.Get(0, "length"); ok && v != nil {
		if n, ok = v.(int64); !ok || n < 1 || n > longest {
			return nil, fmt.Errorf("nanoId() needs a length from 1 to %d", longest)
		}
	}
	if v, ok := args.Get(1, "alphabet"); ok && v != nil {
		if alphabet, ok = v.(string); !ok || alphabet == "" {
			return nil, errors.New("nanoId() needs an alphabet that is a text")
		}
	}
	return m.letters(int(n), alphabet), nil
}

// randomInt is from lower up to, and not including, upper.
func (m *machine) randomInt(args expr.Args) (any, error) {
	low, _ := args.Get(0, "lower")
	high, _ := args.Get(1, "upper")
	from, ok1 := low.(int64)
	to, ok2 := high.(int64)
	if !ok1 || !ok2 || from >= to {
		return nil, errors.New("randomInt() needs two whole numbers, the lower one first")
	}
	return from + int64(m.toss()%uint64(to-from)), nil //nolint:gosec // below to-from
}
