package flow_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/approval"
	"signoff/engine/flow"
)

// load parses a flow of testdata/ok, or a text.
func load(t *testing.T, name string) *flow.Flow {
	t.Helper()
	src := []byte(name)
	if !strings.Contains(name, "\n") {
		var err error
		if src, err = os.ReadFile(filepath.Join("testdata", "ok", name)); err != nil {
			t.Fatal(err)
		}
	}
	f, faults := flow.Parse("flow.yaml", src)
	if f == nil {
		t.Fatalf("Parse refused the flow:\n%s", text(faults))
	}
	return f
}

func TestParseAccepts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/ok/*.yaml")
	if err != nil || len(files) < 8 {
		t.Fatalf("found %d files (%v), want at least 8", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			f, faults := flow.Parse(file, src)
			if f == nil || len(faults) > 0 {
				t.Errorf("Parse found faults:\n%s", text(faults))
			}
		})
	}
}

// The flow of the first demonstration runs unchanged.
func TestParseAcceptsVacationApproval(t *testing.T) {
	t.Parallel()
	const file = "../../../shared/flows/page/vacation_approval.yaml"
	src, err := os.ReadFile(file)
	if os.IsNotExist(err) && os.Getenv("CI") != "true" {
		t.Skipf("%s is not here", file)
	}
	if err != nil {
		t.Fatal(err)
	}
	f, faults := flow.Parse("vacation_approval.yaml", src)
	if f == nil || len(faults) > 0 {
		t.Fatalf("Parse found faults:\n%s", text(faults))
	}
	pause, ok := f.Task("await_decision").Spec.(*flow.Pause)
	if !ok {
		t.Fatal("await_decision is not a Pause")
	}
	if pause.Verdict != "approved" || pause.OnReject != flow.RejectContinue || pause.Behavior != flow.BehaviorFail || pause.Timer() {
		t.Errorf("Pause = verdict %q, onReject %s, behavior %s, timer %v, want approved, CONTINUE, FAIL, false",
			pause.Verdict, pause.OnReject, pause.Behavior, pause.Timer())
	}
	if diff := cmp.Diff(flow.Uses{KV: []string{"HR_API_ENDPOINT"}}, f.Uses); diff != "" {
		t.Errorf("uses (-want +got):\n%s", diff)
	}
}

func TestParseReadsPause(t *testing.T) {
	t.Parallel()
	pause, ok := load(t, "equipment_order.yaml").Task("approve_order").Spec.(*flow.Pause)
	if !ok {
		t.Fatal("approve_order is not a Pause")
	}
	policy := &approval.Policy{
		Stages: []approval.Stage{
			{ID: "manager", Who: []approval.Selector{
				{Kind: approval.User, Name: "dana@example.com"}, {Kind: approval.User, Name: "alex@example.com"},
			}},
			{ID: "finance", Who: []approval.Selector{{Kind: approval.Group, Name: "finance"}}, Need: approval.Need{Count: 2}},
		},
		Exclude: []approval.Selector{{Kind: approval.User, Name: "kim@example.com"}},
		Repeat:  true,
	}
	if diff := cmp.Diff(policy, pause.Approval); diff != "" {
		t.Errorf("approval (-want +got):\n%s", diff)
	}
	deliver := []flow.Destination{{Surface: "slack", To: "#orders"}, {Surface: "email", To: flow.Approvers}}
	if diff := cmp.Diff(deliver, pause.Deliver); diff != "" {
		t.Errorf("deliver (-want +got):\n%s", diff)
	}
	var facts []string
	for _, f := range pause.Request.Facts {
		facts = append(facts, f.Label+"="+f.Value.Source())
	}
	want := []string{
		"Total={{ outputs.total.value }}", "Pieces={{ inputs.pieces }}", "By={{ inputs.needed_by ?? 'any time' }}",
	}
	if diff := cmp.Diff(want, facts); diff != "" {
		t.Errorf("facts in the order of the source (-want +got):\n%s", diff)
	}
	got := []string{
		pause.Request.Title.Source(), pause.Request.Links[0].Text.Source(), pause.Verdict, pause.RejectNeeds,
		pause.Duration.Source(), string(pause.Behavior), string(pause.OnReject),
	}
	want = []string{"Order {{ inputs.item }}", "Price list", "go_ahead", "reason", "P3D", "CANCEL", "CONTINUE"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pause (-want +got):\n%s", diff)
	}
}

func TestParseReadsFlow(t *testing.T) {
	t.Parallel()
	f := load(t, "equipment_order.yaml")
	labels := map[string]string{"team": "it", "cost-center": "4711"}
	if diff := cmp.Diff(labels, f.Labels); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	if got := f.Variables["threshold"].Source(); got != int64(500) {
		t.Errorf("vars.threshold = %v (%T), want int64 500", got, got)
	}
	urgency := f.Inputs[3]
	want := []flow.Option{{Value: "low"}, {Value: "high", Label: "Needed this week"}}
	if diff := cmp.Diff(want, urgency.Values); diff != "" || !urgency.Radio || urgency.AllowCustom {
		t.Errorf("urgency = radio %v, custom %v, values (-want +got):\n%s", urgency.Radio, urgency.AllowCustom, diff)
	}
	if by := f.Inputs[4]; by.Required || by.After != "2026-01-01" {
		t.Errorf("needed_by = %+v, want optional and after 2026-01-01", by)
	}
}

func TestParseReadsCalls(t *testing.T) {
	t.Parallel()
	f := load(t, "calls.yaml")
	put, ok := f.Task("put").Spec.(*flow.HTTPRequest)
	if !ok {
		t.Fatal("put is not an http.Request")
	}
	if !put.AllowFailed || put.Timeout != 20*time.Second || !slices.Equal(put.Accept, []int{404, 409}) {
		t.Errorf("put = %+v, want allowFailed, 20 s, 404 and 409", put)
	}
	body := map[string]any{"name": "{{ inputs.who }}", "tags": []any{"a", "{{ flow.id }}"}}
	if diff := cmp.Diff(body, put.Body.Source()); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
	get, ok := f.Task("get").Spec.(*flow.HTTPRequest)
	if !ok || len(get.Params) != 2 || get.Params[0].Name != "q" || get.Params[1].Value.Source() != int64(1) {
		t.Errorf("get = %+v, want params q and page in order", get)
	}
	if diff := cmp.Diff(flow.Uses{KV: []string{"API", "GREETING"}}, f.Uses); diff != "" {
		t.Errorf("uses (-want +got):\n%s", diff)
	}
	computed := load(t, one("type: Log\n    message: \"{{ kv(flow.id) }}\""))
	if !computed.Uses.KVAny {
		t.Error("kv(flow.id): KVAny = false, want true")
	}
}

// one is a flow of one task.
func one(task string) string {
	return "id: one\nnamespace: demo\ntasks:\n  - id: it\n    " + task + "\n"
}

func TestParseKnowsTaskNames(t *testing.T) {
	t.Parallel()
	rest := map[flow.Type]string{
		flow.TypePause: "", flow.TypeLog: "message: hi", flow.TypeReturn: "format: hi",
		flow.TypeIf:          "{condition: 1, then: [{id: x, type: Log, message: hi}]}",
		flow.TypeHTTPRequest: "uri: https://example.com",
	}
	for name, want := range map[string]flow.Type{
		"Pause": flow.TypePause, "core.flow.Pause": flow.TypePause,
		"io.kestra.plugin.core.flow.Pause": flow.TypePause, "io.kestra.core.tasks.flows.Pause": flow.TypePause,
		"Log": flow.TypeLog, "io.kestra.plugin.core.log.Log": flow.TypeLog, "io.kestra.core.tasks.debugs.Log": flow.TypeLog,
		"Return": flow.TypeReturn, "io.kestra.plugin.core.debug.Return": flow.TypeReturn,
		"http.Request": flow.TypeHTTPRequest, "core.http.Request": flow.TypeHTTPRequest, "Request": flow.TypeHTTPRequest,
		"io.kestra.plugin.core.http.Request": flow.TypeHTTPRequest,
	} {
		f := load(t, one("type: "+name+"\n    "+rest[want]))
		if got := f.Tasks[0].Type; got != want {
			t.Errorf("type %s = %s, want %s", name, got, want)
		}
	}
	for _, name := range []string{"pause", "ause", ".Pause", "Pause.", "Script", "Commands"} {
		if f, faults := flow.Parse("f", []byte(one("type: "+name))); f != nil {
			t.Errorf("type %s was accepted: %v", name, faults)
		}
	}
	for _, name := range []string{"low.Pause", "log.log.Log", "io.kestra.plugin.docker.Build"} {
		if f, faults := flow.Parse("f", []byte(one("type: "+name))); f == nil || !faults.Block() || f.Blocked() == "" {
			t.Errorf("type %s can be started: %v", name, faults)
		}
	}
}

func TestParseSettles(t *testing.T) {
	t.Parallel()
	const ask = "type: Pause\n    onResume: [{id: ok, type: BOOL}]\n    "
	const log = "\n  - {id: after, type: Log, message: \"{{ %s }}\"}"
	read := func(path string) string { return ask + strings.Replace(log, "%s", path, 1) }
	tests := map[string]struct {
		task     string
		behavior flow.Behavior
		reject   flow.OnReject
		timer    bool
	}{
		"reject_fails_when_unread":           {ask, flow.BehaviorFail, flow.RejectFail, false},
		"reject_goes_on_when_verdict_read":   {read("outputs.it.onResume.ok"), flow.BehaviorFail, flow.RejectContinue, false},
		"reject_goes_on_when_form_read":      {read("outputs.it.onResume"), flow.BehaviorFail, flow.RejectContinue, false},
		"reject_goes_on_when_outcome_read":   {read("outputs.it.outcome"), flow.BehaviorFail, flow.RejectContinue, false},
		"reject_goes_on_when_task_read":      {read("outputs['it']"), flow.BehaviorFail, flow.RejectContinue, false},
		"reject_fails_when_only_person_read": {read("outputs.it.resumed.by"), flow.BehaviorFail, flow.RejectFail, false},
		"reject_fails_when_all_is_printed":   {read("outputs"), flow.BehaviorFail, flow.RejectFail, false},
		"reject_as_written":                  {read("outputs.it")[:len(ask)] + "onReject: CANCEL", flow.BehaviorFail, flow.RejectCancel, false},
		"expiry_fails":                       {ask + "pauseDuration: P1D", flow.BehaviorFail, flow.RejectFail, false},
		"expiry_as_written":                  {ask + "pauseDuration: P1D\n    behavior: WARN", flow.BehaviorWarn, flow.RejectFail, false},
		"timer_goes_on":                      {"type: Pause\n    pauseDuration: P1D", flow.BehaviorResume, flow.RejectFail, true},
		"older_timer_goes_on":                {"type: Pause\n    delay: P1D", flow.BehaviorResume, flow.RejectFail, true},
		"timer_as_written":                   {"type: Pause\n    delay: P1D\n    behavior: CANCEL", flow.BehaviorCancel, flow.RejectFail, true},
		"request_is_no_timer":                {"type: Pause\n    delay: P1D\n    request: {title: x}", flow.BehaviorFail, flow.RejectFail, false},
		"timeout_always_fails":               {"type: Pause\n    timeout: P1D\n    behavior: RESUME", flow.BehaviorFail, flow.RejectFail, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pause, ok := load(t, one(tt.task)).Tasks[0].Spec.(*flow.Pause)
			if !ok {
				t.Fatal("not a Pause")
			}
			if pause.Behavior != tt.behavior || pause.OnReject != tt.reject || pause.Timer() != tt.timer {
				t.Errorf("behavior %s, onReject %s, timer %v, want %s, %s, %v",
					pause.Behavior, pause.OnReject, pause.Timer(), tt.behavior, tt.reject, tt.timer)
			}
		})
	}
}

// Only an empty list lets the requester answer.
func TestParseExcludesRequester(t *testing.T) {
	t.Parallel()
	for exclude, want := range map[string]bool{
		"":                               false,
		"exclude: [requester]":           false,
		"exclude: [user:kim]":            false,
		"exclude: [requester, user:kim]": false,
		"exclude: []":                    true,
	} {
		f := load(t, one("type: Pause\n    approval:\n      stages: [{id: s, who: group:hr}]\n      "+exclude))
		pause, ok := f.Tasks[0].Spec.(*flow.Pause)
		if !ok || pause.Approval.AllowRequester != want {
			t.Errorf("%q: AllowRequester = %v, want %v", exclude, !want, want)
		}
	}
}

func TestWalk(t *testing.T) {
	t.Parallel()
	f := load(t, "nested_branches.yaml")
	var got []string
	for task := range f.Walk() {
		got = append(got, task.ID)
	}
	want := []string{"outer", "choose", "a", "b", "c", "after"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Walk (-want +got):\n%s", diff)
	}
	for task := range f.Walk() {
		if task.ID == "choose" {
			break // the rest is not visited
		}
	}
	if f.Task("c") == nil || f.Task("nobody") != nil {
		t.Errorf("Task(c) = %v, Task(nobody) = %v, want found and nil", f.Task("c"), f.Task("nobody"))
	}
}
