// Package flows holds the flows that come with signoff, as data. `signoff dev`
// begins with them; they are also the examples that the documentation shows.
// It parses and runs nothing.
package flows

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed *.yaml
var files embed.FS

// File is one flow's source.
type File struct {
	Name   string
	Source []byte
}

// All returns the shipped flows in the order of their names. The bytes belong
// to the caller.
func All() []File {
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		panic("flows: " + err.Error()) // only a malformed pattern can fail
	}
	out := make([]File, 0, len(names))
	for _, name := range names {
		if strings.HasSuffix(name, ".test.yaml") {
			continue // stories of flows stand beside them
		}
		src, err := files.ReadFile(name)
		if err != nil {
			panic("flows: " + err.Error()) // it was just listed
		}
		out = append(out, File{Name: name, Source: src})
	}
	return out
}
