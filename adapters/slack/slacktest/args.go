package slacktest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// maxBody is far more than any call of the Web API may carry.
const maxBody = 4 << 20

// args are the arguments of a call, whether they came as a form, as JSON or, for
// a GET, in the query.
type args struct {
	method string
	token  string
	// user and password are those of basic authentication.
	user, password string
	by             *install // whose token it is
	later          *errands // what Slack does after the answer
	form           url.Values
	json           map[string]json.RawMessage
}

func readArgs(w http.ResponseWriter, r *http.Request) (args, error) {
	a := args{method: r.PathValue("method"), later: &errands{}}
	if t, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		a.token = t
	}
	a.user, a.password, _ = r.BasicAuth()
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return a, refuse("request_too_large")
		}
		if len(body) == 0 {
			return a, nil
		}
		if err := json.Unmarshal(body, &a.json); err != nil {
			return a, refuse("invalid_json")
		}
		return a, nil
	}
	if err := r.ParseForm(); err != nil {
		return a, refuse("invalid_form_data")
	}
	a.form = r.Form
	if a.token == "" {
		a.token = a.form.Get("token")
	}
	return a, nil
}

// text is an argument as a string; a JSON string loses its quotes.
func (a args) text(key string) string {
	if a.json == nil {
		return a.form.Get(key)
	}
	raw := a.json[key]
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}

// has tells whether the argument was sent at all.
func (a args) has(key string) bool {
	if a.json == nil {
		return a.form.Has(key)
	}
	raw, ok := a.json[key]
	return ok && string(raw) != "null"
}
