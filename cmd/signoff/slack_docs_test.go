package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The commands that docs/slack.md tells people to type are there, with their
// flags.
func TestSlackPageNamesCommands(t *testing.T) {
	t.Parallel()
	page := readFile(t, filepath.Join(repository, "docs", "slack.md"))
	typed := regexp.MustCompile("(?m)(?:^ +|`)(signoff (?:slack|doctor|serve|decide)[^`\n]*)").FindAllStringSubmatch(page, -1)
	if len(typed) < 8 {
		t.Fatalf("found only %d commands", len(typed))
	}
	for _, m := range typed {
		line, _, _ := strings.Cut(m[1], " > ")
		args := strings.Fields(strings.ReplaceAll(line, "…", ""))[1:]
		root := (&program{}).root()
		cmd, rest, err := root.Find(args)
		if err != nil || cmd == root {
			t.Errorf("there is no command %q: %v", line, err)
			continue
		}
		if err := cmd.ParseFlags(rest); err != nil {
			t.Errorf("%q: %v", line, err)
		}
	}
}
