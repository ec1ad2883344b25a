package expr

import (
	"math"
	"strconv"
	"strings"
)

func filterAbs(c *invocation) (any, error) {
	switch v := c.in.(type) {
	case int64:
		if v < 0 {
			return integers("-", 0, v)
		}
		return v, nil
	case float64:
		return math.Abs(v), nil
	}
	return nil, c.failf("needs a number, not %s", kindOf(c.in))
}

// filterNumber reads a number, of a type if one is named.
func filterNumber(c *invocation) (any, error) {
	s, err := c.input()
	if err != nil {
		return nil, err
	}
	kind, err := c.str(0, "")
	if err != nil {
		return nil, err
	}
	n := parseNumber(s)
	f, isFloat := n.(float64)
	switch {
	case n == nil || isFloat && (math.IsInf(f, 0) || math.IsNaN(f)):
		return nil, c.failf("needs the text of a number")
	case kind == "":
		return n, nil
	}
	return convertNumber(c, n, kind)
}

func convertNumber(c *invocation, n any, kind string) (any, error) {
	switch kind {
	case "INT", "LONG", "BIGINTEGER":
		if i, ok := n.(int64); ok {
			return i, nil
		}
		return nil, c.failf("needs the text of a whole number")
	case "FLOAT", "DOUBLE", "BIGDECIMAL":
		return toFloat(n), nil
	}
	return nil, c.failf("knows INT, LONG, BIGINTEGER, FLOAT, DOUBLE and BIGDECIMAL as `type`")
}

// decimals is a pattern of Java's DecimalFormat, as far as it is understood
// here: "#,##0.00".
type decimals struct {
	prefix, suffix string
	whole          int // digits before the point, at least
	least, most    int // digits after it
	group          int // digits between commas; 0 for none
}

func filterNumberFormat(c *invocation) (any, error) {
	if !isNumber(c.in) {
		return nil, c.failf("needs a number, not %s", kindOf(c.in))
	}
	pattern, err := c.str(0, "#,##0.###")
	if err != nil {
		return nil, err
	}
	d, ok := parseDecimals(pattern)
	if !ok {
		return nil, c.failf("needs a format like #,##0.00")
	}
	return c.made(d.format(c.in))
}

func parseDecimals(pattern string) (decimals, bool) {
	var d decimals
	at := strings.IndexAny(pattern, "#,0.")
	if at < 0 {
		return d, false
	}
	d.prefix, pattern = pattern[:at], pattern[at:]
	if end := strings.IndexFunc(pattern, func(c rune) bool { return !strings.ContainsRune("#,0.", c) }); end >= 0 {
		d.suffix, pattern = pattern[end:], pattern[:end]
	}
	whole, fraction, _ := strings.Cut(pattern, ".")
	if comma := strings.LastIndexByte(whole, ','); comma >= 0 {
		d.group = len(whole) - comma - 1
		if d.group == 0 {
			return d, false
		}
	}
	d.whole = strings.Count(whole, "0")
	d.least, d.most = strings.Count(fraction, "0"), len(fraction)
	special := strings.ContainsAny(d.prefix+d.suffix, "%;'¤‰E")
	return d, !special && !strings.ContainsAny(fraction, ".,") && d.whole <= 40 && d.most <= 40
}

func (d decimals) format(v any) string {
	var digits string
	switch v := v.(type) {
	case int64:
		digits = strconv.FormatInt(v, 10)
		if d.least > 0 {
			digits += "." + strings.Repeat("0", d.least)
		}
	case float64:
		digits = strconv.FormatFloat(v, 'f', d.most, 64)
	}
	sign := ""
	if rest, negative := strings.CutPrefix(digits, "-"); negative {
		digits = rest
		if strings.Trim(rest, "0.") != "" {
			sign = "-"
		}
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	for len(fraction) > d.least && strings.HasSuffix(fraction, "0") {
		fraction = fraction[:len(fraction)-1]
	}
	if whole == "0" && d.whole == 0 && fraction != "" {
		whole = ""
	}
	whole = strings.Repeat("0", max(0, d.whole-len(whole))) + whole
	if fraction != "" {
		fraction = "." + fraction
	}
	return sign + d.prefix + d.grouped(whole) + fraction + d.suffix
}

func (d decimals) grouped(whole string) string {
	if d.group == 0 {
		return whole
	}
	var b strings.Builder
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%d.group == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return b.String()
}
