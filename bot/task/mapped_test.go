//go:build linux

package task_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/bot/task"
	"signoff/engine/flow"
)

// mappedCall is a task of a foreign type with an input in its properties.
func mappedCall(t *testing.T, name, a string) task.Call {
	t.Helper()
	c := call(&flow.Mapped{Name: name, Properties: value(t, map[string]any{"item": "{{ inputs.a }}", "n": int64(3)})}, map[string]any{"a": a})
	c.Flow, c.Execution, c.IdempotencyKey = "request", "x1", "x1-1-1"
	return c
}

// program writes a program of the operator's.
func program(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestMappedCommand(t *testing.T) {
	t.Parallel()
	echo := program(t, `read -r task; echo "saw $TOKEN" >&2
printf '{"outputs": {"task": %s, "args": "%s"}, "logs": [{"level": "warn", "message": "careful"}, {"message": "x"}]}' "$task" "$1"`)
	b := newBench(t, withScripts(t, func(c *task.Config) {
		c.Scripts.Allow = false // a mapping is the operator's own
		c.Mapped = map[string]task.Mapping{
			"a.B": {Command: []string{echo, "one"}, Env: map[string]string{"TOKEN": "canary-1234"}, Secrets: []string{"canary-1234"}},
			"a.*": {Command: []string{"/bin/false"}}, "*": {Command: []string{"/bin/false"}},
		}
	}))
	const hostile = `"; touch canary; $(touch canary)`
	got := b.Run(t.Context(), mappedCall(t, "a.B", hostile))
	succeeds(t, got)
	want := map[string]any{"args": "one", "task": map[string]any{
		"type": "a.B", "id": "it", "namespace": "hr.operations", "flow": "request", "execution": "x1", "idempotencyKey": "x1-1-1",
		"properties": map[string]any{"item": hostile, "n": int64(3)},
	}}
	if diff := cmp.Diff(want, got.Outputs); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
	if log := logText(got); !strings.Contains(log, "WARN careful\n") || !strings.Contains(log, "INFO x\n") || !strings.Contains(log, "WARN saw ******\n") {
		t.Errorf("log:\n%s", log)
	}
}

func TestMappedCommandFails(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want string }{
		{"its own words", `printf '%s' '{"problem": "no such\nitem"}'; exit 3`, "no such item"},
		{"exit code", `echo oh >&2; exit 3`, "exit code 3: oh"},
		{"no JSON", `echo hello`, "not a JSON object"},
		{"another JSON", `echo '[1]'`, "not a JSON object"},
		{"endless", `yes '{'`, "did not end within"},
		{"much", `head -c 3000000 /dev/zero | tr '\0' x`, "more than 1 MiB"},
		{"deep", `i=0; while [ $i -lt 20000 ]; do printf '{"outputs":'; i=$((i+1)); done`, "not a JSON object"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := program(t, tt.text)
			b := newBench(t, withScripts(t, func(c *task.Config) {
				c.Mapped = map[string]task.Mapping{"a.B": {Command: []string{path}, Timeout: 2 * time.Second}}
			}))
			fails(t, b.Run(t.Context(), mappedCall(t, "a.B", "x")), tt.want)
		})
	}
	b := newBench(t, withScripts(t, nil))
	fails(t, b.Run(t.Context(), mappedCall(t, "a.B", "x")), "nothing is mapped to the task type a.B", "tasks: {types:")
}

func TestMappedURL(t *testing.T) {
	t.Parallel()
	far := newFar(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		switch {
		case strings.Contains(string(b), `"item":"none"`):
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = io.WriteString(w, `{"problem": "there is no none"}`)
		case strings.Contains(string(b), `"item":"page"`):
			w.WriteHeader(http.StatusBadGateway)
			_, _ = io.WriteString(w, "<html>")
		case strings.Contains(string(b), `"item":"nothing"`):
			w.WriteHeader(http.StatusNoContent)
		default:
			_ = json.NewEncoder(w).Encode(map[string]any{"outputs": map[string]any{"got": json.RawMessage(b), "leak": r.Header.Get("Authorization")}})
		}
	})
	// The far side is on this machine: that the operator named it is enough.
	b := newBench(t, func(c *task.Config) {
		c.Mapped = map[string]task.Mapping{"a.*": {URL: far.URL + "/run", Headers: map[string]string{"Authorization": "Bearer canary-1234-5678"}, Secrets: []string{"Bearer canary-1234-5678"}}}
	})
	got := b.Run(t.Context(), mappedCall(t, "a.b.C", "laptop"))
	succeeds(t, got)
	seen := far.only(t)
	if seen.Key != "x1-1-1" || seen.Header.Get("Authorization") != "Bearer canary-1234-5678" || seen.Method != http.MethodPost {
		t.Errorf("the far side saw %+v", seen)
	}
	if got.Outputs["leak"] != "******" {
		t.Errorf("outputs %v", got.Outputs)
	}
	succeeds(t, b.Run(t.Context(), mappedCall(t, "a.b.C", "nothing")))
	fails(t, b.Run(t.Context(), mappedCall(t, "a.b.C", "none")), "there is no none")
	fails(t, b.Run(t.Context(), mappedCall(t, "a.b.C", "page")), "answered 502")
	// Other tasks may not call it for that.
	fails(t, b.Run(t.Context(), call(get(t, far.URL), nil)), "egress.allow")
}
