package api

import (
	"net/http"

	"signoff/engine/access"
)

// Route is one route of the API and what it takes to use it: all of the verbs,
// in the namespace of what it is about.
type Route struct {
	// Pattern is as [http.ServeMux] reads it: "GET /api/v1/executions/{id}".
	Pattern string
	Verbs   []access.Verb
}

// Routes lists every route that a token opens. What is not in it has no verb and
// is not served.
func Routes() []Route {
	return (&server{}).table().routes
}

// table is the routes with the verbs that they ask for.
type table struct {
	mux    *http.ServeMux
	routes []Route
}

// add serves a route. One without a verb is a mistake of ours.
func (t *table) add(pattern string, h http.HandlerFunc, verbs ...access.Verb) {
	if len(verbs) == 0 {
		panic("api: the route " + pattern + " asks for no right")
	}
	t.mux.HandleFunc(pattern, h)
	t.routes = append(t.routes, Route{Pattern: pattern, Verbs: verbs})
}

// table makes the routes of the whole API.
func (s *server) table() *table {
	t := &table{mux: http.NewServeMux()}
	t.add("POST "+Prefix+"/executions", s.known(s.start), access.StartExecution)
	t.add("GET "+Prefix+"/executions", s.known(s.list), access.ViewExecution)
	t.add("GET "+Prefix+"/executions/{id}", s.known(s.show), access.ViewExecution)
	t.add("POST "+Prefix+"/requests/{id}/decision", s.known(s.decide), access.Decide)
	t.add("GET "+Prefix+"/requests/{id}/explanation", s.known(s.explanation), access.ViewRequest)
	t.add("GET "+Prefix+"/audit", s.known(s.audit), access.ReadAudit)
	t.add("POST "+Prefix+"/files", s.known(s.upload), access.StartExecution)
	t.add("GET "+Prefix+"/files", s.known(s.file), access.ViewExecution)
	s.library(t)
	s.triggers(t)
	s.life(t)
	s.requests(t)
	s.people(t)
	t.add("GET "+Prefix+"/rights", s.known(s.rights), access.ManagePeople)
	return t
}

// library adds the routes that keep flows and values.
func (s *server) library(t *table) {
	flow, values := Prefix+"/flows/{namespace}/{id}", Prefix+"/namespaces/{namespace}/kv"
	t.add("GET "+Prefix+"/flows", s.known(s.flows), access.ViewFlow)
	t.add("POST "+Prefix+"/flows/apply", s.known(s.apply), access.EditFlow)
	t.add("GET "+flow, s.known(s.source), access.ViewFlow)
	t.add("PUT "+flow, s.known(s.putFlow), access.EditFlow)
	t.add("DELETE "+flow, s.known(s.removeFlow), access.EditFlow)
	t.add("GET "+flow+"/revisions", s.known(s.revisions), access.ViewFlow)
	t.add("POST "+flow+"/rollback", s.known(s.rollback), access.EditFlow)
	t.add("POST "+flow+"/enable", s.known(s.switchTo(true)), access.EditFlow)
	t.add("POST "+flow+"/disable", s.known(s.switchTo(false)), access.EditFlow)
	t.add("GET "+Prefix+"/namespaces", s.known(s.namespaces), access.ViewFlow)
	t.add("GET "+values, s.known(s.values), access.ReadValues)
	t.add("PUT "+values+"/{key}", s.known(s.setValue), access.WriteValues)
	t.add("DELETE "+values+"/{key}", s.known(s.deleteValue), access.WriteValues)
}
