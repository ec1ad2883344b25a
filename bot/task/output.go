package task

import (
	"encoding/json"
	"regexp"
	"strings"

	"signoff/bot/task/process"
)

// maxLines is how many lines of a program are kept.
const maxLines = 5_000

// output is what a program wrote: log lines, and outputs in Kestra's way.
type output struct {
	run            *run
	kept           int // bytes
	cut            bool
	stdout, stderr int64 // lines
	last           string
	vars           map[string]any
}

// marked is a line that sets outputs: ::{"outputs": {"a": 1}}::.
var marked = regexp.MustCompile(`^::(\{.*\})::$`)

func (o *output) line(s process.Stream, text string) {
	level := "INFO"
	if s == process.Stderr {
		o.stderr++
		level = "WARN"
		if t := strings.TrimSpace(text); t != "" {
			o.last = t
		}
	} else {
		o.stdout++
	}
	if o.cut {
		return
	}
	if o.kept += len(text); o.kept > o.run.Limits.Output || o.stdout+o.stderr > maxLines {
		o.cut = true
		o.run.logf("WARN", "it wrote more than %s or %d lines; the rest is left out", size(o.run.Limits.Output), maxLines)
		return
	}
	if m := marked.FindStringSubmatch(strings.TrimSpace(text)); m != nil && o.take(m[1]) {
		return
	}
	o.log(level, printable(text))
}

// longestText is where a line is cut into several in the log.
const longestText = 16 << 10

// log keeps a line. It is masked before it is cut, so that no half of a secret
// stays.
func (o *output) log(level, text string) {
	for text = o.run.mask.text(text); ; {
		part := cut(text, longestText)
		o.run.logf(level, "%s", part)
		if text = text[len(part):]; text == "" {
			return
		}
	}
}

// take reads a marked line; false if it is none after all.
func (o *output) take(text string) bool {
	var v struct {
		Outputs map[string]any `json:"outputs"`
	}
	if decodeJSON(text, &v) != nil {
		return false
	}
	for name, value := range v.Outputs {
		if o.vars == nil {
			o.vars = map[string]any{}
		}
		o.vars[name] = plainNumbers(value)
	}
	return true
}

func (o *output) outputs() map[string]any {
	vars := o.vars
	if vars == nil {
		vars = map[string]any{}
	}
	return map[string]any{
		"vars": vars, "outputFiles": map[string]any{},
		"stdOutLineCount": o.stdout, "stdErrLineCount": o.stderr,
	}
}

// problem says why a program that ended did not end well; nil if it did.
func (o *output) problem(exit process.Exit) error {
	last := ""
	if o.last != "" {
		last = ": " + cut(oneLine(o.run.mask.text(o.last)), 200)
	}
	switch {
	case exit.TooMany:
		return problemf("it started more processes than are allowed and was ended")
	case exit.TooLarge:
		return problemf("it wrote more into its working directory than is allowed and was ended")
	case exit.Signal != "":
		return problemf("it was ended by a signal (%s)%s", exit.Signal, last)
	case exit.Code != 0:
		return problemf("it ended with exit code %d%s", exit.Code, last)
	}
	return nil
}

// printable drops what a terminal would obey.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if isControl(r) && r != '\t' {
			return -1
		}
		return r
	}, s)
}

// decodeJSON keeps whole numbers whole.
func decodeJSON(text string, into any) error {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	return dec.Decode(into)
}

// plainNumbers turns decoded numbers into int64 and float64.
func plainNumbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if i, err := v.Int64(); err == nil {
			return i
		}
		if f, err := v.Float64(); err == nil {
			return f
		}
		return v.String()
	case []any:
		for i := range v {
			v[i] = plainNumbers(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = plainNumbers(v[k])
		}
	}
	return v
}
