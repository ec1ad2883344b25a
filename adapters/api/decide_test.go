package api_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/engine"
)

const decision = "/api/v1/requests/x1.1/decision"

func TestDecisionIsAClick(t *testing.T) {
	t.Parallel()
	p := newProduct()
	base := serve(t, p, false)
	body := `{"verdict":"reject","values":{"reason":"too late","days":3,"half":false,"note":null}}`
	if status, text := send(t, request(t, "POST", base+decision, danaToken, body)); status != http.StatusOK {
		t.Fatalf("decision = %d %s", status, text)
	}
	got := p.clicks[0]
	if len(got.Once) != 64 || len(got.Evidence) != 64 {
		t.Errorf("the click has once %q and evidence %q, want two digests", got.Once, got.Evidence)
	}
	got.Once, got.Evidence = "", ""
	want := adapters.Click{
		Actor:   adapters.Account{Surface: "api", Tenant: "dana's token", ID: "dana@example.com", Name: "dana's token"},
		Request: "x1.1", Version: 2, Action: "reject",
		Values: map[string]any{"reason": "too late", "days": "3", "half": false, "note": nil},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("click (-want +got):\n%s", diff)
	}
}

func TestDecisionRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		path, token, body string
		header            [2]string
		status            int
		code              string
	}{
		"a service":          {token: serviceToken, body: `{"verdict":"approve"}`, status: 403, code: "not_eligible"},
		"acting as another":  {body: `{"verdict":"approve","as":"kim@example.com"}`, status: 403, code: "not_allowed"},
		"an unknown verdict": {body: `{"verdict":"yes"}`, status: 400, code: "bad_request"},
		"no verdict":         {body: `{}`, status: 400, code: "bad_request"},
		"an unknown field":   {body: `{"verdict":"approve","role":"admin"}`, status: 400, code: "bad_request"},
		"two values":         {body: `{"verdict":"approve"}{}`, status: 400, code: "bad_request"},
		"half a body":        {body: `{"verdict":"appr`, status: 400, code: "bad_request"},
		"an empty body":      {body: ``, status: 400, code: "bad_request"},
		"a list":             {body: `[]`, status: 400, code: "bad_request"},
		"a wrong type":       {body: `{"verdict":1}`, status: 400, code: "bad_request"},
		"another type":       {body: `{"verdict":"approve"}`, header: [2]string{"Content-Type", "text/plain"}, status: 415, code: "bad_content_type"},
		"a browser's form":   {body: `verdict=approve`, header: [2]string{"Content-Type", "application/x-www-form-urlencoded"}, status: 415, code: "bad_content_type"},
		"a bad version":      {body: `{"verdict":"approve"}`, header: [2]string{"If-Match", `"one"`}, status: 400, code: "bad_request"},
		"version zero":       {body: `{"verdict":"approve"}`, header: [2]string{"If-Match", `"0"`}, status: 400, code: "bad_request"},
		"an absent request":  {path: "/api/v1/requests/x9.1/decision", body: `{"verdict":"approve"}`, status: 404, code: "not_found"},
		"no request's id":    {path: "/api/v1/requests/x1/decision", body: `{"verdict":"approve"}`, status: 404, code: "not_found"},
		"a large body":       {body: `{"verdict":"` + strings.Repeat("a", 1<<20) + `"}`, status: 413, code: "too_large"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProduct()
			token, path := tt.token, tt.path
			if token == "" {
				token = danaToken
			}
			if path == "" {
				path = decision
			}
			r := request(t, "POST", serve(t, p, false)+path, token, tt.body)
			if tt.header[0] != "" {
				r.Header.Set(tt.header[0], tt.header[1])
			}
			status, body := send(t, r)
			if status != tt.status || !strings.Contains(body, `"code":"`+tt.code+`"`) {
				t.Errorf("decision = %d %s, want %d %s", status, body, tt.status, tt.code)
			}
			if len(p.clicks) != 0 {
				t.Error("the service got a click")
			}
		})
	}
}

func TestDecisionNamesTheButton(t *testing.T) {
	t.Parallel()
	choose := []adapters.Action{{ID: "choose:HR"}, {ID: "choose:IT"}}
	tests := map[string]struct {
		actions []adapters.Action
		body    string
		want    string // empty: refused
	}{
		"resume":             {[]adapters.Action{{ID: "resume"}}, `{}`, "resume"},
		"answer":             {[]adapters.Action{{ID: "answer"}}, `{"values":{"a":"1"}}`, "answer"},
		"choice":             {choose, `{"values":{"team":"IT"}}`, "choose:IT"},
		"choice of nothing":  {choose, `{}`, ""},
		"choice of two":      {choose, `{"values":{"team":"IT","x":"y"}}`, ""},
		"yes to a form":      {[]adapters.Action{{ID: "answer"}}, `{"verdict":"approve"}`, ""},
		"yes when it closed": {nil, `{"verdict":"approve"}`, "approve"},
		"form when closed":   {nil, `{}`, "resume"},
		"none is no verdict": {[]adapters.Action{{ID: "resume"}}, `{"verdict":"none"}`, "resume"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProduct()
			p.card.Actions = tt.actions
			status, body := send(t, request(t, "POST", serve(t, p, false)+decision, danaToken, tt.body))
			got := ""
			if len(p.clicks) == 1 {
				got = p.clicks[0].Action
			}
			if got != tt.want || (tt.want == "") != (status == http.StatusBadRequest) {
				t.Errorf("decision = %d %s with action %q, want action %q", status, body, got, tt.want)
			}
		})
	}
}

func TestDecisionAnswers(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answer adapters.Answer
		err    error
		status int
		want   string
	}{
		"recorded": {answer: adapters.Answer{Kind: adapters.Recorded, Text: "Recorded."}, status: 200, want: `{"kind":"recorded","text":"Recorded."}`},
		"repeated": {answer: adapters.Answer{Kind: adapters.Repeated}, status: 200, want: `{"kind":"repeated"}`},
		"refused":  {answer: adapters.Answer{Kind: adapters.Refused, Text: "Already approved by Kim."}, status: 409, want: `{"error":{"code":"refused","text":"Already approved by Kim."}}`},
		"why":      {answer: adapters.Answer{Kind: adapters.Refused, Code: "already_decided", Text: "Already approved by Kim."}, status: 409, want: `{"error":{"code":"already_decided","text":"Already approved by Kim."}}`},
		"invalid": {
			answer: adapters.Answer{Kind: adapters.Invalid, Fields: map[string]string{"reason": "is required"}}, status: 422,
			want: `{"error":{"code":"bad_input","text":"Some values cannot be taken.","fields":{"reason":"is required"}}}`,
		},
		"too late": {err: &engine.RejectionError{Code: engine.TooLate, Text: "The deadline has passed."}, status: 410, want: `{"error":{"code":"too_late","text":"The deadline has passed."}}`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProduct()
			p.answer, p.err = tt.answer, tt.err
			status, body := send(t, request(t, "POST", serve(t, p, false)+decision, danaToken, `{"verdict":"approve"}`))
			if status != tt.status || strings.TrimSpace(body) != tt.want {
				t.Errorf("decision = %d %s, want %d %s", status, body, tt.status, tt.want)
			}
		})
	}
}

func TestErrorsOfOursStayInTheLog(t *testing.T) {
	t.Parallel()
	p := newProduct()
	p.err = errors.New("open /var/lib/signoff/secret: permission denied")
	base := serve(t, p, false)
	for _, route := range routes {
		status, body := send(t, request(t, route.method, base+route.path, danaToken, route.body))
		if strings.Contains(body, "/var/lib") || strings.Contains(body, "denied") {
			t.Errorf("%s %s tells %s", route.method, route.path, body)
		}
		if status >= 400 && !strings.HasPrefix(body, `{"error":{"code":"`) {
			t.Errorf("%s %s = %d %s, want the one shape", route.method, route.path, status, body)
		}
	}
}

func TestIdempotencyKeyNamesTheClick(t *testing.T) {
	t.Parallel()
	p := newProduct()
	base := serve(t, p, true)
	press := func(key, as string) string {
		r := request(t, "POST", base+decision, danaToken, `{"verdict":"approve","as":"`+as+`"}`)
		if key != "" {
			r.Header.Set("Idempotency-Key", key)
		}
		send(t, r)
		return p.clicks[len(p.clicks)-1].Once
	}
	first := press("k1", "dana@example.com")
	if again := press("k1", "dana@example.com"); again != first {
		t.Error("the same key gave two names")
	}
	for _, other := range []string{press("k2", "dana@example.com"), press("k1", "kim@example.com"), press("", ""), press("", "")} {
		if other == first {
			t.Error("another key, another person or no key gave the same name")
		}
	}
}

// A person may be named as flows name people, or by the bare address.
func TestActsAsAPersonOfAFlow(t *testing.T) {
	t.Parallel()
	p := newProduct()
	base := serve(t, p, true)
	for _, as := range []string{"kim@example.com", "user:kim@example.com"} {
		send(t, request(t, "POST", base+decision, danaToken, `{"verdict":"approve","as":"`+as+`"}`))
		if got := p.clicks[len(p.clicks)-1].Actor.ID; got != "kim@example.com" {
			t.Errorf("as %s it is %s who answers", as, got)
		}
	}
}
