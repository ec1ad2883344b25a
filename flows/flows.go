// Package flows holds the flows that come with signoff, as data. `signoff dev`
// begins with them; they are also the examples that the documentation shows.
// It parses and runs nothing.
package flows

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
)

//go:embed *.yaml
var files embed.FS

// File is one flow's source, or that of its stories.
type File struct {
	Name   string
	Source []byte
}

// story is what the names of files with stories end in.
const story = ".test.yaml"

// All returns the shipped flows in the order of their names. The bytes belong
// to the caller.
func All() []File {
	return slices.DeleteFunc(read(), func(f File) bool { return strings.HasSuffix(f.Name, story) })
}

// Stories returns the stories of the shipped flows; one of a.yaml is a.test.yaml.
func Stories() []File {
	return slices.DeleteFunc(read(), func(f File) bool { return !strings.HasSuffix(f.Name, story) })
}

func read() []File {
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		panic("flows: " + err.Error()) // only a malformed pattern can fail
	}
	out := make([]File, 0, len(names))
	for _, name := range names {
		src, err := files.ReadFile(name)
		if err != nil {
			panic("flows: " + err.Error()) // it was just listed
		}
		out = append(out, File{Name: name, Source: src})
	}
	return out
}
