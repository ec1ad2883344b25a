package command

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// Everything that the page says can be typed is a command, and each verb stands
// there.
func TestThePageShowsWhatCanBeTyped(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/commands.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "| you type |")
	table, _, _ = strings.Cut(table, "\n\n")
	typed := map[string]bool{}
	for _, row := range strings.Split(table, "\n")[2:] {
		first, _, _ := strings.Cut(strings.TrimPrefix(row, "|"), "|")
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(first, -1) {
			text := strings.ReplaceAll(m[1], "ID", "REQ-7K3F2")
			if _, err := slash.Parse(text); err != nil {
				t.Errorf("%s: %v", m[1], err)
			}
			verb, _ := word(text)
			typed[verb] = true
		}
	}
	for _, v := range verbs() {
		if v.name != "help" && !typed[v.name] {
			t.Errorf("the page does not show %s", v.name)
		}
	}
	_, example, _ := strings.Cut(string(page), "    run trip ")
	example, _, _ = strings.Cut(example, "\n")
	got, err := ReadValues(example)
	if err != nil || len(got["stops"]) != 2 || got["reason"][0] != "It’s time" {
		t.Errorf("the example is %v, %v", got, err)
	}
}
