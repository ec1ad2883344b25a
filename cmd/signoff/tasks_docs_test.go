package main

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// The example of docs/tasks.md is the one that runs in the tests.
func TestTheExampleOfTasksRuns(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/tasks.md")
	if err != nil {
		t.Fatal(err)
	}
	story, err := txtar.ParseFile("testdata/script/tasks.txtar")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, f := range story.Files {
		if f.Name != "bin/ticket" && f.Name != "flows/request_laptop.yaml" {
			continue
		}
		found++
		if !strings.Contains(string(page), "\n"+string(f.Data)+"```\n") {
			t.Errorf("docs/tasks.md does not show %s as it is tested", f.Name)
		}
	}
	if found != 2 {
		t.Errorf("the story holds %d of the two files", found)
	}
}
