package story_test

import (
	"os"
	"path/filepath"
	"testing"

	"signoff/story"
)

// load reads a story file and its flows, which stand in dir unless it is "".
func load(t *testing.T, file, dir string) *story.Suite {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	f, faults := story.Parse(file, src)
	for _, fault := range faults {
		t.Error(fault)
	}
	if f == nil {
		t.FailNow()
	}
	suite, faults := story.Load(f, func(name story.Text) (story.Source, error) {
		path := filepath.Join(filepath.Dir(file), name.Text)
		if _, err := os.Stat(path); err != nil && dir != "" {
			path = filepath.Join(dir, name.Text)
		}
		src, err := os.ReadFile(path)
		return story.Source{Name: name.Text, Bytes: src}, err
	})
	for _, fault := range faults {
		t.Error(fault)
	}
	if suite == nil {
		t.FailNow()
	}
	return suite
}

// play runs all stories of a file.
func play(t *testing.T, suite *story.Suite) {
	t.Helper()
	for _, s := range suite.File.Stories {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			r := suite.Run(t.Context(), s)
			for _, f := range r.Failures {
				t.Error(f)
			}
			if t.Failed() {
				for _, line := range r.Log {
					t.Log(line)
				}
			}
		})
	}
}

// TestShippedFlowsHaveStories: every flow that comes with signoff has one.
func TestShippedFlowsHaveStories(t *testing.T) {
	t.Parallel()
	flows, err := filepath.Glob(filepath.Join("..", "flows", "*.yaml"))
	if err != nil || len(flows) == 0 {
		t.Fatal("there are no flows", err)
	}
	for _, file := range flows {
		if story.IsFile(file) {
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			ext := filepath.Ext(file)
			play(t, load(t, file[:len(file)-len(ext)]+story.Suffix+ext, ""))
		})
	}
}

// TestStoriesComeTrue: what a story can say, said.
func TestStoriesComeTrue(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "ok", "*"+story.Suffix+".yaml"))
	if err != nil || len(files) == 0 {
		t.Fatal("there are no stories", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			play(t, load(t, file, ""))
		})
	}
}
