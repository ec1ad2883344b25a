package story_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signoff/story"
)

// published is where the flows that others have published stand, which are not
// ours to keep here.
const published = "../../shared/flows"

// TestPublishedFlowsRunToTheirEnds: every published flow runs to each of its ends.
// The stories are in testdata/shared, under the names of the flows.
func TestPublishedFlowsRunToTheirEnds(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(published); err != nil {
		t.Skip("the published flows are not here: ", err)
	}
	const refused = "workingdirectory-impossible.yaml" // see below
	for _, folder := range []string{"kestra", "page"} {
		flows, err := filepath.Glob(filepath.Join(published, folder, "*.yaml"))
		if err != nil || len(flows) == 0 {
			t.Fatal("there are no flows in ", folder, err)
		}
		for _, file := range flows {
			name := filepath.Base(file)
			if name == refused {
				continue
			}
			t.Run(folder+"/"+name, func(t *testing.T) {
				t.Parallel()
				stories := filepath.Join("testdata", "shared", folder, name[:len(name)-len(".yaml")]+story.Suffix+".yaml")
				play(t, load(t, stories, filepath.Dir(file)))
			})
		}
	}
}

// TestAPauseInAWorkingDirectoryIsRefused: at its line, before any story runs.
func TestAPauseInAWorkingDirectoryIsRefused(t *testing.T) {
	t.Parallel()
	file := filepath.Join(published, "kestra", "workingdirectory-impossible.yaml")
	src, err := os.ReadFile(file)
	if err != nil {
		t.Skip("the published flows are not here: ", err)
	}
	f, faults := story.Parse("impossible.test.yaml", []byte("flow: impossible.yaml\nstories: [{name: it runs}]\n"))
	if f == nil {
		t.Fatal(faults)
	}
	suite, faults := story.Load(f, func(name story.Text) (story.Source, error) {
		return story.Source{Name: name.Text, Bytes: src}, nil
	})
	if suite != nil || len(faults) != 1 || !strings.HasPrefix(faults[0].String(), "impossible.yaml:11:9: ") || faults[0].Rule != "pause-in-directory" {
		t.Errorf("the faults are %v", faults)
	}
}
