package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// repository is the top of the checkout, seen from this package.
const repository = "../.."

// Every direct dependency has its sentence in CONTRIBUTING.md.
func TestDependenciesHaveAReason(t *testing.T) {
	t.Parallel()
	reasons := readFile(t, filepath.Join(repository, "CONTRIBUTING.md"))
	for line := range strings.Lines(readFile(t, filepath.Join(repository, "go.mod"))) {
		m := regexp.MustCompile(`^\t([\w./-]+) v\S+$`).FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if m != nil && !strings.Contains(reasons, "`"+m[1]+"`") {
			t.Errorf("%s has no reason in CONTRIBUTING.md", m[1])
		}
	}
}

// Links in the documents lead to files that are there.
func TestDocumentsLinkToWhatIsThere(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob(filepath.Join(repository, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"README.md", "CONTRIBUTING.md", "CHANGELOG.md"} {
		pages = append(pages, filepath.Join(repository, name))
	}
	for _, page := range pages {
		for _, m := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(readFile(t, page), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", filepath.Base(page), m[1])
			}
		}
	}
}
