package api

import (
	"context"
	"net/http"
	"net/url"

	"signoff/adapters"
	"signoff/engine/access"
)

// Rights is what the API needs to say who may do what.
type Rights interface {
	// Rights lists who may do what; everybody may ask for themselves.
	Rights(ctx context.Context, q RightsQuery, by adapters.Account) (RightsList, error)
}

// RightsQuery narrows down who is listed, and for where; empty is all.
type RightsQuery struct{ Person, Namespace string }

// RightsList is the answer of GET /rights.
type RightsList struct {
	Rights []RightsInfo `json:"rights"`
}

// RightsInfo is what one may do: a person, or a service by the name of its token.
type RightsInfo struct {
	Person  string     `json:"person,omitempty"`
	Name    string     `json:"name,omitempty"`
	Service string     `json:"service,omitempty"`
	Roles   []HeldRole `json:"roles,omitempty"`
	// Verbs are what the roles allow together.
	Verbs []access.Verb `json:"verbs,omitempty"`
}

// HeldRole is a role and the namespaces in which it holds; "" is all of them.
type HeldRole struct {
	Role string   `json:"role"`
	In   []string `json:"in"`
}

func (s *server) rights(w http.ResponseWriter, r *http.Request, t Token) {
	q := r.URL.Query()
	for name := range q {
		if name != "person" && name != "namespace" {
			s.fail(w, r, badRequest("There is no parameter "+name+": use person or namespace."))
			return
		}
	}
	list, err := s.Service.Rights(r.Context(), RightsQuery{q.Get("person"), q.Get("namespace")}, t.account())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.write(w, http.StatusOK, list)
}

// Rights lists who may do what.
func (c *Client) Rights(ctx context.Context, q RightsQuery) (RightsList, error) {
	v := url.Values{}
	for name, value := range map[string]string{"person": q.Person, "namespace": q.Namespace} {
		if value != "" {
			v.Set(name, value)
		}
	}
	var out RightsList
	err := c.call(ctx, ask{method: http.MethodGet, path: "/rights", query: v}, &out)
	return out, err
}
