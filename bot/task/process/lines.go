package process

import (
	"bufio"
	"io"
	"strings"
)

// longestLine is where a line is cut into several.
const longestLine = 16 << 10

// lines reads to the end and hands on line by line, without the line ends. What
// is not UTF-8 is replaced.
func lines(from io.Reader, each func(string)) {
	r := bufio.NewReaderSize(from, longestLine)
	for {
		b, err := r.ReadSlice('\n')
		if len(b) > 0 {
			each(strings.ToValidUTF8(strings.TrimRight(string(b), "\r\n"), "\uFFFD"))
		}
		if err != nil && err != bufio.ErrBufferFull { //nolint:errorlint // ReadSlice returns it as it is
			return
		}
	}
}
