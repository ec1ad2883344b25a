package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"signoff/engine/flow"
)

// report is what `validate --json` writes.
type report struct {
	Files    int          `json:"files"`
	Errors   int          `json:"errors"`
	Warnings int          `json:"warnings"`
	Faults   []flow.Fault `json:"faults"`
}

// tellFaults prints every fault with its source line and counts them.
func (p *program) tellFaults(all []checked) error {
	r := report{Files: len(all), Faults: []flow.Fault{}}
	for _, c := range all {
		for _, f := range c.faults {
			if f.Severity == flow.Warning {
				r.Warnings++
			} else {
				r.Errors++
			}
			r.Faults = append(r.Faults, f)
			if !p.json {
				printFault(p.Stdout, f, c.source)
			}
		}
	}
	if p.json {
		if err := p.writeJSON(r); err != nil {
			return err
		}
	} else {
		p.say("%s", r)
	}
	if r.Errors > 0 {
		return errFaults
	}
	return nil
}

func (r report) String() string {
	s := count(r.Files, "file") + ": "
	if r.Errors == 0 && r.Warnings == 0 {
		return s + "no faults"
	}
	return s + count(r.Errors, "fault") + ", " + count(r.Warnings, "warning")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// maxShown is how many characters of a source line are shown.
const maxShown = 120

// printFault writes the fault, its source line and a caret under the place:
//
//	vacation.yaml:3:7: unexpected key "tpye" [unknown-key]
//	  |
//	3 |     - tpye: Log
//	  |       ^~~~
func printFault(w io.Writer, f flow.Fault, src []byte) {
	_, _ = fmt.Fprintln(w, visible(f.String()))
	line, ok := sourceLine(src, f.Line)
	if !ok || utf8.RuneCountInString(line) > maxShown {
		return
	}
	number := fmt.Sprint(f.Line)
	margin := strings.Repeat(" ", len(number))
	_, _ = fmt.Fprintf(w, "%s |\n%s | %s\n%s | %s\n", margin, number, visible(line), margin, caret(line, f.Col))
}

func sourceLine(src []byte, n int) (string, bool) {
	for i := 1; len(src) > 0; i++ {
		line, rest, _ := bytes.Cut(src, []byte("\n"))
		if i == n {
			text := string(bytes.TrimSuffix(line, []byte("\r")))
			return text, utf8.ValidString(text)
		}
		src = rest
	}
	return "", false
}

// caret points at column col, counted in characters from 1, and underlines the
// word that begins there.
func caret(line string, col int) string {
	runes := []rune(line)
	col = min(max(col, 1), len(runes)+1)
	var b strings.Builder
	for _, r := range runes[:col-1] {
		if r == '\t' {
			b.WriteByte('\t')
		} else {
			b.WriteByte(' ')
		}
	}
	b.WriteByte('^')
	for _, r := range runes[min(col, len(runes)):] {
		if strings.ContainsRune(" \t:,[]{}\"'#", r) {
			break
		}
		b.WriteByte('~')
	}
	return b.String()
}

// visible replaces what would control the terminal or reorder the line.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return r
		case r < ' ', r >= 0x7f && r < 0xa0, r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x2069, r == 0xfeff:
			return '\u00b7'
		default:
			return r
		}
	}, s)
}
