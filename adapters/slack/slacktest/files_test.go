package slacktest_test

import (
	"io"
	"net/http"
	"testing"

	"signoff/adapters/slack/slacktest"
)

const fileForm = `{"type":"modal","title":{"type":"plain_text","text":"File"},"submit":{"type":"plain_text","text":"Send"},"blocks":[
	{"type":"input","block_id":"f","label":{"type":"plain_text","text":"Receipt"},"element":{"type":"file_input","action_id":"v","max_files":1,"filetypes":["pdf"]}},
	{"type":"input","block_id":"r","optional":true,"label":{"type":"plain_text","text":"Why"},"element":{"type":"rich_text_input","action_id":"v"}},
	{"type":"input","block_id":"p","optional":true,"label":{"type":"plain_text","text":"Who"},"element":{"type":"multi_users_select","action_id":"v","initial_users":["UALEX"]}},
	{"type":"input","block_id":"c","optional":true,"label":{"type":"plain_text","text":"Where"},"element":{"type":"conversations_select","action_id":"v","response_url_enabled":true}},
	{"type":"input","block_id":"u","optional":true,"label":{"type":"plain_text","text":"Link"},"element":{"type":"url_text_input","action_id":"v"}}
]}`

func TestFileInput(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	a := install(t, s)
	id := opened(t, s, c, a, view(fileForm))
	mine := s.Upload("dana", slacktest.File{Name: "receipt.pdf", Type: "application/pdf", Content: []byte("%PDF-1")})
	other := s.Upload("alex", slacktest.File{Name: "other.pdf"})
	for name, files := range map[string]any{"nothing": nil, "of_somebody_else": []string{other}, "unknown": []string{"F999"}} {
		if res, err := s.Submit(t.Context(), "dana", id, slacktest.Values{"f": files}); err != nil || res.Outcome != slacktest.Incomplete {
			t.Errorf("%s: %+v, %v, want it held back", name, res, err)
		}
	}
	if res, err := s.Submit(t.Context(), "dana", id, slacktest.Values{"f": []string{mine}, "u": "example.com"}); err != nil || res.Errors["u"] == "" {
		t.Errorf("an address without a scheme: %+v, %v", res, err)
	}
	values := slacktest.Values{"f": []string{mine}, "r": "because", "c": "CVAC", "u": "https://example.com/x"}
	if res, err := s.Submit(t.Context(), "dana", id, values); err != nil || res.Outcome != slacktest.Closed {
		t.Fatalf("Submit() = %+v, %v", res, err)
	}
	p := a.last()
	state := at(p, "view", "state", "values")
	files, _ := at(state, "f", "v", "files").([]any)
	if len(files) != 1 || at(files[0], "id") != mine || at(files[0], "name") != "receipt.pdf" {
		t.Errorf("files = %v", files)
	}
	if at(state, "r", "v", "rich_text_value", "type") != "rich_text" {
		t.Errorf("rich text = %v", at(state, "r"))
	}
	if users, _ := at(state, "p", "v", "selected_users").([]any); len(users) != 1 || users[0] != "UALEX" {
		t.Errorf("users = %v", at(state, "p"))
	}
	urls, _ := p["response_urls"].([]any)
	if len(urls) != 1 || at(urls[0], "channel_id") != "CVAC" || at(urls[0], "block_id") != "c" {
		t.Fatalf("response_urls = %v", urls)
	}
	address, _ := at(urls[0], "response_url").(string)
	if status, _ := send(t, address, `{"text":"done","response_type":"in_channel"}`); status != http.StatusOK || s.Messages("CVAC")[1].Text != "done" {
		t.Errorf("the response_url of the form: %d", status)
	}
}

// TestFileDownload: with a token the file, without one a page to sign in on that
// says 200.
func TestFileDownload(t *testing.T) {
	t.Parallel()
	s, c := start(t, slacktest.Options{})
	id := s.Upload("dana", slacktest.File{Name: "receipt.pdf", Type: "application/pdf", Content: []byte("%PDF-1")})
	f, _, _, err := c.GetFileInfoContext(t.Context(), id, 0, 0)
	if err != nil || f.Size != 6 || f.Mimetype != "application/pdf" || f.Filetype != "pdf" {
		t.Fatalf("files.info = %+v, %v", f, err)
	}
	get := func(token string) (int, string, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, f.URLPrivateDownload, nil)
		if err != nil {
			t.Fatal(err)
		}
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, res.Header.Get("Content-Type"), string(body)
	}
	if status, kind, body := get(s.BotToken()); status != http.StatusOK || kind != "application/pdf" || body != "%PDF-1" {
		t.Errorf("with the token: %d %s %q", status, kind, body)
	}
	for _, token := range []string{"", "xoxb-stolen", s.AppToken()} {
		if status, kind, _ := get(token); status != http.StatusOK || kind != "text/html; charset=utf-8" {
			t.Errorf("with %q: %d %s, want a page to sign in", token, status, kind)
		}
	}
	narrow, _ := start(t, slacktest.Options{Scopes: []string{"chat:write"}})
	id2 := narrow.Upload("dana", slacktest.File{Name: "a.pdf", Content: []byte("%PDF-1")})
	f.URLPrivateDownload = narrow.URL() + "/files-pri/T0SIGNOFF-" + id2 + "/a.pdf"
	if _, kind, _ := get(narrow.BotToken()); kind != "text/html; charset=utf-8" {
		t.Errorf("without the scope files:read: %s", kind)
	}
	f.URLPrivateDownload = s.URL() + "/files-pri/T0SIGNOFF-" + id + "/receipt.pdf"
	s.DeleteFile(id)
	if _, _, _, err := c.GetFileInfoContext(t.Context(), id, 0, 0); word(err) != "file_deleted" {
		t.Errorf("files.info of a deleted file: %v", err)
	}
	if status, _, _ := get(s.BotToken()); status != http.StatusNotFound {
		t.Errorf("a deleted file: %d", status)
	}
	if _, _, _, err := c.GetFileInfoContext(t.Context(), "F0NONE", 0, 0); word(err) != "file_not_found" {
		t.Errorf("an unknown file: %v", err)
	}
}
