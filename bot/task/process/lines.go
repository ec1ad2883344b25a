package process

import (
	"bufio"
	"errors"
	"io"
	"strings"
)

// longestLine is where a line is cut into several. It is long, because whoever
// looks for something in a line finds no half of it.
const longestLine = 2 << 20

// lines reads to the end and hands on line by line, without the line ends. What
// is not UTF-8 is replaced.
func lines(from io.Reader, each func(string)) {
	r := bufio.NewReaderSize(from, 16<<10)
	var line []byte
	for {
		b, err := r.ReadSlice('\n')
		line = append(line, b...)
		if errors.Is(err, bufio.ErrBufferFull) && len(line) < longestLine {
			continue
		}
		if len(line) > 0 {
			each(strings.ToValidUTF8(strings.TrimRight(string(line), "\r\n"), "\uFFFD"))
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return
		}
		line = line[:0]
	}
}
