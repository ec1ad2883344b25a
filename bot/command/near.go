package command

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Nearest are those of some names that somebody may have meant, the nearest first
// and at most so many: names that begin or end with what was typed or hold it, and
// those that a slip or two make of it.
func Nearest(typed string, names []string, most int) []string {
	typed = strings.ToLower(typed)
	if typed == "" || utf8.RuneCountInString(typed) > 100 {
		return nil
	}
	type guess struct {
		name string
		far  int
	}
	var all []guess
	slips := min(1+utf8.RuneCountInString(typed)/4, 3)
	for _, name := range names {
		lower := strings.ToLower(name)
		far := distance(typed, lower)
		switch {
		case len(typed) >= 3 && strings.Contains(lower, typed):
			far = 0
		case far > slips:
			continue
		}
		all = append(all, guess{name, far})
	}
	slices.SortStableFunc(all, func(a, b guess) int {
		return cmp.Or(cmp.Compare(a.far, b.far), cmp.Compare(a.name, b.name))
	})
	var out []string
	for _, g := range all[:min(len(all), most)] {
		out = append(out, g.name)
	}
	return out
}

// distance is how many letters are to be changed, added, dropped or swapped with
// their neighbour.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if d := len(x) - len(y); d > 3 || d < -3 {
		return 4
	}
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(x); i++ {
		before, last, row = last, row, before
		row[0] = i
		for j := 1; j <= len(y); j++ {
			same := 1
			if x[i-1] == y[j-1] {
				same = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+same)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(y)]
}
