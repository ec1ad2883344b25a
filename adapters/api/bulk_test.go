package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/adapters/api"
	"signoff/engine"
)

// many answers each id as the test says; what is not named is fine.
type many struct {
	*product

	mu    sync.Mutex
	order []string // guarded by mu
	fails map[string]error
	said  map[string]adapters.Answer
}

func (m *many) Do(_ context.Context, id engine.ExecutionID, o api.Order) (engine.Execution, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.order = append(m.order, string(id))
	return engine.Execution{ID: id, State: engine.Killed}, m.fails[string(id)]
}

func (m *many) Replay(_ context.Context, r api.ReplayRequest) (engine.Execution, error) {
	return engine.Execution{ID: "new-" + r.Of, State: engine.Running}, m.fails[string(r.Of)]
}

func (m *many) Look(_ context.Context, l adapters.Look) (adapters.Answer, error) {
	if strings.HasPrefix(l.Request, "absent") {
		return adapters.Answer{Kind: adapters.Refused, Text: "There is no such request any more."}, nil
	}
	return adapters.Answer{Kind: adapters.Shown, Card: m.card}, nil
}

func (m *many) Click(ctx context.Context, c adapters.Click) (adapters.Answer, error) {
	if _, err := m.product.Click(ctx, c); err != nil {
		return adapters.Answer{}, err
	}
	if a, ok := m.said[c.Request]; ok {
		return a, nil
	}
	return m.answer, nil
}

func (m *many) TryClick(_ context.Context, c adapters.Click) (adapters.Answer, error) {
	if a, ok := m.said[c.Request]; ok {
		return a, nil
	}
	return adapters.Answer{Kind: adapters.Shown}, nil
}

func post(t *testing.T, base, path, body string) (int, api.BulkAnswer, string) {
	t.Helper()
	status, raw := send(t, request(t, http.MethodPost, base+path, danaToken, body))
	var a api.BulkAnswer
	if status == http.StatusOK {
		if err := json.Unmarshal([]byte(raw), &a); err != nil {
			t.Fatal(err)
		}
	}
	return status, a, raw
}

// One bad id refuses itself and nothing else.
func TestBulkSaysWhatCameOfEach(t *testing.T) {
	t.Parallel()
	m := &many{product: newProduct(), fails: map[string]error{
		"gone":  &engine.RejectionError{Code: engine.NotFound, Text: "There is no such execution."},
		"over":  &engine.RejectionError{Code: engine.Ended, Text: "It has ended."},
		"wrong": fmt.Errorf("open /secret/place: broken"),
	}}
	status, a, raw := post(t, serveAs(t, m), "/api/v1/executions/kill/by-ids", `{"ids":["a","gone","b","over","a","wrong"]}`)
	if status != http.StatusOK || a.Done != 2 || a.Failed != 3 || strings.Contains(raw, "secret") {
		t.Fatalf("%d %s", status, raw)
	}
	var got []string
	for _, r := range a.Results {
		code := ""
		if r.Error != nil {
			code = r.Error.Code
		}
		got = append(got, fmt.Sprint(r.ID, " ", r.OK, " ", r.State, code))
	}
	want := []string{"a true KILLED", "gone false not_found", "b true KILLED", "over false ended", "wrong false internal"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestBulkByQuery(t *testing.T) {
	t.Parallel()
	m := &many{product: newProduct()}
	m.found = []engine.Execution{{ID: "new", State: engine.Running}, {ID: "waits", State: engine.Queued}, {ID: "old", State: engine.Paused}}
	base := serveAs(t, m)
	status, a, raw := post(t, base, "/api/v1/executions/kill/by-query", `{"query":{"namespace":"hr","labels":{"a":"b"}}}`)
	if status != http.StatusOK || a.Done != 3 || a.Results[0].ID != "new" {
		t.Fatalf("%d %s", status, raw)
	}
	// What waits in a queue is killed first: it would take the slot of another.
	if m.order[0] != "waits" {
		t.Errorf("they are killed in the order %v", m.order)
	}
	if f := m.filters[0]; f.Namespace != "hr" || f.Labels["a"] != "b" || len(f.States) != 5 || f.Limit != api.MaxBulk+1 {
		t.Errorf("the filter is %+v", f)
	}
	status, a, raw = post(t, base, "/api/v1/executions/replay/by-query", `{"query":{"flow":"f","states":["failed"]},"latest":true}`)
	if status != http.StatusOK || a.Results[2].Execution != "new-old" {
		t.Errorf("%d %s", status, raw)
	}
	if f := m.filters[1]; len(f.States) != 1 || f.States[0] != engine.Failed {
		t.Errorf("the filter is %+v", f)
	}
}

func TestBulkIsBounded(t *testing.T) {
	t.Parallel()
	m := &many{product: newProduct()}
	m.found = make([]engine.Execution, api.MaxBulk+1)
	base := serveAs(t, m)
	var ids []string
	for i := range api.MaxBulk + 1 {
		ids = append(ids, fmt.Sprintf("%q", fmt.Sprintf("x%d", i)))
	}
	for path, body := range map[string]string{
		"executions/kill/by-ids":         `{"ids":[` + strings.Join(ids, ",") + `]}`,
		"executions/kill/by-query":       `{"query":{"namespace":"hr"}}`,
		"requests/decide/by-query":       `{"query":{"namespace":"hr"},"verdict":"approve"}`,
		"requests/decide/by-ids":         `{"ids":[` + strings.Join(ids, ",") + `],"verdict":"approve"}`,
		"executions/cancel/by-query":     `{"query":{}}`,
		"executions/restart/by-query":    `{"ids":["a"]}`,
		"executions/hold/by-ids":         `{"query":{"namespace":"hr"}}`,
		"executions/release/by-ids":      `{"ids":[]}`,
		"executions/labels/by-ids":       `{"ids":["a",""]}`,
		"executions/force-run/by-ids":    `{"ids":["a"],"reason":"x"}`,
		"executions/replay/by-ids":       `{"ids":["a"],"taskRun":"3"}`,
		"executions/replay/by-query":     `{"query":{"states":["LATE"]}}`,
		"executions/labels/by-query":     `{"query":{"state":"PAUSED"}}`,
		"main/executions/kill/by-ids":    `["a"`,
		"executions/resume/by-ids":       `["x1"]`,
		"executions/restart/by-ids":      `["a"]`,
		"executions/release/by-query":    ``,
		"main/executions/restart/by-ids": `{"ids":["a"]}`,
	} {
		status, _, raw := post(t, base, "/api/v1/"+path, body)
		if status < 400 || status > 499 {
			t.Errorf("%s: %d %.200s", path, status, raw)
		}
	}
	if len(m.order) > 0 || len(m.clicks) > 0 {
		t.Errorf("something was done: %v", m.order)
	}
}

// Beat 5 and H5 of Kestra's holes: bulk decisions carry inputs, which are checked
// for each, and one that is refused keeps no other back.
func TestKestraBeat5_BulkDecisionsSayWhatCameOfEach(t *testing.T) {
	t.Parallel()
	m := &many{product: newProduct(), said: map[string]adapters.Answer{
		"x2.1": {Kind: adapters.Invalid, Fields: map[string]string{"reason": "is required"}},
		"x3.1": {Kind: adapters.Refused, Code: "own_request", Text: "It is your own request."},
	}}
	body := `{"ids":["x1.1","x2.1","x3.1","absent.1"],"items":[{"id":"x4.1","version":2,"verdict":"reject","values":{"reason":"no"}}],` +
		`"verdict":"approve","values":{"days":3}`
	for _, dry := range []bool{true, false} {
		base := serveAs(t, m)
		status, a, raw := post(t, base, "/api/v1/requests/decide/by-ids", fmt.Sprintf(`%s,"dryRun":%t}`, body, dry))
		if status != http.StatusOK || a.Done != 2 || a.Failed != 3 || a.DryRun != dry {
			t.Fatalf("%d %s", status, raw)
		}
		codes := map[string]string{}
		for _, r := range a.Results {
			if r.Error != nil {
				codes[r.ID] = r.Error.Code + fmt.Sprint(r.Error.Fields)
			}
		}
		want := map[string]string{"x2.1": "bad_inputmap[reason:is required]", "x3.1": "own_requestmap[]", "absent.1": "not_foundmap[]"}
		if diff := cmp.Diff(want, codes); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if dry && len(m.clicks) > 0 {
			t.Errorf("the dry run decided: %+v", m.clicks)
		}
	}
	said := map[string]string{}
	for _, c := range m.clicks {
		said[c.Request] = fmt.Sprint(c.Action, c.Version, c.Values)
		if c.Actor.ID != "dana@example.com" || c.Once == "" || c.Evidence == "" {
			t.Errorf("the click is %+v", c)
		}
	}
	want := map[string]string{
		"x1.1": "approve2 map[days:3]", "x2.1": "approve2 map[days:3]", "x3.1": "approve2 map[days:3]", "x4.1": "reject2 map[reason:no]",
	}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Errorf("the clicks (-want +got):\n%s", diff)
	}
}

func TestBulkDecisionsByQuery(t *testing.T) {
	t.Parallel()
	m := &many{product: newProduct()}
	closed := m.execution
	closed.ID, closed.Runs = "x2", []engine.TaskRun{{ID: "1", Request: &engine.Request{Outcome: engine.Approved}}}
	m.found = []engine.Execution{m.execution, closed}
	status, a, raw := post(t, serveAs(t, m), "/api/v1/requests/decide/by-query", `{"query":{"flow":"vacation"},"verdict":"approve"}`)
	if status != http.StatusOK || len(a.Results) != 1 || a.Results[0].ID != "x1.1" || a.Results[0].Version != 2 {
		t.Errorf("%d %s", status, raw)
	}
}

// Nobody decides with the token of nobody, not in bulk either.
func TestBulkDecisionsNeedAPerson(t *testing.T) {
	t.Parallel()
	m := &many{product: newProduct()}
	base := serveAs(t, m)
	for _, path := range []string{"requests/decide/by-ids", "executions/resume/by-ids", "main/executions/resume/by-ids", "executions/x1/resume?request=x1.1"} {
		body := `{"ids":["x1.1"],"verdict":"approve"}`
		switch {
		case strings.Contains(path, "resume/by-ids"):
			body = `["x1.1"]`
		case strings.Contains(path, "resume"):
			body = ""
		}
		status, raw := send(t, request(t, http.MethodPost, base+"/api/v1/"+path, serviceToken, body))
		if status != http.StatusForbidden || len(m.clicks) > 0 {
			t.Errorf("%s: %d %s", path, status, raw)
		}
	}
}
