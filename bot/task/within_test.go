package task_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/bot/task"
	"signoff/engine"
	"signoff/engine/flow"
	"signoff/store"
)

// inside is what tasks reach within signoff.
type inside struct {
	values  map[string]any
	changes []task.ValueChange
	done    []string
}

func (i *inside) Value(_ context.Context, _ task.Caller, ns, key string) (any, bool, error) {
	if ns == "secret.place" {
		return nil, false, &engine.RejectionError{Text: "A flow of hr.operations may not reach it."}
	}
	v, ok := i.values[ns+"/"+key]
	return v, ok, nil
}

func (i *inside) ChangeValue(_ context.Context, _ task.Caller, v task.ValueChange) error {
	if _, there := i.values[v.Namespace+"/"+v.Key]; there && v.New {
		return store.ErrConflict
	}
	i.changes = append(i.changes, v)
	return nil
}

func (i *inside) Resume(_ context.Context, by task.Caller, id engine.ExecutionID, values map[string]any) error {
	if id == "asks" {
		return &engine.RejectionError{Text: "Only a person can answer."}
	}
	i.done = append(i.done, by.Namespace+" resumes "+string(id))
	return nil
}

func (i *inside) Kill(_ context.Context, by task.Caller, id engine.ExecutionID) error {
	i.done = append(i.done, by.Namespace+" kills "+string(id))
	return nil
}

func (i *inside) Summary(_ context.Context, _ task.Caller, id engine.ExecutionID) (task.Summary, error) {
	return task.Summary{Namespace: "hr", Flow: "vacation", ID: id, State: engine.Failed, Problem: "<!channel> it broke"}, nil
}

func (i *inside) bench(t *testing.T, servers ...*far) bench {
	t.Helper()
	return newBench(t, func(c *task.Config) {
		c.Values, c.Executions, c.BaseURL = i, i, "https://signoff.example.com"
		c.Secrets = secrets{"TOKEN": "canary-1234"}
		for _, s := range servers {
			c.Egress.Allow = append(c.Egress.Allow, s.Listener.Addr().String())
		}
	})
}

func TestKVTasks(t *testing.T) {
	t.Parallel()
	in := &inside{values: map[string]any{"hr.operations/days": int64(3), "hr/x": "y"}}
	b := in.bench(t)
	run := func(spec flow.Spec) task.Result {
		return b.Run(t.Context(), call(spec, map[string]any{"k": "days", "list": []any{int64(1), "a"}}))
	}
	got := run(&flow.KVGet{Key: template(t, "{{ inputs.k }}")})
	succeeds(t, got)
	if diff := cmp.Diff(map[string]any{"value": int64(3)}, got.Outputs); diff != "" {
		t.Errorf("kv.Get (-want +got):\n%s", diff)
	}
	if got := run(&flow.KVGet{Key: template(t, "none")}); got.Problem != "" || got.Outputs["value"] != nil {
		t.Errorf("kv.Get of nothing: %+v", got)
	}
	fails(t, run(&flow.KVGet{Key: template(t, "none"), ErrorOnMissing: true}), `there is no key "none" in the namespace hr.operations`)
	fails(t, run(&flow.KVGet{Key: template(t, "x"), Namespace: template(t, "secret.place")}), "may not reach")
	fails(t, run(&flow.KVGet{Key: template(t, " ")}), "the key is empty")

	succeeds(t, run(&flow.KVSet{Key: template(t, "a"), Value: value(t, "{{ inputs.list }}"), Type: "JSON", TTL: template(t, "P1D"), Overwrite: true}))
	fails(t, run(&flow.KVSet{Key: template(t, "days"), Value: value(t, "1")}), "overwrite is false")
	fails(t, run(&flow.KVSet{Key: template(t, "a"), Value: value(t, "1"), TTL: template(t, "a day"), Overwrite: true}), "ttl:", "ISO 8601")
	fails(t, run(&flow.KVSet{Key: template(t, "a"), Value: value(t, "x{{ secret('TOKEN') }}"), Overwrite: true}), "holds a secret")
	fails(t, run(&flow.KVSet{Key: template(t, "a-{{ secret('TOKEN') }}"), Value: value(t, "1"), Overwrite: true}), "holds a secret")
	fails(t, run(&flow.KVSet{Key: template(t, "a"), Namespace: template(t, "{{ secret('TOKEN') }}"), Value: value(t, "1"), Overwrite: true}), "holds a secret")
	if got := run(&flow.KVDelete{Key: template(t, "days")}); got.Problem != "" || got.Outputs["deleted"] != true {
		t.Errorf("kv.Delete: %+v", got)
	}
	if got := run(&flow.KVDelete{Key: template(t, "none")}); got.Problem != "" || got.Outputs["deleted"] != false {
		t.Errorf("kv.Delete of nothing: %+v", got)
	}
	want := []task.ValueChange{
		{Namespace: "hr.operations", Key: "a", Type: "JSON", Value: []any{int64(1), "a"}, Lasts: 24 * time.Hour},
		{Namespace: "hr.operations", Key: "days", Remove: true},
	}
	if diff := cmp.Diff(want, in.changes); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

func TestExecutionTasks(t *testing.T) {
	t.Parallel()
	in := &inside{}
	b := in.bench(t)
	run := func(spec flow.Spec) task.Result {
		c := call(spec, map[string]any{"id": "x2"})
		c.Execution = "x1"
		return b.Run(t.Context(), c)
	}
	succeeds(t, run(&flow.ResumeExecution{Execution: template(t, "{{ inputs.id }}")}))
	succeeds(t, run(&flow.KillExecution{Execution: template(t, "x3")}))
	fails(t, run(&flow.ResumeExecution{Execution: template(t, "asks")}), "Only a person can answer")
	fails(t, run(&flow.KillExecution{Execution: template(t, "x1")}), "this execution itself")
	fails(t, run(&flow.KillExecution{Execution: template(t, "")}), "executionId is empty")
	if diff := cmp.Diff([]string{"hr.operations resumes x2", "hr.operations kills x3"}, in.done); diff != "" {
		t.Errorf("done (-want +got):\n%s", diff)
	}
	fails(t, newBench(t, nil).Run(t.Context(), call(&flow.KillExecution{Execution: template(t, "x3")}, nil)), "cannot be reached")
}

func TestSlackExecutionTellsOfAnExecution(t *testing.T) {
	t.Parallel()
	far := newFar(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") })
	spec := &flow.SlackWebhook{
		Summary: true, URL: template(t, far.URL+"/services/x"), Execution: template(t, "{{ inputs.id }}"),
		CustomMessage: template(t, "*Look*: {{ inputs.a }}"), CustomFields: pairs(t, "By", "{{ inputs.a }}"), Channel: template(t, "#ops"),
	}
	succeeds(t, (&inside{}).bench(t, far).Run(t.Context(), call(spec, map[string]any{"id": "x9", "a": "<!here>"})))
	want := `{"channel":"#ops","text":"*hr/vacation* FAILED: <https://signoff.example.com/executions/x9|x9>\n` +
		`&lt;!channel&gt; it broke\n*Look*: &lt;!here&gt;\n*By:* &lt;!here&gt;"}`
	if diff := cmp.Diff(want, far.only(t).Body); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
}

func TestDownloadKeepsAFile(t *testing.T) {
	t.Parallel()
	far := newFar(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/gone":
			http.Error(w, "no", http.StatusNotFound)
		case "/large":
			_, _ = io.WriteString(w, strings.Repeat("x", 2000))
		case "/short":
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "short")
		default:
			_, _ = io.WriteString(w, "a,b\n")
		}
	})
	files := &memoryFiles{files: map[string]string{}}
	b := newBench(t, func(c *task.Config) { c.Files, c.Limits.File = files, 1000 }, far.Server)
	run := func(path string) task.Result {
		spec := get(t, far.URL+path)
		spec.Download = true
		c := call(spec, nil)
		c.Execution = "x1"
		return b.Run(t.Context(), c)
	}
	got := run("/reports/may.csv?x=1")
	succeeds(t, got)
	if got.Outputs["uri"] != "signoff:///x1/may.csv" || got.Outputs["length"] != int64(4) || got.Outputs["code"] != int64(200) || got.Outputs["body"] != nil {
		t.Errorf("outputs %v", got.Outputs)
	}
	if files.files["signoff:///x1/may.csv"] != "a,b\n" {
		t.Errorf("kept %v", files.files)
	}
	fails(t, run("/gone"), "answered 404")
	fails(t, run("/large"), "larger than 1000 bytes")
	fails(t, run("/short"), "closed the connection")
	none := get(t, far.URL)
	none.Download = true
	fails(t, newBench(t, nil, far.Server).Run(t.Context(), call(none, nil)), "files are not kept here")
}
