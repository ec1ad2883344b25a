package flow_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/flow"
)

func TestWorkingDirectoryHasFiles(t *testing.T) {
	t.Parallel()
	const log = "tasks: [{id: a, type: Log, message: hi}]}]\n"
	for name, tt := range map[string]struct {
		keys string
		want flow.FileSet
	}{
		"none":       {"", flow.FileSet{}},
		"null":       {"inputFiles: ~, ", flow.FileSet{}},
		"map":        {"inputFiles: {b/c.txt: x, a: \"{{ inputs.i }}\"}, ", flow.FileSet{Named: []flow.Pair{{Name: "b/c.txt", Value: value(t, "x")}, {Name: "a", Value: value(t, "{{ inputs.i }}")}}}},
		"expression": {"inputFiles: \"{{ inputs.i }}\", ", flow.FileSet{Map: tmpl(t, "{{ inputs.i }}")}},
		"json":       {"inputFiles: '{\"a\": \"{{ inputs.i }}\"}', ", flow.FileSet{Map: tmpl(t, `{"a": "{{ inputs.i }}"}`)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := load(t, top+"inputs: [{id: i, type: JSON}]\ntasks: [{id: d, type: WorkingDirectory, "+tt.keys+"outputFiles: [x.csv, '**/*.txt'], "+log)
			spec, ok := f.Tasks[0].Spec.(*flow.Sequential)
			if !ok {
				t.Fatal("not a sequence")
			}
			if diff := cmp.Diff(tt.want, spec.InputFiles); diff != "" {
				t.Errorf("inputFiles (-want +got):\n%s", diff)
			}
			if spec.InputFiles.Empty() != (tt.want.Map == nil && tt.want.Named == nil) {
				t.Errorf("Empty() = %v", spec.InputFiles.Empty())
			}
			if diff := cmp.Diff([]string{"x.csv", "**/*.txt"}, spec.OutputFiles); diff != "" {
				t.Errorf("outputFiles (-want +got):\n%s", diff)
			}
			if !flow.Calls(spec) || flow.Calls(&flow.Sequential{Kind: flow.SequenceSharedDirectory}) {
				t.Error("a folder calls out if and only if it keeps files")
			}
		})
	}
}
