package slacktest_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"signoff/adapters/slack/slacktest"
)

// call calls a method of the Web API without a library and returns the answer.
func call(t *testing.T, s *slacktest.Server, token, method string, args map[string]string) map[string]any {
	t.Helper()
	form := url.Values{}
	for key, value := range args {
		form.Set(key, value)
	}
	r := httptest.NewRequest(http.MethodPost, "/api/"+method, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	var answer map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%s: %v: %s", method, err, w.Body)
	}
	return answer
}
