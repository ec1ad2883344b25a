package task_test

import (
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"signoff/bot/task"
	"signoff/engine/flow"
)

const keptURI = "signoff:///x0/in.csv"

// echoes is a far side that answers with what it got.
func echoes(t *testing.T) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) }))
	t.Cleanup(s.Close)
	return s
}

// A task that calls out reads kept files by their address, and nothing else.
func TestFilesAreReadForACall(t *testing.T) {
	t.Parallel()
	far := echoes(t)
	files := &memoryFiles{files: map[string]string{
		keptURI: "a,b", "signoff:///x0/none": "", "signoff:///x0/big": strings.Repeat("x", 256<<10+1), "signoff:///x0/bin": "\xff\xfe",
	}}
	b := newBench(t, func(c *task.Config) { c.Files = files }, far)
	for expression, want := range map[string]string{
		"{{ read(inputs.uri) }}": "a,b",
		"{{ read(inputs.uri) | split(',') | last }} {{ fileSize(inputs.uri) }}": "b 3",
		"{{ fileExists(inputs.uri) }} {{ fileExists('signoff:///x0/other') }}":  "true false",
		"{{ isFileEmpty(inputs.uri) }} {{ isFileEmpty('signoff:///x0/none') }}": "false true",
		"{{ fileURI(inputs.uri) }}":                 keptURI,
		"{{ read('signoff:///x0/none') }}.":         ".",
		"{{ read('/etc/passwd') }}":                 "!only files of executions",
		"{{ read('file:///etc/passwd') }}":          "!only files of executions",
		"{{ fileExists('/etc/passwd') }}":           "!only files of executions",
		"{{ read('signoff:///../../etc/passwd') }}": "!there is no such file",
		"{{ read('signoff:///x0/big') }}":           "!larger than 256 KiB",
		"{{ read('signoff:///x0/bin') }}":           "!no UTF-8 text",
		"{{ read(7) }}":                             "!only files of executions",
	} {
		spec := &flow.HTTPRequest{
			URI: template(t, far.URL), Method: template(t, "POST"), ContentType: template(t, "text/plain"), Body: bodyValue(t, expression),
		}
		got := b.Run(t.Context(), call(spec, map[string]any{"uri": keptURI}))
		if problem, bad := strings.CutPrefix(want, "!"); bad {
			fails(t, got, problem)
			continue
		}
		if succeeds(t, got); got.Outputs["body"] != want {
			t.Errorf("%s is %v, want %s", expression, got.Outputs["body"], want)
		}
	}
}

func TestNoFileIsReadWhereNoneAreKept(t *testing.T) {
	t.Parallel()
	far := echoes(t)
	spec := &flow.HTTPRequest{URI: template(t, far.URL), Method: template(t, "POST"), Body: bodyValue(t, "{{ read('"+keptURI+"') }}")}
	fails(t, newBench(t, nil, far).Run(t.Context(), call(spec, nil)), "files are not kept here")
}

// A form sends a kept file, or a text as one, under the name that the flow says.
func TestFormSendsFiles(t *testing.T) {
	t.Parallel()
	got := ""
	far := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		form, err := readForm(r)
		if err != nil {
			got = err.Error()
			return
		}
		got = fmt.Sprint(form.Value["note"])
		for _, name := range []string{"kept", "text"} {
			for _, h := range form.File[name] {
				f, err := h.Open()
				if err != nil {
					got = err.Error()
					return
				}
				b, _ := io.ReadAll(f)
				got += fmt.Sprintf(" %s=%s:%s", name, h.Filename, b)
			}
		}
	}))
	defer far.Close()
	files := &memoryFiles{files: map[string]string{keptURI: "a,b"}}
	b := newBench(t, func(c *task.Config) { c.Files, c.Limits.Request = files, 1000 }, far)
	for name, c := range map[string]struct {
		file map[string]any
		want string // what the far side reads, or the problem
	}{
		"kept":          {map[string]any{"name": "{{ inputs.name }}", "content": "{{ inputs.uri }}"}, `[hi] kept=my "q".csv:a,b text=t.txt:just a text`},
		"not there":     {map[string]any{"name": "x", "content": "signoff:///x0/other"}, "!there is no such file"},
		"broken name":   {map[string]any{"name": "{{ inputs.broken }}", "content": "x"}, "!control character"},
		"without name":  {map[string]any{"name": " ", "content": "x"}, "!name is empty"},
		"more than can": {map[string]any{"name": "x", "content": "{{ inputs.large }}"}, "!the request is larger"},
	} {
		t.Run(name, func(t *testing.T) {
			got = ""
			spec := &flow.HTTPRequest{URI: template(t, far.URL), Method: template(t, "POST"), FormData: pairs(t,
				"note", "hi", "kept", c.file, "text", map[string]any{"name": "t.txt", "content": "just a text"})}
			res := b.Run(t.Context(), call(spec, map[string]any{
				"uri": keptURI, "name": `my "q".csv`, "broken": "a\r\nX: 1", "large": strings.Repeat("x", 1001),
			}))
			if problem, bad := strings.CutPrefix(c.want, "!"); bad {
				if fails(t, res, problem); got != "" {
					t.Errorf("the far side got %s", got)
				}
				return
			}
			if succeeds(t, res); got != c.want {
				t.Errorf("the far side read %q, want %q", got, c.want)
			}
		})
	}
}

func readForm(r *http.Request) (*multipart.Form, error) {
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		return nil, err
	}
	return r.MultipartForm, nil
}

// A text that another value yields never becomes a file.
func TestFileInAFormIsTheFlowsOwnWord(t *testing.T) {
	t.Parallel()
	p := newParser(t)
	files := &memoryFiles{files: map[string]string{keptURI: "a,b"}}
	spec := &flow.HTTPRequest{
		URI: template(t, p.URL), Method: template(t, "POST"), ContentType: template(t, "multipart/form-data"),
		FormData: pairs(t, "f", "{{ inputs.value }}"),
	}
	res := newBench(t, func(c *task.Config) { c.Files = files }, p.Server).
		Run(t.Context(), call(spec, map[string]any{"value": map[string]any{"name": "x", "content": keptURI}}))
	if succeeds(t, res); len(p.got.Form["f"]) != 1 || !strings.Contains(p.got.Form["f"][0], keptURI) {
		t.Errorf("the server read %v", p.got.Form)
	}
}
