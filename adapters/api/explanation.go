package api

import (
	"context"
	"net/http"
	"net/url"

	"signoff/adapters"
	"signoff/engine/approval"
)

// Explainer says of a request who can decide it, for the caller; as is about
// whom it is asked, or empty.
type Explainer interface {
	Explain(ctx context.Context, request, as string, by adapters.Account) (approval.Explanation, error)
}

// Explanation is the answer of GET /requests/{id}/explanation.
type Explanation struct {
	approval.Explanation

	// Text is all of it in sentences.
	Text []string `json:"text"`
}

func (s *server) explanation(w http.ResponseWriter, r *http.Request, t Token) {
	e, err := s.Service.Explain(r.Context(), r.PathValue("id"), r.URL.Query().Get("as"), t.account())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.write(w, http.StatusOK, Explanation{Explanation: e, Text: e.Lines()})
}

// Explain says who can decide a request; as is a person who asks "can I?", or
// empty.
func (c *Client) Explain(ctx context.Context, request, as string) (Explanation, error) {
	a := ask{method: http.MethodGet, path: "/requests/" + url.PathEscape(request) + "/explanation"}
	if as != "" {
		a.query = url.Values{"as": {as}}
	}
	var out Explanation
	err := c.call(ctx, a, &out)
	return out, err
}
