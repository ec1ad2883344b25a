package api

import "net/http"

// NamespaceList is the answer of GET /namespaces.
type NamespaceList struct {
	Namespaces []NamespaceInfo `json:"namespaces"`
}

func (s *server) namespaces(w http.ResponseWriter, r *http.Request, t Token) {
	all, err := s.Service.Namespaces(r.Context(), t.account())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if all == nil {
		all = []NamespaceInfo{}
	}
	s.write(w, http.StatusOK, NamespaceList{Namespaces: all})
}

// ValueList is the answer of GET /namespaces/{namespace}/kv.
type ValueList struct {
	Values map[string]Value `json:"values"`
}

func (s *server) values(w http.ResponseWriter, r *http.Request, t Token) {
	all, err := s.Service.Values(r.Context(), r.PathValue("namespace"), t.account())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.write(w, http.StatusOK, ValueList{Values: all})
}

// ValueBody is the body of PUT /namespaces/{namespace}/kv/{key}.
type ValueBody struct {
	Type        string `json:"type,omitempty"`
	Value       any    `json:"value"`
	Description string `json:"description,omitempty"`
	// TTL is how long it lasts, such as PT1H.
	TTL string `json:"ttl,omitempty"`
}

func (s *server) setValue(w http.ResponseWriter, r *http.Request, t Token) {
	var b ValueBody
	if _, err := decode(w, r, &b); err != nil {
		s.fail(w, r, err)
		return
	}
	by, err := s.actor(t, "")
	if err != nil {
		s.fail(w, r, err)
		return
	}
	v, err := s.Service.SetValue(r.Context(), SetValueRequest{
		Namespace: r.PathValue("namespace"), Key: r.PathValue("key"),
		Type: b.Type, Value: native(b.Value), Description: b.Description, TTL: b.TTL, By: by,
	})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.write(w, http.StatusOK, v)
}

func (s *server) deleteValue(w http.ResponseWriter, r *http.Request, t Token) {
	by, err := s.actor(t, "")
	if err == nil {
		err = s.Service.DeleteValue(r.Context(), r.PathValue("namespace"), r.PathValue("key"), by)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.write(w, http.StatusOK, struct{}{})
}
