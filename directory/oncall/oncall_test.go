package oncall_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/directory/oncall"
	"signoff/directory/oncall/oncalltest"
)

func path(t *testing.T, text string) oncall.Path {
	t.Helper()
	p, err := oncall.ParsePath(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func rota(t *testing.T, s *oncalltest.Server, where string) *oncall.Rota {
	t.Helper()
	return oncall.New(oncall.Config{URL: s.URL, Headers: map[string]string{oncalltest.Header: oncalltest.Key}, People: path(t, where)})
}

func TestOnDuty(t *testing.T) {
	t.Parallel()
	s := oncalltest.New(t, "kim@corp.example", "dana@corp.example", "kim@corp.example")
	r := rota(t, s, oncalltest.People)
	for _, want := range [][]adapters.Account{{{ID: "dana@corp.example"}, {ID: "kim@corp.example"}}, nil, {{ID: "lee"}}} {
		got, err := r.Members(t.Context(), "")
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("Members: %v (-want +got)\n%s", err, diff)
		}
		if want == nil {
			s.SetPeople("lee")
		} else {
			s.SetPeople()
		}
	}
}

// TestPaths: a path leads to people in answers of many shapes, and an answer of
// another shape is an error.
func TestPaths(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ path, body, want string }{
		{"oncalls[].user.email", `{"oncalls":[{"user":{"email":"a"}},{"user":{"email":"b"}}]}`, "a b"},
		{".oncalls[].user.email", `{"oncalls":[{"user":{"email":"a"}}]}`, "a"},
		{"data.onCallRecipients[]", `{"data":{"onCallRecipients":["a","b"]}}`, "a b"},
		{"[].email", `[{"email":"a"}]`, "a"},
		{"[]", `["a","b"]`, "a b"},
		{"who", `{"who":"a"}`, "a"},
		{"weeks[][]", `{"weeks":[["a"],["b","a"]]}`, "a b"},
		{"oncalls[].user.email", `{"oncalls":[]}`, ""},

		{"oncalls[].user.email", `{"on_calls":[]}`, `! the answer has no "oncalls" at step 1 of oncalls[].user.email`},
		{"oncalls[].user.email", `{"oncalls":{}}`, "! the answer has no list at step 2 of oncalls[].user.email"},
		{"oncalls[].user.email", `{"oncalls":null}`, "! the answer has no list at step 2 of oncalls[].user.email"},
		{"oncalls[].user.email", `{"oncalls":[{"user":{}}]}`, `! the answer has no "email" at step 4 of oncalls[].user.email`},
		{"oncalls[].user.email", `{"oncalls":[{"user":{"email":null}}]}`, "! at oncalls[].user.email the answer has something else than a text"},
		{"oncalls[].user.email", `{"oncalls":[{"user":{"email":" "}}]}`, "! at oncalls[].user.email the answer has something else than a text"},
		{"who", `["a"]`, `! the answer has no "who" at step 1 of who`},
		{"who", `<html>`, "! the answer is not JSON"},
		{"[][][]", "[" + strings.Repeat(`[["a","a"],["a"]],`, 500) + `[["a"]]]`, "! the answer names more people than a rota has"},
	} {
		s := oncalltest.New(t)
		s.Say(c.body)
		got, err := rota(t, s, c.path).Members(t.Context(), "")
		var names []string
		for _, a := range got {
			names = append(names, a.ID)
		}
		said := strings.Join(names, " ")
		if err != nil {
			said = "! " + err.Error()
		}
		if said != c.want {
			t.Errorf("%s of %.60s = %q, want %q", c.path, c.body, said, c.want)
		}
	}
}

func TestParsePathRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", ".", "a..b", "a.", "a[0]", "a[]b", "a | b", "a['b']", `a["b"]`, "a.[]", "[", "$.a[*]", "a[[]]"} {
		if p, err := oncall.ParsePath(text); err == nil {
			t.Errorf("ParsePath(%q) = %v", text, p)
		}
	}
}

// TestFails: a service that does not answer as it should is an error that says
// neither its address nor the key.
func TestFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(*oncalltest.Server)
		key   string
		url   string
		want  string
	}{
		"wrong_key":    {key: "Token token=canary", want: "status 401. Check the rota's headers; the key may have expired."},
		"forbidden":    {spoil: func(s *oncalltest.Server) { s.Fail(403) }, want: "status 403. Check the rota's headers; the key may have expired."},
		"gone":         {spoil: func(s *oncalltest.Server) { s.Fail(404) }, want: "status 404"},
		"broken":       {spoil: func(s *oncalltest.Server) { s.Fail(500) }, want: "status 500"},
		"no_content":   {spoil: func(s *oncalltest.Server) { s.Fail(204) }, want: "status 204"},
		"huge":         {spoil: func(s *oncalltest.Server) { s.Say(`"` + strings.Repeat("x", 9<<20) + `"`) }, want: "the answer is too large"},
		"slow":         {spoil: func(s *oncalltest.Server) { s.Delay(time.Minute) }, want: "context deadline exceeded"},
		"nobody_there": {url: "http://127.0.0.1:1/canary?token=canary", want: "there is no connection, or it broke"},
		"no_address":   {url: "http://\x7fcanary", want: "the address cannot be called"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := oncalltest.New(t, "dana@corp.example")
			if c.spoil != nil {
				c.spoil(s)
			}
			cfg := oncall.Config{URL: s.URL, Headers: map[string]string{oncalltest.Header: oncalltest.Key}, People: path(t, oncalltest.People)}
			if c.key != "" {
				cfg.Headers = map[string]string{oncalltest.Header: c.key}
			}
			if c.url != "" {
				cfg.URL = c.url
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			got, err := oncall.New(cfg).Members(ctx, "")
			if err == nil || got != nil || err.Error() != c.want {
				t.Errorf("Members = %v, %v, want %q", got, err, c.want)
			}
		})
	}
}

func TestConfigSaysNoSecret(t *testing.T) {
	t.Parallel()
	c := oncall.Config{URL: "https://canary.example", Headers: map[string]string{"Authorization": "canary"}, People: path(t, "a")}
	if text := fmt.Sprintf("%v %+v %#v %s", c, c, c, c.LogValue()); strings.Contains(text, "canary") {
		t.Error(text)
	}
}

func FuzzPath(f *testing.F) {
	f.Add("oncalls[].user.email", `{"oncalls":[{"user":{"email":"a"}}]}`)
	f.Add("[][]", `[["a"]]`)
	f.Fuzz(func(t *testing.T, text, body string) {
		p, err := oncall.ParsePath(text)
		if err != nil {
			return
		}
		if again, err := oncall.ParsePath(p.String()); err != nil || fmt.Sprint(again) != fmt.Sprint(p) {
			t.Fatalf("%q is read as %v and then as %v, %v", text, p, again, err)
		}
		var v any
		if json.Unmarshal([]byte(body), &v) != nil {
			return
		}
		names, err := oncall.Texts(p, v)
		for _, name := range names {
			if strings.TrimSpace(name) == "" || err != nil {
				t.Fatalf("%q of %s: %q, %v", text, body, names, err)
			}
		}
	})
}
