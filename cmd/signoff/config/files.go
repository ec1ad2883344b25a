package config

import (
	"regexp"
	"strconv"

	"gopkg.in/yaml.v3"
)

// maxFileSize bounds the bound: a file is read as a whole by those who get it.
const maxFileSize = 1 << 30

var sizePattern = regexp.MustCompile(`^([0-9]{1,9}) ?(KiB|MiB|GiB)?$`)

// files reads what holds for the files that people hand in.
func (p *parser) files(n *yaml.Node) {
	p.mapping(n, "files", keys{"max_size": p.fileSize})
}

func (p *parser) fileSize(n *yaml.Node) {
	var text string
	p.text(&text, "files.max_size")(n)
	if text == "" {
		return
	}
	size, ok := parseSize(text)
	if !ok || size < 1 || size > maxFileSize {
		p.fault(n, "bad-value", "files.max_size must be a size such as 16 MiB, at most 1 GiB")
		return
	}
	p.c.MaxFile = size
}

// parseSize reads a number of bytes.
func parseSize(text string) (int64, bool) {
	m := sizePattern.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return 0, false
	}
	return n << map[string]int{"": 0, "KiB": 10, "MiB": 20, "GiB": 30}[m[2]], true
}
