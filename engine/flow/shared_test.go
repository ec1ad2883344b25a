package flow_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/flow"
)

// published says what is told of each flow that others have published, by rule
// and line.
func published() map[string]string {
	return map[string]string{
		"kestra/approval.yaml":                        "input-unused:5",
		"kestra/business_processes.yaml":              "",
		"kestra/docker-digest-promotion.yaml":         "task-unknown:24 task-unknown:34 expiry-default:46 task-unknown:49 task-unknown:55",
		"kestra/each-pause.yaml":                      "",
		"kestra/flow-concurrency-cancel-pause.yaml":   "",
		"kestra/flow-concurrency-queue-pause.yaml":    "",
		"kestra/gen_img_approval.yaml":                "task-unknown:21 task-unknown:52",
		"kestra/incident_triage.yaml":                 "task-unknown:10 task-unknown:40",
		"kestra/metaplane_gate.yaml":                  "task-unknown:6 task-unknown:17",
		"kestra/nutanix-safe-patching-workflow.yaml":  "task-unknown:12 task-unknown:36 task-unknown:66 task-unknown:75",
		"kestra/pause-older.yaml":                     "",
		"kestra/pause-test.yaml":                      "",
		"kestra/pause-timeout-allow-failure.yaml":     "expiry-default:7",
		"kestra/pause-timeout.yaml":                   "expiry-default:7",
		"kestra/pause.yaml":                           "",
		"kestra/pause_demo.yaml":                      "",
		"kestra/pause_demo_with_subflow.yaml":         "",
		"kestra/pause_for_approval.yaml":              "",
		"kestra/pause_on_resume.yaml":                 "",
		"kestra/pause_warn.yaml":                      "",
		"kestra/paused_example.yaml":                  "",
		"kestra/product_data.yaml":                    "key-ignored:19 task-unknown:45 task-unknown:58 task-unknown:62 trigger-inputs:105 schedule-timezone:107",
		"kestra/request-resources-older.yaml":         "verdict-unread:100",
		"kestra/request-resources.yaml":               "verdict-unread:96",
		"kestra/stale_prs.yaml":                       "schedule-timezone:12 key-ignored:19 key-ignored:41",
		"kestra/trigger-flow-with-pause.yaml":         "",
		"kestra/vacation_approval.yaml":               "",
		"kestra/vacation_approval_process-older.yaml": "verdict-unread:34",
		"kestra/vacation_approval_process.yaml":       "verdict-unread:34",
		"kestra/workingdirectory-impossible.yaml":     "pause-in-directory:11",
		"page/approval_gate.yaml":                     "verdict-unread:14 schedule-timezone:21 webhook-key-in-file:24",
		"page/conditional_branching.yaml":             "",
		"page/vacation_approval.yaml":                 "",
	}
}

// Every published flow loads as it stands, but for the one that is impossible.
func TestPublishedFlowsLoad(t *testing.T) {
	t.Parallel()
	const root = "../../../shared/flows"
	files, err := filepath.Glob(root + "/*/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 && os.Getenv("CI") != "true" {
		t.Skipf("%s is not here", root)
	}
	want := published()
	if len(files) != len(want) {
		t.Errorf("found %d flows, want %d", len(files), len(want))
	}
	for _, file := range files {
		name, err := filepath.Rel(root, file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			f, faults := flow.Parse(name, src)
			impossible := name == "kestra/workingdirectory-impossible.yaml"
			if (f == nil) != impossible {
				t.Fatalf("loads %v, want %v: %v", f != nil, !impossible, faults)
			}
			var told []string
			blocked := false
			for _, fault := range faults {
				told = append(told, fmt.Sprintf("%s:%d", fault.Rule, fault.Line))
				blocked = blocked || fault.Rule == "task-unknown"
			}
			if diff := cmp.Diff(want[name], strings.Join(told, " ")); diff != "" {
				t.Errorf("faults (-want +got):\n%s\n%s", diff, text(faults))
			}
			if f != nil && (f.Blocked() != "") != blocked {
				t.Errorf("Blocked() = %q, want blocked %v", f.Blocked(), blocked)
			}
		})
	}
}

// With its types mapped, each of them can be started.
func TestPublishedFlowsStartWhenMapped(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../../shared/flows/*/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 && os.Getenv("CI") != "true" {
		t.Skip("shared/flows is not here")
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		loader := flow.Loader{Mapped: func(name string) bool { return strings.HasPrefix(name, "io.kestra.plugin.") }}
		if f, faults := loader.Parse(file, src); f != nil && (faults.Block() || f.Blocked() != "") {
			t.Errorf("%s is blocked: %v", file, faults)
		}
	}
}
