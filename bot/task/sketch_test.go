package task_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/bot/task"
	"signoff/engine/expr"
	"signoff/engine/flow"
)

// TestSketchShowsWhatWouldBeSent: every kind of call, rendered and not made, with
// its secrets masked.
func TestSketchShowsWhatWouldBeSent(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		task    string
		want    map[string]any
		problem string
	}{
		"a request with JSON": {
			`{id: t, type: http.Request, uri: "https://a.example/{{ inputs.n }}", method: POST, body: {n: "{{ inputs.n }}"}, headers: {Authorization: "Bearer {{ secret('TOKEN') }}"}}`,
			map[string]any{
				"method": "POST", "url": "https://a.example/7", "body": map[string]any{"n": int64(7)},
				"headers": map[string]any{"Authorization": "Bearer ******", "Content-Type": "application/json"},
			},
			"",
		},
		"a multipart form": {
			`{id: t, type: http.Request, uri: "https://a.example", method: POST, contentType: multipart/form-data, formData: {n: "{{ inputs.n }}"}}`,
			map[string]any{
				"method": "POST", "url": "https://a.example", "form": map[string]any{"n": "7"},
				"headers": map[string]any{"Content-Type": "multipart/form-data"},
			},
			"",
		},
		"a webhook": {
			`{id: t, type: slack.SlackIncomingWebhook, url: "https://hooks.example/{{ secret('TOKEN') }}", messageText: "n is {{ inputs.n }}"}`,
			map[string]any{"method": "POST", "url": "https://hooks.example/******", "body": map[string]any{"text": "n is 7"}},
			"",
		},
		"a mail": {
			`{id: t, type: mail.MailSend, from: a@a.example, to: b@b.example, subject: "n {{ inputs.n }}", htmlTextContent: "<b>{{ inputs.tag }}</b>", host: smtp.a.example}`,
			map[string]any{
				"from": "a@a.example", "to": "b@b.example", "subject": "n 7", "host": "smtp.a.example", "html": "<b>&lt;i&gt;</b>",
			},
			"",
		},
		"a script": {
			`{id: t, type: shell.Commands, commands: ["echo {{ inputs.n }}"], env: {N: "{{ inputs.n }}"}}`,
			map[string]any{"source": `echo "${SIGNOFF_V1}"`, "env": map[string]any{"SIGNOFF_V1": "7", "N": "7"}},
			"",
		},
		"a value": {
			`{id: t, type: kv.Set, key: "k{{ inputs.n }}", value: "{{ inputs.n }}"}`,
			map[string]any{"key": "k7", "value": int64(7)},
			"",
		},
		"a type of others": {
			`{id: t, type: io.kestra.plugin.docker.Build, tags: ["{{ inputs.n }}"], password: "{{ secret('TOKEN') }}"}`,
			map[string]any{"tags": []any{int64(7)}, "password": "******"},
			"",
		},
		"the working directory": {
			`{id: t, type: io.kestra.plugin.jdbc.duckdb.Query, sql: "FROM '{{ workingDir }}/rows.json'"}`,
			map[string]any{"sql": "FROM './rows.json'"},
			"",
		},
		"a body that a value breaks": {
			`{id: t, type: slack.SlackIncomingWebhook, url: "https://hooks.example/x", payload: '{"text": "{{ inputs.quote }}"}'}`,
			nil, "payload: a value with a quote, a backslash or a line break has broken the JSON; write it with {{ … | toJson }} and without quotes around it",
		},
		"an address that is none": {
			`{id: t, type: http.Request, uri: "{{ inputs.n }}"}`, nil, "uri: the address must begin with http:// or https://",
		},
		"an unknown secret": {
			`{id: t, type: http.Request, uri: "https://a.example/{{ secret('NONE') }}"}`, nil, `uri: there is no secret "NONE"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source := "id: f\nnamespace: n\ninputs: [{id: n, type: INT}, {id: tag, type: STRING}, {id: quote, type: STRING}]\ntasks:\n  - " + tt.task + "\n"
			f, faults := flow.Loader{Mapped: func(string) bool { return true }}.Parse("f.yaml", []byte(source))
			if f == nil {
				t.Fatal(faults)
			}
			runner, err := task.New(task.Config{
				Secrets: task.EnvSecrets(func(name string) (string, bool) { return "hush-hush-hush", name == "SIGNOFF_SECRET_TOKEN" }),
				Now:     time.Now, Log: slog.New(slog.DiscardHandler),
			})
			if err != nil {
				t.Fatal(err)
			}
			sent, problem := runner.Sketch(t.Context(), task.Call{Namespace: "n", Task: f.Tasks[0], Env: expr.Env{
				Roots: map[string]any{"inputs": map[string]any{"n": int64(7), "tag": "<i>", "quote": `"`}},
			}})
			if diff := cmp.Diff(tt.want, sent); diff != "" {
				t.Errorf("Sketch (-want +got):\n%s", diff)
			}
			if problem != tt.problem {
				t.Errorf("problem = %q, want %q", problem, tt.problem)
			}
		})
	}
}
