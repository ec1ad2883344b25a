package expr

import (
	"io"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"
)

// pattern is a regular expression whose work can be counted before it is done.
type pattern struct {
	re     *regexp.Regexp
	weight int  // instructions, repetitions written out, and what groups add
	looks  bool // asks what stands before a place: ^ or \b
}

// compilePattern compiles RE2 syntax.
func (r *run) compilePattern(text string) (*pattern, error) {
	if len(text) > maxPattern {
		return nil, problemf("the regular expression is longer than %d bytes", maxPattern)
	}
	tree, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return nil, problem("the regular expression is not one: " + reason(err))
	}
	p := &pattern{weight: weigh(tree), looks: looksBack(tree)}
	if p.weight > maxProgram {
		return nil, problem("the regular expression repeats too much")
	}
	if err := r.spend(1000 * p.weight); err != nil {
		return nil, err
	}
	if p.re, err = regexp.Compile(text); err != nil {
		return nil, problem("the regular expression is not one")
	}
	p.weight += p.weight * p.re.NumSubexp() / 4 // each step copies the groups
	return p, nil
}

// reason is what is wrong, without the expression.
func reason(err error) string {
	if e, ok := err.(*syntax.Error); ok { //nolint:errorlint // what the parser returns as it is
		return string(e.Code)
	}
	return "it cannot be read"
}

func weigh(re *syntax.Regexp) int {
	n := 1 + len(re.Rune)/2
	for _, sub := range re.Sub {
		n += weigh(sub)
	}
	if re.Op == syntax.OpRepeat {
		n *= max(re.Min, re.Max, 1)
	}
	return min(n, 1<<20)
}

func looksBack(re *syntax.Regexp) bool {
	behind := []syntax.Op{syntax.OpBeginLine, syntax.OpBeginText, syntax.OpWordBoundary, syntax.OpNoWordBoundary}
	return slices.Contains(behind, re.Op) || slices.ContainsFunc(re.Sub, looksBack)
}

// match finds the first match: the bounds of it and its groups; nil if none.
func (p *pattern) match(r *run, s string) ([]int, error) {
	if len(s) > maxSubject {
		return nil, problemf("a regular expression is matched against at most %d bytes", maxSubject)
	}
	if err := r.spend((p.weight + 10) * (len(s) + 1)); err != nil {
		return nil, err
	}
	return p.re.FindStringSubmatchIndex(s), nil
}

// all finds every match, as FindAll does. A match may have read to the end of
// the text and back, so n of them may cost n times as much as one; what they
// really read is counted where that can be done.
func (p *pattern) all(r *run, s string, most int) ([][]int, error) {
	if p.looks || len(s) > maxSubject {
		return p.allAtOnce(r, s, most)
	}
	var out [][]int
	for at, last := 0, -1; at <= len(s) && len(out) < most; {
		in := &meter{run: r, rest: s[at:], price: p.weight + 40}
		m := p.re.FindReaderSubmatchIndex(in)
		if in.fault != nil {
			return nil, in.fault
		}
		if m == nil {
			break
		}
		if err := r.spend(300); err != nil { // for each match, however short
			return nil, err
		}
		for i := range m {
			if m[i] >= 0 {
				m[i] += at
			}
		}
		if m[1] > m[0] || m[0] != last { // an empty match right after one counts not
			out = append(out, m)
		}
		last, at = m[1], m[1]
		if m[1] == m[0] {
			_, n := utf8.DecodeRuneInString(s[at:])
			at += max(n, 1)
		}
	}
	return out, nil
}

// allAtOnce takes the worst for granted.
func (p *pattern) allAtOnce(r *run, s string, most int) ([][]int, error) {
	if len(s) > maxSubject {
		return nil, problemf("a regular expression is matched against at most %d bytes", maxSubject)
	}
	matches := min(most, len(s)+1)
	affordable := r.work / ((p.weight + 10) * (len(s) + 1))
	if err := r.spend((p.weight + 10) * (len(s) + 1)); err != nil {
		return nil, err
	}
	out := p.re.FindAllStringSubmatchIndex(s, min(matches, affordable))
	if err := r.spend((p.weight + 10) * (len(s) + 1) * len(out)); err != nil || len(out) == affordable && affordable < matches {
		return nil, problem("the regular expression takes too much work")
	}
	return out, nil
}

// meter reads a text for a regular expression and counts what it reads.
type meter struct {
	run   *run
	rest  string
	price int
	fault error
}

// ReadRune is that of [io.RuneReader].
func (m *meter) ReadRune() (rune, int, error) {
	if m.rest == "" {
		return 0, 0, io.EOF
	}
	if m.fault = m.run.spend(m.price); m.fault != nil {
		m.rest = ""
		return 0, 0, io.EOF
	}
	c, n := utf8.DecodeRuneInString(m.rest)
	m.rest = m.rest[n:]
	return c, n, nil
}

// replace puts a text, in which $1 or ${name} is a group, in the place of every
// match.
func (p *pattern) replace(r *run, s, with string) (string, error) {
	matches, err := p.all(r, s, len(s)+1)
	if err != nil || len(matches) == 0 {
		return s, err
	}
	out := sink{run: r}
	from := 0
	for _, m := range matches {
		if err := out.add(s[from:m[0]]); err != nil {
			return "", err
		}
		if err := r.room((strings.Count(with, "$")+1)*(m[1]-m[0]) + len(with)); err != nil {
			return "", err
		}
		if err := out.add(string(p.re.ExpandString(nil, with, s, m))); err != nil {
			return "", err
		}
		from = m[1]
	}
	if err := out.add(s[from:]); err != nil {
		return "", err
	}
	return out.b.String(), nil
}
