package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"signoff/adapters/api"
	"signoff/engine"
	"signoff/engine/access"
)

// manner is how a route tells apart what somebody may not do from what is there.
type manner int

const (
	// ofObject: the route is about one object of a namespace. What is forbidden is
	// answered as if it were not there, byte for byte.
	ofObject manner = iota
	// ofRequest: the same; who may see the request is told why they may not.
	ofRequest
	// ofMany: the answer holds a result for each item.
	ofMany
	// ofQuery: a query names no object; it finds what the caller may see.
	ofQuery
	// ofList: the answer leaves out what the caller may not see.
	ofList
	// ofWriting: the object is made if it is not there.
	ofWriting
	// ofAll: about all namespaces at once.
	ofAll
	// ofAnywhere: who may do it in any namespace may.
	ofAnywhere
	// ofOneself: everybody may say it of themselves.
	ofOneself
)

// target is what a cell of the matrix is about.
type target struct {
	namespace string
	execution engine.ExecutionID
	flow      string
	key       string
	trigger   string
	file      string
}

func (x target) request() string { return string(x.execution) + ".1" }

// mannerOf sorts the routes.
func mannerOf(pattern string) manner {
	has := func(parts ...string) bool {
		for _, part := range parts {
			if strings.Contains(pattern, part) {
				return true
			}
		}
		return false
	}
	path := pattern[strings.Index(pattern, "/"):]
	switch {
	case path == api.Prefix+"/audit", has(api.Prefix+"/people", api.Prefix+"/rights"):
		return ofAll
	case pattern == "POST "+api.Prefix+"/files":
		return ofAnywhere
	case path == api.Prefix+"/away":
		return ofOneself
	case has("/by-query"):
		return ofQuery
	case has("/by-ids"):
		return ofMany
	case has("/requests/{id}/", "/resume"):
		return ofRequest
	case has("flows/apply", "PUT "+api.Prefix+"/flows", "PUT "+api.Prefix+"/namespaces"), pattern == "GET "+api.Prefix+"/namespaces/{namespace}/kv":
		return ofWriting
	case has("{"), pattern == "GET "+api.Prefix+"/files", pattern == "POST "+api.Prefix+"/executions":
		return ofObject
	}
	return ofList
}

// call is a call of a route that would succeed for whoever may.
func (w *rightsWorld) call(pattern string, at target) apiCall {
	w.t.Helper()
	method, path, _ := strings.Cut(pattern, " ")
	id := string(at.execution)
	if strings.Contains(path, "/requests/{id}/") {
		id = at.request()
	}
	c := apiCall{method: method}
	if strings.Contains(path, "/flows/{namespace}/{id}") {
		id = at.flow
	}
	c.path = strings.NewReplacer("{namespace}", at.namespace, "{id}", id, "{key}", at.key, "{trigger}", at.trigger, "{person}", string(boss)).Replace(path)
	quoted := func(format string, args ...any) { c.body = fmt.Sprintf(format, args...) }
	source := strings.Replace(w.flow[at.namespace], "id: f\n", "id: "+at.flow+"\n", 1)
	raw, err := json.Marshal(source)
	if err != nil {
		w.t.Fatal(err)
	}
	last := path[strings.LastIndex(path, "/")+1:]
	bulk := strings.Contains(path, "-ids") || strings.Contains(path, "-query")
	kestra := strings.Contains(path, "/main/")
	switch {
	case bulk:
		w.many(&c, path, at)
	case pattern == "POST "+api.Prefix+"/executions":
		quoted(`{"namespace": %q, "flow": %q}`, at.namespace, at.flow)
	case pattern == "POST "+api.Prefix+"/files":
		c.form, c.upload = map[string]string{"a": "text"}, true
	case pattern == "GET "+api.Prefix+"/files":
		c.path += "?uri=" + at.file
	case pattern == "GET "+api.Prefix+"/executions", pattern == "GET "+api.Prefix+"/triggers":
		c.path += "?namespace=" + at.namespace
	case last == "apply":
		quoted(`{"files": [{"name": "f.yaml", "source": %s}]}`, raw)
	case method == "PUT" && strings.Contains(path, "/flows/"):
		quoted(`{"source": %s}`, raw)
	case last == "rollback":
		quoted(`{"revision": 1}`)
	case last == "{key}" && method == "PUT":
		quoted(`{"value": "new"}`)
	case last == "decision":
		quoted(`{"verdict": "approve"}`)
	case last == "resume", last == "validate":
		c.path += "?request=" + at.request()
		c.form = map[string]string{"ok": "true"}
	case last == "labels" && kestra:
		quoted(`[{"key": "a", "value": "b"}]`)
	case last == "labels":
		quoted(`{"labels": {"a": "b"}}`)
	case last == "state" && kestra:
		quoted(`{"taskRunId": "1", "state": "SUCCESS"}`)
	case last == "state":
		quoted(`{"taskRun": "1", "state": "SUCCESS"}`)
	case last == "delegate":
		quoted(`{"to": "p-none"}`)
	case last == "reassign":
		quoted(`{"from": %q, "to": "p-none"}`, boss)
	case last == "changes", last == "comment":
		quoted(`{"text": "why?"}`)
	case last == "override":
		quoted(`{"reason": "it burns"}`)
	case last == "link" && method == "PUT":
		quoted(`{"surface": "teams", "tenant": "t", "account": "a"}`)
	case last == "away" && method == "PUT":
		quoted(`{"until": "P1D"}`)
	}
	return c
}

// many fills the body of a call about many objects.
func (w *rightsWorld) many(c *apiCall, path string, at target) {
	list := fmt.Sprintf("[%q]", at.execution)
	if strings.Contains(path, "/requests/decide/") || strings.Contains(path, "/resume/") {
		list = fmt.Sprintf("[%q]", at.request())
	}
	extra := ""
	if strings.Contains(path, "/labels/") {
		extra = `, "labels": {"a": "b"}`
	}
	if strings.Contains(path, "/decide/") {
		extra = `, "verdict": "approve"`
	}
	kestra := c.method == http.MethodDelete || strings.Contains(path, "/main/") || strings.Contains(path, "/resume/")
	switch {
	case strings.HasSuffix(path, "/by-query"):
		c.body = fmt.Sprintf(`{"query": {"namespace": %q, "states": ["PAUSED"]}%s}`, at.namespace, extra)
	case kestra:
		c.body = list
	default:
		c.body = fmt.Sprintf(`{"ids": %s%s}`, list, extra)
	}
}

// blank takes out of an answer what the question itself said.
func blank(body string, at target) string {
	return strings.NewReplacer(at.request(), "REQUEST", string(at.execution), "EXECUTION", at.namespace+"/"+at.flow, "FLOW",
		`"`+at.flow+`"`, "FLOW", at.namespace, "NAMESPACE", at.key, "KEY", at.trigger, "TRIGGER").Replace(body)
}

// TestRightsMatrix walks every route of the API with every kind of caller, in
// their own namespace and in a foreign one, with what is there and what is not.
func TestRightsMatrix(t *testing.T) {
	t.Parallel()
	w := newRightsWorld(t)
	cells := 0
	for _, route := range api.Routes() {
		for _, c := range columns() {
			for _, ns := range []string{ownSpace, foreignSpace} {
				cells += w.cell(route, c, ns)
			}
		}
	}
	if want := 4 * len(api.Routes()) * len(columns()); cells != want {
		t.Errorf("%d cells were looked at, want %d", cells, want)
	}
	t.Logf("%d cells", cells)
}

// cell looks at a route, a caller and a namespace, with what is there and what is
// not, and counts what it looked at.
func (w *rightsWorld) cell(route api.Route, c column, namespace string) int {
	w.t.Helper()
	if w.execution[namespace] == "" {
		w.renew(namespace)
	}
	here := target{namespace, w.execution[namespace], "f", "the-key", "the-trigger", w.file[namespace]}
	w.serial++
	gone := target{
		namespace, engine.ExecutionID(strings.Repeat("0", len(here.execution)-4) + fmt.Sprintf("%04d", w.serial%10000)), fmt.Sprintf("absent%d", w.serial),
		fmt.Sprintf("no-key-%d", w.serial), "no-trigger", strings.Replace(here.file, string(here.execution), "nobody", 1),
	}
	how := mannerOf(route.Pattern)
	if how == ofList || how == ofQuery {
		gone.namespace = namespace + ".absent"
	}
	w.changed()
	absentStatus, absentBody := w.send(c.name, w.call(route.Pattern, gone))
	status, body := w.send(c.name, w.call(route.Pattern, here))
	r := reading{
		w: w, route: route, column: c, namespace: namespace, here: here,
		status: status, body: body, absentStatus: absentStatus, alike: status == absentStatus && blank(body, here) == blank(absentBody, gone),
		absentBody: absentBody, changed: w.changed(),
	}
	r.judge(how)
	if r.changed {
		w.renew(namespace)
	}
	return 2
}

// reading is what came of a cell.
type reading struct {
	w            *rightsWorld
	route        api.Route
	column       column
	namespace    string
	here         target
	status       int
	body         string
	absentStatus int
	absentBody   string
	alike        bool // what is there is answered as what is not
	changed      bool
}

func (r reading) fault(format string, args ...any) {
	r.w.t.Helper()
	r.w.t.Errorf("%s by %s in %s: %s\n  there:  %d %.300s\n  absent: %d %.300s", r.route.Pattern, r.column.name, r.namespace,
		fmt.Sprintf(format, args...), r.status, r.body, r.absentStatus, r.absentBody)
}

// may reports whether the caller has everything that the route asks for there.
func (r reading) may(namespace string) bool {
	for _, v := range r.route.Verbs {
		asked := v == access.ViewRequest && strings.Contains(r.route.Pattern, "/requests/{id}/") && r.column.has(access.Decide, namespace)
		if !r.column.has(v, namespace) && !asked { // who can answer a request sees it
			return false
		}
	}
	return !r.column.service || !personal(r.route.Pattern)
}

// personal reports whether a route is for people alone.
func personal(pattern string) bool {
	return strings.Contains(pattern, "/requests/{id}/") && !strings.HasSuffix(pattern, "/explanation") ||
		strings.Contains(pattern, "/away") && !strings.HasPrefix(pattern, "GET")
}

// done reports whether an answer is that of somebody who may: it was done, or it
// does not fit the state.
func (r reading) done() bool {
	return r.status < 300 || r.status == http.StatusConflict || r.status == http.StatusUnprocessableEntity
}

func (r reading) judge(how manner) {
	r.w.t.Helper()
	may := r.may(r.namespace) || how == ofOneself && !r.column.service
	if !may && r.changed {
		r.fault("something was changed")
	}
	if r.status >= 500 || r.status == http.StatusBadRequest || r.status == http.StatusUnauthorized || r.status == http.StatusUnsupportedMediaType {
		r.fault("the cell is blank: nothing was decided")
	}
	switch how {
	case ofObject:
		r.object(may)
	case ofRequest:
		r.request(may)
	case ofMany:
		r.many(may)
	case ofQuery:
		r.query(may)
	case ofList:
		r.list(may)
	case ofWriting:
		if may != (r.status < 300) || !may && !r.alike {
			r.fault("want %v, and what is forbidden alike", may)
		}
	case ofAll:
		if may := r.may(access.Everywhere); may != (r.status == http.StatusOK) || !may && !r.alike {
			r.fault("want %v", may)
		}
	case ofAnywhere:
		if may := r.may(ownSpace); may != (r.status == http.StatusCreated) {
			r.fault("want %v", may)
		}
	case ofOneself:
		r.oneself()
	}
}

func (r reading) object(may bool) {
	r.w.t.Helper()
	switch {
	case may && (!r.done() || r.alike):
		r.fault("it is not done")
	case may && r.absentStatus != http.StatusNotFound && !strings.HasSuffix(r.route.Pattern, "/{key}"):
		r.fault("what is not there is answered %d", r.absentStatus)
	case !may && (!r.alike || r.status != http.StatusNotFound):
		r.fault("it can be told that it is there")
	}
}

// request is about a route of requests: resubmit, withdraw and comment are for the
// requester, and whoever sees the request is told so.
func (r reading) request(may bool) {
	r.w.t.Helper()
	see := access.ViewRequest
	if strings.Contains(r.route.Pattern, "/resume") {
		see = access.ViewExecution
	}
	sees := r.column.has(see, r.namespace) || r.column.has(access.Decide, r.namespace) && see == access.ViewRequest
	own := strings.HasSuffix(r.route.Pattern, "/resubmit") || strings.HasSuffix(r.route.Pattern, "/withdraw") ||
		strings.HasSuffix(r.route.Pattern, "/comment")
	switch {
	case may && !own && (!r.done() || r.alike):
		r.fault("it is not done")
	case !may && !sees && !r.alike:
		r.fault("it can be told that it is there")
	case !may && r.status < 300:
		r.fault("it is done")
	}
}

func (r reading) many(may bool) {
	r.w.t.Helper()
	if r.status == http.StatusForbidden && r.column.service && r.alike {
		return // a service decides nothing
	}
	var answer api.BulkAnswer
	if err := json.Unmarshal([]byte(r.body), &answer); err != nil || len(answer.Results) != 1 {
		r.fault("there is no result: %v", err)
		return
	}
	is := answer.Results[0]
	switch {
	case may && r.alike:
		r.fault("it is not done")
	case may && !is.OK && is.Error.Code == string(engine.NotFound):
		r.fault("it is refused")
	case !may && is.OK:
		r.fault("it is done")
	case !may && !r.alike && !r.column.has(access.ViewRequest, r.namespace):
		r.fault("it can be told that it is there")
	}
}

func (r reading) query(may bool) {
	r.w.t.Helper()
	if r.status == http.StatusForbidden && r.column.service && r.alike {
		return
	}
	var answer api.BulkAnswer
	if err := json.Unmarshal([]byte(r.body), &answer); err != nil {
		r.fault("there is no answer: %v", err)
		return
	}
	sees := r.column.has(access.ViewExecution, r.namespace)
	switch {
	case !sees && !r.alike:
		r.fault("it finds what they may not see")
	case sees && len(answer.Results) == 0:
		r.fault("it does not find what they may see")
	case !may && answer.Done > 0:
		r.fault("it is done")
	case may && answer.Done == 0 && answer.Results[0].Error.Code == string(engine.NotFound):
		r.fault("it is refused")
	}
}

func (r reading) list(may bool) {
	r.w.t.Helper()
	if strings.HasSuffix(r.route.Pattern, "/namespaces") {
		may = may || r.column.has(access.ReadValues, r.namespace)
	}
	if strings.HasSuffix(r.route.Pattern, "/executions") { // they began some on another route
		may = may || !r.column.service && r.column.has(access.StartExecution, r.namespace)
	}
	if strings.HasSuffix(r.route.Pattern, "/stuck") {
		may = r.column.has(access.ViewRequest, r.namespace) // it reached nobody, so it is stuck
	}
	if shown := strings.Contains(r.body, r.namespace); r.status != http.StatusOK || shown != may {
		r.fault("it is listed: %v, want %v", shown, may)
	}
}

func (r reading) oneself() {
	r.w.t.Helper()
	person := !r.column.service
	switch {
	case person && r.status != http.StatusOK && r.status != http.StatusConflict && r.status != http.StatusNotFound:
		r.fault("they may not say it of themselves")
	case !person && strings.HasPrefix(r.route.Pattern, "GET") != (r.status == http.StatusOK):
		r.fault("a service is somebody")
	}
}
