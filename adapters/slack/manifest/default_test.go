package manifest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters/slack/manifest"
)

// TestDefaultIsTheFile: manifest.yaml is what the template makes.
func TestDefaultIsTheFile(t *testing.T) {
	t.Parallel()
	want, err := build(t, manifest.Options{}).YAML()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join("..", "..", "..", "manifest.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("manifest.yaml (-want +got); write it with: signoff slack manifest > manifest.yaml\n%s", diff)
	}
}
