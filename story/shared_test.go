package story_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"signoff/story"
)

// published is where the flows that others have published stand, which are not
// ours to keep here.
const published = "/work/shared/flows"

// TestPublishedFlowsRunToTheirEnds: every published flow runs to each of its ends.
// The stories are in testdata/shared, under the names of the flows.
func TestPublishedFlowsRunToTheirEnds(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(published); err != nil {
		t.Skip("the published flows are not here: ", err)
	}
	refused := []string{"workingdirectory-impossible.yaml"} // a flow that must not load
	for _, folder := range []string{"kestra", "page"} {
		flows, err := filepath.Glob(filepath.Join(published, folder, "*.yaml"))
		if err != nil || len(flows) == 0 {
			t.Fatal("there are no flows in ", folder, err)
		}
		for _, file := range flows {
			name := filepath.Base(file)
			if slices.Contains(refused, name) {
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
