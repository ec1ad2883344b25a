package store

import (
	"encoding/json"
	"fmt"
)

// The kinds of value that an expression can yield.
const (
	isNil byte = iota
	isFalse
	isTrue
	isInt
	isFloat
	isText
	isList
	isTable
)

// value walks what an expression yields: nil, bool, int64, float64, string,
// []any and map[string]any come back as they went in. An int and a whole
// json.Number come back as int64.
func (c *coder) value(v *any) {
	if !c.reading && *v == nil { // nearly always, where nothing need stand
		c.out = append(c.out, isNil)
		return
	}
	c.depth++
	defer func() { c.depth-- }()
	if c.depth > maxDepth {
		c.fail(errDeep)
		return
	}
	if c.reading {
		*v = c.readValue()
		return
	}
	c.writeValue(*v)
}

func (c *coder) readValue() any {
	var kind byte
	c.byte(&kind)
	switch kind {
	case isNil:
		return nil
	case isFalse, isTrue:
		return kind == isTrue
	case isInt:
		var v int64
		c.int(&v)
		return v
	case isFloat:
		var v float64
		c.float(&v)
		return v
	case isText:
		var v string
		text(c, &v)
		return v
	case isList:
		return read(c, func(c *coder, v *[]any) { list(c, v, (*coder).value) })
	case isTable:
		return read(c, func(c *coder, v *map[string]any) { table(c, v, (*coder).value) })
	}
	c.fail(fmt.Errorf("%d is no kind of value", kind))
	return nil
}

func read[T any](c *coder, walk func(*coder, *T)) T {
	var v T
	walk(c, &v)
	return v
}

func (c *coder) writeValue(v any) {
	switch v := v.(type) {
	case nil:
		c.out = append(c.out, isNil)
	case bool:
		if v {
			c.out = append(c.out, isTrue)
		} else {
			c.out = append(c.out, isFalse)
		}
	case int:
		c.writeValue(int64(v))
	case int64:
		c.out = append(c.out, isInt)
		c.int(&v)
	case float64:
		c.out = append(c.out, isFloat)
		c.float(&v)
	case json.Number:
		c.writeNumber(v)
	case string:
		c.out = append(c.out, isText)
		text(c, &v)
	case []any:
		c.out = append(c.out, isList)
		list(c, &v, (*coder).value)
	case map[string]any:
		c.out = append(c.out, isTable)
		table(c, &v, (*coder).value)
	default:
		c.fail(fmt.Errorf("a value of type %T cannot be stored", v))
	}
}

func (c *coder) writeNumber(n json.Number) {
	if i, err := n.Int64(); err == nil {
		c.writeValue(i)
		return
	}
	f, err := n.Float64()
	if err != nil {
		c.fail(fmt.Errorf("store the number %q: %w", n, err))
		return
	}
	c.writeValue(f)
}
