package flow

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxText bounds a given text, in bytes.
	maxText = 32 << 10
	// maxExact is the largest whole number that a float64 holds exactly; JSON
	// gives every number as one.
	maxExact = 1 << 53
)

// convert checks one given value and makes it the field's type. The problem is
// for the person who gave it, and follows the field's name: "must be …".
func convert(f Field, raw any) (v any, problem string) {
	if unfit, ok := raw.(Unfit); ok {
		return nil, string(unfit)
	}
	if text, ok := raw.(string); ok {
		if Sealed(text) && f.Type != Secret {
			return nil, noSealed
		}
		raw, problem = cleanText(text)
		if problem != "" {
			return nil, problem
		}
	}
	switch f.Type {
	case String:
		return toText(f, raw)
	case Int:
		return toInt(f, raw)
	case Float:
		return toFloat(f, raw)
	case Bool:
		return toBool(raw)
	case Date, Time, DateTime:
		return toMoment(f, raw)
	case Duration:
		return toDuration(f, raw)
	case Select:
		return toChoice(f, raw)
	case MultiSelect, Array:
		return toList(f, raw)
	case Email:
		return toEmail(raw)
	case URI:
		return toURI(raw)
	case JSON, YAML:
		return toData(f, raw)
	case File:
		return toFile(f, raw)
	case Secret:
		return toSecret(raw)
	case LongText, RichText:
		return toText(f, raw)
	case User, Group:
		return toName(raw)
	case Users:
		return toNames(raw)
	case Channel:
		return toChannel(raw)
	}
	panic("flow: unknown input type " + string(f.Type))
}

// noSealed says that a sealed text is no value: what is called out with it would
// open it for whoever gave it.
const noSealed = "must not be a sealed secret"

// cleanText refuses what no person types. Browsers send line ends as CRLF.
func cleanText(text string) (any, string) {
	if len(text) > maxText {
		return nil, fmt.Sprintf("must have at most %d bytes, not %d", maxText, len(text))
	}
	if !utf8.ValidString(text) {
		return nil, "must be valid UTF-8"
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	for _, r := range text {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return nil, fmt.Sprintf("must not hold the control character %U", r)
		}
	}
	return text, ""
}

func toText(f Field, raw any) (any, string) {
	text, ok := asText(raw)
	if !ok {
		return nil, "must be a text"
	}
	if Sealed(text) {
		return nil, noSealed
	}
	return text, misfit(f.Validator, text)
}

// misfit says that a text does not match a pattern as a whole, or "".
func misfit(pattern, text string) string {
	if pattern == "" {
		return ""
	}
	re, err := wholePattern(pattern)
	if err != nil {
		return "cannot be checked, because its pattern is broken"
	}
	if at := re.FindStringIndex(text); at == nil || at[0] != 0 || at[1] != len(text) {
		return fmt.Sprintf("must match the pattern `%s`", pattern)
	}
	return ""
}

// wholePattern compiles a pattern so that its leftmost match is the longest: if
// the whole text matches, that is the match.
func wholePattern(pattern string) (*regexp.Regexp, error) {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, err
	}
	re.Longest()
	return re, nil
}

func toInt(f Field, raw any) (any, string) {
	const wrong = "must be a whole number such as 42"
	var i int64
	switch raw := raw.(type) {
	case int:
		i = int64(raw)
	case int64:
		i = raw
	case float64:
		if raw != math.Trunc(raw) || math.Abs(raw) > maxExact {
			return nil, wrong
		}
		i = int64(raw)
	case string:
		var err error
		if i, err = strconv.ParseInt(strings.TrimSpace(raw), 10, 64); err != nil {
			return nil, wrong
		}
	default:
		return nil, wrong
	}
	if f.Min != nil && i < int64(*f.Min) || f.Max != nil && i > int64(*f.Max) {
		return nil, outside(f)
	}
	return i, ""
}

func toFloat(f Field, raw any) (any, string) {
	const wrong = "must be a number such as 3.5"
	var x float64
	switch raw := raw.(type) {
	case int:
		x = float64(raw)
	case int64:
		x = float64(raw)
	case float64:
		x = raw
	case string:
		var err error
		raw = strings.TrimSpace(raw)
		// Go also reads 0x1p-2, 1_000 and Inf, which nobody means.
		if strings.Trim(raw, "0123456789+-.eE") != "" {
			return nil, wrong
		}
		if x, err = strconv.ParseFloat(raw, 64); err != nil {
			return nil, wrong
		}
	default:
		return nil, wrong
	}
	if !finite(x) {
		return nil, wrong
	}
	if f.Min != nil && x < *f.Min || f.Max != nil && x > *f.Max {
		return nil, outside(f)
	}
	return x, ""
}

func finite(x float64) bool { return !math.IsInf(x, 0) && !math.IsNaN(x) }

func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func outside(f Field) string {
	switch {
	case f.Min == nil:
		return "must be at most " + number(*f.Max)
	case f.Max == nil:
		return "must be at least " + number(*f.Min)
	}
	return "must be from " + number(*f.Min) + " to " + number(*f.Max)
}

func toBool(raw any) (any, string) {
	switch raw := raw.(type) {
	case bool:
		return raw, ""
	case string:
		switch strings.ToLower(strings.TrimSpace(raw)) {
		case "true":
			return true, ""
		case "false":
			return false, ""
		}
	}
	return nil, "must be true or false"
}

// toData reads JSON or YAML. What is no text is data already.
func toData(f Field, raw any) (v any, problem string) {
	text, isText := raw.(string)
	switch {
	case isText && f.Type == JSON:
		v, problem = parseJSON(text)
	case isText:
		v, problem = parseYAML(text)
	default:
		v, problem = tidy(raw)
	}
	if problem != "" || v == nil {
		return nil, problem
	}
	return v, fitData(f, v)
}

// fitData checks data against the field's schema.
func fitData(f Field, v any) string {
	if f.Schema == "" {
		return ""
	}
	return fitSchema(f.Schema, v)
}

// asText writes a number or a truth value as the person would have typed it.
func asText(raw any) (string, bool) {
	switch raw := raw.(type) {
	case string:
		return raw, true
	case bool:
		return strconv.FormatBool(raw), true
	case int:
		return strconv.Itoa(raw), true
	case int64:
		return strconv.FormatInt(raw, 10), true
	case float64:
		return number(raw), finite(raw)
	}
	return "", false
}
