package story_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"signoff/engine/flow"
	"signoff/story"
)

var update = flag.Bool("update", false, "rewrite what is expected")

// each runs a test for every archive of a folder, which holds a story and what is
// wanted of it.
func each(t *testing.T, folder string, got func(t *testing.T, src []byte) string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", folder, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatal("there are no archives", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text := got(t, a.Files[0].Data)
			if *update {
				a.Files[1].Data = []byte(text)
				if err := os.WriteFile(file, txtar.Format(a), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(a.Files[1].Data), text); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// suite reads a story about testdata/flow.yaml.
func suite(t *testing.T, src []byte) (*story.Suite, flow.Faults) {
	t.Helper()
	f, faults := story.Parse("leave.test.yaml", src)
	if f == nil {
		return nil, faults
	}
	return story.Load(f, func(name story.Text) (story.Source, error) {
		switch name.Text {
		case "leave.yaml":
			src, err := os.ReadFile(filepath.Join("testdata", "flow.yaml"))
			return story.Source{Name: name.Text, Bytes: src}, err
		case "broken.yaml":
			return story.Source{Name: name.Text, Bytes: []byte("id: broken\nnamespace: hr\ntasks: [{id: a, type: Lgo}]\n")}, nil
		}
		return story.Source{}, fmt.Errorf("there is no file %s", name.Text)
	})
}

// TestParseTellsEveryFault: every fault of a story file, at its place.
func TestParseTellsEveryFault(t *testing.T) {
	t.Parallel()
	each(t, "err", func(t *testing.T, src []byte) string {
		s, faults := suite(t, src)
		if s != nil {
			t.Fatal("the story loads")
		}
		var b strings.Builder
		for _, f := range faults {
			if f.Line < 1 || f.Col < 1 || f.Rule == "" {
				t.Errorf("%#v has no place or no rule", f)
			}
			fmt.Fprintln(&b, f)
		}
		return b.String()
	})
}

// TestRunTellsEveryFailure: what does not come true is told, with what is true
// instead, at the place that says otherwise.
func TestRunTellsEveryFailure(t *testing.T) {
	t.Parallel()
	each(t, "fail", func(t *testing.T, src []byte) string {
		s, faults := suite(t, src)
		if s == nil {
			t.Fatal(faults)
		}
		var b strings.Builder
		for _, one := range s.File.Stories {
			first := tell(s.Run(t.Context(), one))
			if again := tell(s.Run(t.Context(), one)); again != first {
				t.Errorf("%s ended in another way the second time:\n%s", one.Name, cmp.Diff(first, again))
			}
			b.WriteString(first)
		}
		return b.String()
	})
}

func tell(r story.Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d\n", r.Story, len(r.Failures))
	for _, f := range r.Failures {
		fmt.Fprintln(&b, f)
	}
	return b.String()
}

// FuzzParse: whatever a file holds, reading it ends, and each fault has a place.
func FuzzParse(f *testing.F) {
	for _, folder := range []string{"err", "fail"} {
		files, err := filepath.Glob(filepath.Join("testdata", folder, "*.txtar"))
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			a, err := txtar.ParseFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(a.Files[0].Data)
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		got, faults := story.Parse("f.test.yaml", src)
		if (got == nil) != faults.Stop() {
			t.Errorf("Parse = %v with %d faults", got, len(faults))
		}
		for _, fault := range faults {
			if fault.Line < 1 || fault.Col < 1 || fault.Rule == "" || fault.Message == "" {
				t.Errorf("%#v has no place, rule or text", fault)
			}
		}
	})
}
