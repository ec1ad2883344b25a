package main

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"signoff/adapters/api"
	"signoff/bot"
	"signoff/cmd/signoff/config"
	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/store"
	"signoff/store/folder"
	"signoff/store/memory"
)

// The namespaces of the matrix: rights are given in the one above the first.
const (
	ownRoot, ownSpace, foreignSpace = "own", "own.pay", "foreign.pay"

	boss    = approval.PersonID("boss")    // is asked by name, and has no role
	starter = approval.PersonID("starter") // begins everything
)

// rightsFlow asks everybody who has a role, and the boss by name.
const rightsFlow = `
id: f
namespace: %s
inputs:
  - {id: a, type: STRING, required: false}
tasks:
  - id: gate
    type: Pause
    onReject: CONTINUE
    onResume:
      - {id: ok, type: BOOL}
    approval:
      stages:
        - {id: one, who: [%s]}
      changes: [a]
triggers:
  - {id: the-trigger, type: Schedule, cron: "0 0 1 1 *"}
`

// rightsWorld is the product behind its API, in memory, with a token for every
// role that the matrix knows.
type rightsWorld struct {
	t      *testing.T
	bot    *bot.Bot
	store  store.Store
	files  store.Files
	api    http.Handler
	tokens map[string]string // by column

	// what there is in each namespace now
	execution map[string]engine.ExecutionID
	flow      map[string]string
	file      map[string]string
	serial    int
	seen      uint64 // of the trail
}

// column is one kind of caller.
type column struct {
	name string
	// verbs are those that they have in ownRoot; everywhere: in all namespaces.
	verbs      []access.Verb
	everywhere bool
	service    bool
}

func (c column) has(v access.Verb, namespace string) bool {
	if !c.everywhere && namespace != ownRoot && !strings.HasPrefix(namespace, ownRoot+".") {
		return false
	}
	return slices.Contains(c.verbs, v) && (!c.service || v != access.Decide && v != access.Override)
}

// role is how a column's role is called in the configuration.
func (c column) role() access.Role { return access.Role(strings.ReplaceAll(c.name, "_", ".")) }

// columns are: nobody, each built-in role, each verb alone and with the right to
// see, all but each verb, admins of all namespaces, a service that is admin, and
// the token of the data folder.
func columns() []column {
	all := access.Verbs()
	out := []column{
		{name: "none"},
		{name: "viewer", verbs: []access.Verb{access.ViewFlow, access.ViewExecution, access.ViewRequest}},
		{name: "launcher", verbs: []access.Verb{access.ViewFlow, access.StartExecution}},
		{name: "approver", verbs: []access.Verb{access.ViewRequest, access.Decide}},
		{name: "operator", verbs: []access.Verb{
			access.ViewFlow, access.ViewExecution, access.StartExecution, access.ControlExecution, access.ViewRequest,
			access.MoveRequest, access.ReadValues, access.ControlTrigger,
		}},
		{name: "admin", verbs: all},
		{name: "everywhere", verbs: all, everywhere: true},
		{name: "robot", verbs: all, service: true},
		{name: "root", verbs: all, everywhere: true, service: true},
	}
	for _, v := range all {
		only, but := column{name: "only-" + string(v), verbs: []access.Verb{v}}, column{name: "but-" + string(v)}
		for _, other := range all {
			if other != v {
				but.verbs = append(but.verbs, other)
			}
		}
		out = append(out, only, but)
	}
	return out
}

func newRightsWorld(t *testing.T) *rightsWorld {
	t.Helper()
	cfg := config.Config{Roles: map[access.Role][]access.Verb{}}
	grants := []access.Grant{{
		Role: access.Launcher, To: []approval.Selector{{Kind: approval.User, Name: string(starter)}}, In: []string{access.Everywhere},
	}}
	tokens := []api.Token{{Name: bot.LocalToken, Secret: secretOf("root")}}
	asked := []string{`"user:boss"`}
	for _, id := range []approval.PersonID{boss, starter} {
		cfg.People = append(cfg.People, config.Person{ID: id, Name: string(id)})
		tokens = append(tokens, api.Token{Name: string(id), Secret: secretOf(string(id)), Person: string(id)})
	}
	for _, c := range columns() {
		g := access.Grant{Role: c.role(), In: []string{ownRoot}}
		if c.everywhere {
			g.In = []string{access.Everywhere}
		}
		if !access.IsBuiltIn(g.Role) {
			cfg.Roles[g.Role] = c.verbs
		}
		switch {
		case c.name == "root":
			continue
		case c.service:
			g.Services = []string{c.name}
			tokens = append(tokens, api.Token{Name: c.name, Secret: secretOf(c.name)})
		default:
			id := approval.PersonID("p-" + c.name)
			cfg.People = append(cfg.People, config.Person{ID: id, Name: c.name})
			tokens = append(tokens, api.Token{Name: "token-" + c.name, Secret: secretOf(c.name), Person: string(id)})
			g.To = []approval.Selector{{Kind: approval.User, Name: string(id)}}
		}
		asked = append(asked, fmt.Sprintf("%q", "role:"+string(g.Role)))
		grants = append(grants, g)
	}
	cfg.Access = &grants
	w := &rightsWorld{
		t: t, store: memory.New(memory.Options{}), tokens: map[string]string{},
		execution: map[string]engine.ExecutionID{}, flow: map[string]string{}, file: map[string]string{},
	}
	w.serve(cfg, tokens)
	for _, ns := range []string{ownSpace, foreignSpace} {
		w.save(ns, fmt.Sprintf(rightsFlow, ns, strings.Join(asked, ", ")))
	}
	return w
}

// secretOf is a token of 64 characters.
func secretOf(name string) string {
	return strings.Repeat(fmt.Sprintf("%-32s", strings.ReplaceAll(name, " ", "_")), 2)[:62] + "ok"
}

func (w *rightsWorld) serve(cfg config.Config, tokens []api.Token) {
	w.t.Helper()
	known, err := configuredPeople(cfg, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	may, err := rights(cfg)
	if err != nil {
		w.t.Fatal(err)
	}
	if w.files, err = folder.Open(filepath.Join(w.t.TempDir(), "files")); err != nil {
		w.t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	w.bot, err = bot.New(bot.Config{
		Store: w.store, People: known, Access: may, Files: w.files, Log: log, Tasks: noTasks(w.t), BaseURL: "https://signoff.example",
	})
	if err != nil {
		w.t.Fatal(err)
	}
	over := make(chan struct{})
	close(over) // streams end at once
	svc := service{Bot: w.bot, people: known, store: w.store}
	w.api, err = api.New(api.Config{
		Service: svc, Files: shelf{keep{files: w.files, limit: 1 << 20}, svc}, Tokens: tokens, Ending: over, Log: log,
		Now: func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *rightsWorld) save(namespace, source string) {
	w.t.Helper()
	_, faults, err := w.bot.SaveFlow(w.t.Context(), "f.yaml", []byte(source), fromFiles())
	if err != nil || faults.Stop() {
		w.t.Fatal(faults, err)
	}
	w.flow[namespace] = source
}

// renew makes everything in a namespace as it was: a flow, an execution of it that
// asks, a file of that execution, and a value.
func (w *rightsWorld) renew(namespace string) {
	w.t.Helper()
	w.save(namespace, w.flow[namespace])
	by, ref := engine.Principal{Via: "engine"}, engine.FlowRef{Namespace: namespace, ID: "f"}
	if _, err := w.bot.SwitchFlow(w.t.Context(), ref, true, by); err != nil {
		w.t.Fatal(err)
	}
	if err := w.bot.SwitchTrigger(w.t.Context(), ref, "the-trigger", true, by); err != nil {
		w.t.Fatal(err)
	}
	w.clear(namespace)
	begins := engine.Principal{Person: starter, Name: string(starter), Account: "api:" + string(starter) + ":" + string(starter), Via: "api"}
	x, err := w.bot.Start(w.t.Context(), bot.StartRequest{Namespace: namespace, Flow: "f", By: begins, Inputs: map[string]any{"a": "x"}})
	if err != nil || x.State != engine.Paused {
		w.t.Fatalf("an execution of %s is %s: %s, %v", namespace, x.State, x.Problem, err)
	}
	w.execution[namespace] = x.ID
	f, err := w.files.Put(w.t.Context(), string(x.ID), "a.txt", strings.NewReader("a"), 10)
	if err != nil {
		w.t.Fatal(err)
	}
	w.file[namespace] = f.URI
	if err := w.bot.SetValue(w.t.Context(), namespace, "the-key", store.Entry{Value: "v"}, by); err != nil {
		w.t.Fatal(err)
	}
}

// clear ends what waits.
func (w *rightsWorld) clear(namespace string) {
	w.t.Helper()
	waiting, err := w.store.Executions(w.t.Context(), store.Query{Namespace: namespace, States: []engine.State{engine.Paused}})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, x := range waiting {
		if _, err := w.bot.Do(w.t.Context(), x.ID, bot.Order{Verb: bot.Kill, By: engine.Principal{Via: "engine"}}); err != nil {
			w.t.Fatal(err)
		}
	}
}

// changed reports whether the trail tells of a change since it was asked last.
// That somebody was refused is none.
func (w *rightsWorld) changed() bool {
	w.t.Helper()
	changed := false
	for {
		lines, _, err := w.store.Audit(w.t.Context(), w.seen+1, 1000)
		if err != nil {
			w.t.Fatal(err)
		}
		if len(lines) == 0 {
			return changed
		}
		for _, l := range lines {
			w.seen = l.Seq
			r, err := l.Record()
			if err != nil {
				w.t.Fatal(err)
			}
			changed = changed || r.Event != audit.ResponseRefused
		}
	}
}

// send makes a call as the holder of a column's token.
func (w *rightsWorld) send(who string, c apiCall) (int, string) {
	w.t.Helper()
	r := httptest.NewRequestWithContext(w.t.Context(), c.method, c.path, strings.NewReader(c.body))
	r.Header.Set("Authorization", "Bearer "+secretOf(who))
	if c.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.form != nil {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		for name, value := range c.form {
			begin := form.CreateFormField
			if c.upload {
				begin = func(name string) (io.Writer, error) { return form.CreateFormFile(name, "a.txt") }
			}
			part, err := begin(name)
			if err != nil {
				w.t.Fatal(err)
			}
			_, _ = part.Write([]byte(value))
		}
		_ = form.Close()
		r.Body, r.ContentLength = io.NopCloser(&body), int64(body.Len())
		r.Header.Set("Content-Type", form.FormDataContentType())
	}
	rec := httptest.NewRecorder()
	w.api.ServeHTTP(rec, r)
	return rec.Code, rec.Body.String()
}

// apiCall is one call of the API.
type apiCall struct {
	method, path, body string
	form               map[string]string
	upload             bool
}
