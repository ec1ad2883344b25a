package flow_test

import (
	"strings"
	"testing"

	"signoff/engine/flow"
)

// The gates of published flows that expire as if somebody had approved them, in
// the shapes in which they stand: no form, hours or an expression, and words
// that say a person decides. Each is told by name.
func TestKestraBeat1_WarnsOfGatesThatExpireOpen(t *testing.T) {
	t.Parallel()
	gates := map[string]string{
		"terraform_apply":      "{id: approve, type: P, description: Wait for a human to approve the plan., pauseDuration: PT2H}",
		"dbt_core":             "{id: approve_prod, type: P, pauseDuration: PT4H}",
		"dbt_cloud":            "{id: wait_for_signoff, type: P, pauseDuration: PT4H}",
		"docker_promotion":     "{id: approve_promotion, type: P, pauseDuration: \"{{ inputs.timeout }}\"}",
		"git_push_dry_run":     "{id: review, type: P, pauseDuration: PT1H}",
		"hightouch_production": "{id: approval, type: P, pauseDuration: P1D}",
		"jenkins_deploy":       "{id: gate, type: P, pauseDuration: PT30M}",
		"nutanix_cut_over":     "{id: cutover_gate, type: P, pauseDuration: PT6H}",
		"opa_policy":           "{id: policy_review, type: P, pauseDuration: P2D}",
		"proxmox_drain":        "{id: confirm_drain, type: P, pauseDuration: \"{{ inputs.timeout }}\"}",
		"argocd_waves":         "{id: next_wave, type: P, pauseDuration: PT1H}",
		"cloudflare_canary":    "{id: promote_canary, type: P, pauseDuration: PT45M}",
		"vacation_in_seconds":  "{id: wait_for_approval, type: P, description: Wait for manual approval., pauseDuration: PT30S}",
		"with_a_form":          "{id: ask, type: P, onResume: [{id: ok, type: BOOL}], onReject: FAIL, pauseDuration: PT1M}",
	}
	if len(gates) < 13 {
		t.Fatalf("%d gates, want 13", len(gates))
	}
	for name, gate := range gates {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src := "id: a\nnamespace: b\ninputs: [{id: timeout, type: STRING}]\ntasks:\n  - " +
				strings.Replace(gate, "type: P", "type: io.kestra.plugin.core.flow.Pause", 1) +
				"\n  - {id: deploy, type: Log, message: \"{{ inputs.timeout }}\"}\n"
			f, faults := flow.Parse("gate.yaml", []byte(src))
			if f == nil || len(faults) != 1 || faults[0].Rule != "expiry-default" || faults[0].Line != 5 {
				t.Errorf("Parse = %v, want one expiry-default at line 5", faults)
			}
		})
	}
}

// A gate with a decision fails when nobody decides.
func TestKestraBeat1_ExpiryOfADecisionIsNoApproval(t *testing.T) {
	t.Parallel()
	for _, task := range []string{
		"type: Pause\n    onResume: [{id: ok, type: BOOL}]\n    pauseDuration: P1D",
		"type: Pause\n    approval: {stages: [{id: s, who: 'group:hr'}]}\n    delay: P1D",
		"type: Pause\n    request: {title: May we}\n    timeout: P1D",
		"type: HumanTask\n    pauseDuration: P1D",
		"type: HumanTask\n    assignment: {groups: [hr]}\n    pauseDuration: P1D",
	} {
		pause, ok := load(t, one(task)).Tasks[0].Spec.(*flow.Pause)
		if !ok || pause.Behavior != flow.BehaviorFail || pause.Timer() {
			t.Errorf("%s: behavior %v, want FAIL and people asked", task, pause.Behavior)
		}
	}
}

// An approve switch that nothing reads is told by name, and rejecting ends the
// execution; one that is read branches.
func TestKestraBeat2_UnreadVerdictIsTold(t *testing.T) {
	t.Parallel()
	const gate = "id: a\nnamespace: b\ntasks:\n  - {id: ask, type: Pause, onResume: [{id: ok, type: BOOLEAN, defaults: true}, {id: why, type: STRING}]}\n"
	tests := map[string]struct {
		later string
		told  bool
	}{
		"nothing_later":     {"", true},
		"only_the_reason":   {"  - {id: l, type: Log, message: \"{{ outputs.ask.onResume.why }}\"}\n", true},
		"another_system":    {"  - {id: l, type: com.example.Notify, text: \"{{ outputs.ask.resumed.by }}\"}\n", true},
		"read_by_if":        {"  - {id: l, type: If, condition: \"{{ outputs.ask.onResume.ok }}\", then: [{id: m, type: Return}]}\n", false},
		"read_by_run_if":    {"  - {id: l, type: Return, runIf: \"{{ outputs.ask.onResume.ok }}\"}\n", false},
		"read_by_switch":    {"  - {id: l, type: Switch, value: \"{{ outputs.ask.outcome }}\", defaults: [{id: m, type: Return}]}\n", false},
		"read_by_another":   {"  - {id: l, type: com.example.Notify, ok: \"{{ outputs.ask.onResume.ok }}\"}\n", false},
		"read_by_the_flow":  {"outputs: [{id: o, type: BOOL, value: \"{{ outputs.ask.onResume.ok }}\"}]\n", false},
		"read_at_the_end":   {"afterExecution: [{id: l, type: Log, message: \"{{ outputs.ask.onResume.ok }}\"}]\n", false},
		"read_by_variables": {"variables: {v: \"{{ outputs.ask.onResume.ok }}\"}\n", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, faults := flow.Parse("gate.yaml", []byte(gate+tt.later))
			if f == nil {
				t.Fatalf("%v", faults)
			}
			told := false
			for _, fault := range faults {
				told = told || fault.Rule == "verdict-unread" && fault.Line == 4
			}
			want := flow.RejectContinue
			if tt.told {
				want = flow.RejectFail
			}
			pause, ok := f.Task("ask").Spec.(*flow.Pause)
			if told != tt.told || !ok || pause.OnReject != want {
				t.Errorf("told %v, onReject %s, want %v, %s", told, pause.OnReject, tt.told, want)
			}
		})
	}
}
