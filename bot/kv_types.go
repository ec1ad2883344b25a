package bot

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"signoff/engine"
	"signoff/store"
)

// The types of values, which are Kestra's.
const (
	KVString   = "STRING"
	KVNumber   = "NUMBER"
	KVBoolean  = "BOOLEAN"
	KVDateTime = "DATETIME"
	KVDate     = "DATE"
	KVDuration = "DURATION"
	KVJSON     = "JSON"
)

// KVTypes lists the types of values.
func KVTypes() []string {
	return []string{KVString, KVNumber, KVBoolean, KVDateTime, KVDate, KVDuration, KVJSON}
}

// NewValue makes an entry of a value as it was given: as a text, or as what JSON
// makes of it. Without a type, a text is a STRING and anything else what it is.
// What is no value of its type is refused in words.
func NewValue(typ string, given any) (store.Entry, error) {
	typ = strings.ToUpper(typ)
	if typ == "" {
		typ = typeOf(given)
	}
	if !slices.Contains(KVTypes(), typ) {
		return store.Entry{}, refuse(engine.BadInput, "There is no type %q of values: use %s.", typ, strings.Join(KVTypes(), ", "))
	}
	value, ok := valueOf(typ, given)
	if !ok {
		return store.Entry{}, refuse(engine.BadInput, "The value is no %s%s.", typ, example(typ))
	}
	return store.Entry{Type: typ, Value: value}, nil
}

func typeOf(given any) string {
	switch given.(type) {
	case string:
		return KVString
	case bool:
		return KVBoolean
	case int64, float64:
		return KVNumber
	}
	return KVJSON
}

func valueOf(typ string, given any) (any, bool) {
	text, isText := given.(string)
	switch {
	case typ == KVJSON && isText:
		return parseJSON(text)
	case typ == KVJSON:
		return given, true
	case typ == KVNumber && isText:
		return parseNumber(text)
	case typ == KVNumber:
		return given, typeOf(given) == KVNumber
	case typ == KVBoolean && isText:
		return strings.EqualFold(text, "true"), strings.EqualFold(text, "true") || strings.EqualFold(text, "false")
	case typ == KVBoolean:
		return given, typeOf(given) == KVBoolean
	case !isText:
		return nil, false
	}
	return text, isKind(typ, text)
}

// isKind reports whether a text is of a type that is kept as text.
func isKind(typ, text string) bool {
	switch typ {
	case KVDateTime:
		_, err := time.Parse(time.RFC3339, text)
		return err == nil
	case KVDate:
		_, err := time.Parse(time.DateOnly, text)
		return err == nil
	case KVDuration:
		_, ok := ParseTTL(text)
		return ok
	}
	return true
}

func parseNumber(text string) (any, bool) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, true
	}
	f, err := strconv.ParseFloat(text, 64)
	return f, err == nil && !math.IsInf(f, 0) && !math.IsNaN(f)
}

func parseJSON(text string) (any, bool) {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil || dec.More() {
		return nil, false
	}
	return v, true // a store keeps a json.Number as the number it is
}

func example(typ string) string {
	switch typ {
	case KVNumber:
		return ", such as 42 or 0.5"
	case KVBoolean:
		return ": true or false"
	case KVDateTime:
		return ", such as 2026-12-31T23:59:00Z"
	case KVDate:
		return ", such as 2026-12-31"
	case KVDuration:
		return ", such as PT90M or P1D"
	}
	return ""
}

// ParseTTL reads a span of time as ISO 8601 writes it, of days, hours, minutes
// and seconds: PT90M, P1D, P1DT12H. It is more than nothing.
func ParseTTL(text string) (time.Duration, bool) {
	m := regexp.MustCompile(`^P(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?$`).FindStringSubmatch(text)
	if m == nil || strings.HasSuffix(text, "T") {
		return 0, false
	}
	var total time.Duration
	for i, unit := range []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour, time.Minute, time.Second} {
		if m[i+1] == "" {
			continue
		}
		n, err := strconv.ParseFloat(m[i+1], 64)
		if err != nil {
			return 0, false
		}
		total += time.Duration(n * float64(unit))
	}
	return total, total > 0
}
