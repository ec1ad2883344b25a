package story_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signoff/story"
)

// TestTheManualsStoriesComeTrue: what docs/stories.md shows first is run as it
// stands there, and its stubs can be read.
func TestTheManualsStoriesComeTrue(t *testing.T) {
	t.Parallel()
	docs, err := os.ReadFile(filepath.Join("..", "docs", "stories.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(docs), "```yaml\n")
	if len(blocks) != 3 {
		t.Fatalf("the manual holds %d examples, want 2", len(blocks)-1)
	}
	example, _, _ := strings.Cut(blocks[1], "```")
	f, faults := story.Parse("vacation_approval.test.yaml", []byte(example))
	if f == nil {
		t.Fatal(faults)
	}
	suite, faults := story.Load(f, func(name story.Text) (story.Source, error) {
		src, err := os.ReadFile(filepath.Join("..", "flows", name.Text))
		return story.Source{Name: name.Text, Bytes: src}, err
	})
	if suite == nil {
		t.Fatal(faults)
	}
	play(t, suite)
	stubs, _, _ := strings.Cut(blocks[2], "```")
	if f, faults := story.Parse("x.test.yaml", []byte(stubs+"stories: [{name: a}]\n")); f == nil {
		t.Error(faults)
	}
}

// TestTheManualNamesEveryKey: what a story file can hold is in docs/stories.md. The
// faults of unknown keys list what is known.
func TestTheManualNamesEveryKey(t *testing.T) {
	t.Parallel()
	docs, err := os.ReadFile(filepath.Join("..", "docs", "stories.md"))
	if err != nil {
		t.Fatal(err)
	}
	const odd = "qqqqqqqqqqqqqqqqqqqq"
	_, faults := story.Parse("x.test.yaml", []byte(strings.ReplaceAll(`
ODD: 1
people: [{ODD: 1, id: a}]
stubs: {a: {ODD: 1}}
stories:
  - name: a
    ODD: 1
    start: {ODD: 1}
    steps:
      - {ODD: 1}
      - answer: {gate: a, by: a, ODD: 1}
      - cancel: {ODD: 1}
      - label: {ODD: 1}
      - replay: {as: a, ODD: 1}
    expect: {ODD: 1}
`, "ODD", odd)))
	if len(faults) != 11 {
		t.Fatalf("there are %d faults, want 11: %v", len(faults), faults)
	}
	for _, f := range faults {
		_, known, ok := strings.Cut(f.Message, "; there are ")
		if !ok {
			t.Errorf("%s does not list what there is", f)
		}
		for key := range strings.SplitSeq(known, ", ") {
			if !strings.Contains(string(docs), "`"+key) && !strings.Contains(string(docs), key+":") && !strings.Contains(string(docs), key+",") && !strings.Contains(string(docs), key+"}") {
				t.Errorf("docs/stories.md does not name %s", key)
			}
		}
	}
}

// TestTheReadmesFlowRuns: the first flow that a reader copies, to each of its ends.
func TestTheReadmesFlowRuns(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile(filepath.Join("..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(readme), "```yaml\n")
	if !ok {
		t.Fatal("the README shows no flow")
	}
	source, _, _ := strings.Cut(rest, "```")
	src, err := os.ReadFile(filepath.Join("testdata", "readme.test.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	f, faults := story.Parse("readme.test.yaml", src)
	if f == nil {
		t.Fatal(faults)
	}
	suite, faults := story.Load(f, func(story.Text) (story.Source, error) {
		return story.Source{Name: "README.md", Bytes: []byte(source)}, nil
	})
	if suite == nil {
		t.Fatal(faults)
	}
	play(t, suite)
}
