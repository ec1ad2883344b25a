package flow

import (
	"encoding/json"

	"gopkg.in/yaml.v3"

	"signoff/engine/expr"
)

// FileSet is the files that scripts find in their working directory: by name in
// the order of the source, or as one expression.
type FileSet struct {
	Named []Pair
	// Map yields a map of names and contents, or the JSON text of one; nil if the
	// files are Named.
	Map *expr.Template
}

// Empty reports whether there are no files.
func (f FileSet) Empty() bool { return len(f.Named) == 0 && f.Map == nil }

// inputFiles reads the files that are written into a working directory.
func (p *parser) inputFiles(s *section, in scope) FileSet {
	e := s.find("inputFiles")
	if e == nil {
		return FileSet{}
	}
	if e.value.Kind == yaml.ScalarNode {
		t := s.template("inputFiles", in)
		var files map[string]string
		if t != nil && t.Literal() && json.Unmarshal([]byte(t.Source()), &files) != nil {
			p.errorf(pos(e.value), ruleBadValue, `"inputFiles" must be a map of names and contents, or the JSON text of one`)
			return FileSet{}
		}
		return FileSet{Map: t}
	}
	p.scriptNames(e, "file below the working directory", IsLocalPath)
	return FileSet{Named: p.named(e, in)}
}

// outputFiles reads the names and patterns of the files that are kept.
func (p *parser) outputFiles(s *section) []string {
	names := s.words("outputFiles")
	for _, name := range names {
		if !IsLocalPath(name) {
			p.errorf(pos(s.find("outputFiles").value), ruleBadValue, "%s is not the name of a file below the working directory", quote(name))
		}
	}
	return names
}
