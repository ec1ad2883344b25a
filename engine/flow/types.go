package flow

import (
	"slices"
	"strings"
)

// taskType finds the definition of a task type; nil if signoff does not run it.
// A name that several types share is an error; others lists them.
func taskType(name string) (d *Definition, others []string) {
	return only(lang.tasks[name])
}

func only(found []*Definition) (*Definition, []string) {
	switch len(found) {
	case 0:
		return nil, nil
	case 1:
		return found[0], nil
	}
	names := make([]string, len(found))
	for i, d := range found {
		names[i] = d.Name
	}
	return nil, names
}

// foreign reports whether a name looks like a type of a plugin, rather than
// like a mistyped one: Kestra's names have dots.
func foreign(name string) bool {
	_, _, dotted := strings.Cut(name, ".")
	return dotted && !strings.HasPrefix(name, ".") && !strings.HasSuffix(name, ".")
}

// nearType looks at the last part only: people mistype that, and copy the rest.
func nearType(name string, sort Sort) string {
	names := lang.shorts(sort)
	lasts := make([]string, len(names))
	for i, n := range names {
		lasts[i] = lastPart(n)
	}
	if i := slices.Index(lasts, nearest(lastPart(name), lasts)); i >= 0 {
		return "; did you mean " + quote(names[i]) + "?"
	}
	return ""
}

func lastPart(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }
