package bot

import (
	"bytes"
	"slices"
)

// DiffLine is a line of a difference between two texts.
type DiffLine struct {
	// Op is '+' for a line of the second text alone, '-' for one of the first
	// alone, ' ' for one of both.
	Op   byte
	Text string
}

// maxDiff bounds the work of a difference: the product of the lines that are
// compared. Above it the parts that differ are shown one after the other.
const maxDiff = 4 << 20

// Diff tells two texts apart, line by line: the fewest lines that change, for
// texts of a few thousand lines.
func Diff(before, after []byte) []DiffLine {
	a, b := splitLines(before), splitLines(after)
	var head, tail []DiffLine
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		head, a, b = append(head, DiffLine{' ', a[0]}), a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		tail, a, b = append(tail, DiffLine{' ', a[len(a)-1]}), a[:len(a)-1], b[:len(b)-1]
	}
	slices.Reverse(tail)
	return slices.Concat(head, diffMiddle(a, b), tail)
}

// DiffStat counts the lines that a difference adds and removes.
func DiffStat(diff []DiffLine) (added, removed int) {
	for _, l := range diff {
		switch l.Op {
		case '+':
			added++
		case '-':
			removed++
		}
	}
	return added, removed
}

func splitLines(text []byte) []string {
	if len(text) == 0 {
		return nil
	}
	var lines []string
	for line := range bytes.SplitSeq(bytes.TrimSuffix(text, []byte("\n")), []byte("\n")) {
		lines = append(lines, string(bytes.TrimSuffix(line, []byte("\r"))))
	}
	return lines
}

// diffMiddle keeps a longest common subsequence and changes the rest.
func diffMiddle(a, b []string) []DiffLine {
	var diff []DiffLine
	if len(a)*len(b) <= maxDiff {
		common := commonLengths(a, b)
		for len(a) > 0 && len(b) > 0 {
			switch {
			case a[0] == b[0]:
				diff, a, b = append(diff, DiffLine{' ', a[0]}), a[1:], b[1:]
			case common(len(a)-1, len(b)) >= common(len(a), len(b)-1):
				diff, a = append(diff, DiffLine{'-', a[0]}), a[1:]
			default:
				diff, b = append(diff, DiffLine{'+', b[0]}), b[1:]
			}
		}
	}
	for _, line := range a {
		diff = append(diff, DiffLine{'-', line})
	}
	for _, line := range b {
		diff = append(diff, DiffLine{'+', line})
	}
	return diff
}

// commonLengths tells the length of a longest common subsequence of the last i
// lines of a and the last j of b.
func commonLengths(a, b []string) func(i, j int) int {
	width := len(b) + 1
	table := make([]int32, (len(a)+1)*width)
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			if a[len(a)-i] == b[len(b)-j] {
				table[i*width+j] = table[(i-1)*width+j-1] + 1
			} else {
				table[i*width+j] = max(table[(i-1)*width+j], table[i*width+j-1])
			}
		}
	}
	return func(i, j int) int { return int(table[i*width+j]) }
}
