package flow

import (
	"slices"
	"strings"
	"unicode"
)

// DidYouMean is "; did you mean "X"?" with the known name that a person most likely
// meant, or "".
func DidYouMean(name string, known []string) string { return didYouMean(name, known) }

func didYouMean(name string, known []string) string {
	if near := nearest(name, known); near != "" {
		return "; did you mean " + quote(near) + "?"
	}
	return ""
}

// nearest returns the known name that a person most likely meant, or "".
func nearest(name string, known []string) string {
	const (
		longestName = 64
		mostNames   = 500 // beyond them, comparing costs more than it helps
	)
	if name == "" || len(name) > longestName {
		return ""
	}
	best, bestDistance := "", 1+max(1, len(name)/3)
	name = simplify(name)
	for _, k := range known[:min(len(known), mostNames)] {
		if d := distance(name, simplify(k), bestDistance); d < bestDistance {
			best, bestDistance = k, d
		}
	}
	return best
}

// simplify drops what people vary: case, dashes and underscores.
func simplify(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// vocabulary is a sorted list of names.
type vocabulary []string

func (v vocabulary) has(name string) bool {
	_, found := slices.BinarySearch(v, name)
	return found
}

// hint says what was meant by a name that stands behind a root, and explains
// one that ends where a dash would subtract.
func (v vocabulary) hint(root, name string) string {
	i, _ := slices.BinarySearch(v, name+"-")
	if i < len(v) && strings.HasPrefix(v[i], name+"-") {
		return "; a name with a dash is written " + root + "['" + cut(v[i]) + "']"
	}
	return didYouMean(name, v)
}

// distance counts the edits (one rune put, removed, changed, or two neighbours
// swapped) that make b of a. It gives up at limit.
func distance(a, b string, limit int) int {
	s, t := []rune(a), []rune(b)
	if max(len(s)-len(t), len(t)-len(s)) >= limit {
		return limit
	}
	before, last, row := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(s); i++ {
		row[0] = i
		for j := 1; j <= len(t); j++ {
			row[j] = min(last[j], row[j-1]) + 1
			if s[i-1] == t[j-1] {
				row[j] = min(row[j], last[j-1])
				continue
			}
			row[j] = min(row[j], last[j-1]+1)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(t)]
}
