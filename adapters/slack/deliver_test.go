package slack_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/adapters/adaptertest"
	"signoff/adapters/slack"
)

func wantDelivery(t *testing.T, call string, err error) *adapters.DeliveryError {
	t.Helper()
	e, ok := errors.AsType[*adapters.DeliveryError](err)
	if !ok {
		t.Fatalf("%s = %v, want a DeliveryError", call, err)
	}
	return e
}

var requests = adapters.Destination{Channel: "#requests"}

// TestDeliveryErrors: Slack's word, and what it means for a new message and for
// a redrawn one.
func TestDeliveryErrors(t *testing.T) {
	t.Parallel()
	b := newBench(t, &desk{})
	ref := b.open(t)
	for code, want := range map[string][2]adapters.DeliveryKind{
		"ratelimited":         {adapters.Busy, adapters.Busy},
		"service_unavailable": {adapters.Busy, adapters.Busy},
		"team_added_to_org":   {adapters.Busy, adapters.Busy},
		"internal_error":      {adapters.Unknown, adapters.Busy},
		"fatal_error":         {adapters.Unknown, adapters.Busy},
		"request_timeout":     {adapters.Unknown, adapters.Busy},
		"invalid_auth":        {adapters.Denied, adapters.Denied},
		"account_inactive":    {adapters.Denied, adapters.Denied},
		"token_revoked":       {adapters.Denied, adapters.Denied},
		"token_expired":       {adapters.Denied, adapters.Denied},
		"missing_scope":       {adapters.Denied, adapters.Denied},
		"not_in_channel":      {adapters.Unreachable, adapters.Gone},
		"channel_not_found":   {adapters.Unreachable, adapters.Gone},
		"is_archived":         {adapters.Unreachable, adapters.Frozen},
		"restricted_action":   {adapters.Unreachable, adapters.Unreachable},
		"message_not_found":   {adapters.Gone, adapters.Gone},
		"edit_window_closed":  {adapters.Frozen, adapters.Frozen},
		"cant_update_message": {adapters.Frozen, adapters.Frozen},
		"is_inactive":         {adapters.Frozen, adapters.Frozen},
		"invalid_blocks":      {adapters.Malformed, adapters.Malformed},
		"invalid_arguments":   {adapters.Malformed, adapters.Malformed},
		"msg_too_long":        {adapters.Malformed, adapters.Malformed},
		"block_mismatch":      {adapters.Malformed, adapters.Malformed},
		"never_heard_of":      {adapters.Malformed, adapters.Malformed},
	} {
		b.fake.FailNext("chat.postMessage", code)
		_, err := b.adapter.Post(t.Context(), requests, adaptertest.Pending())
		posted := wantDelivery(t, "Post after "+code, err)
		b.fake.FailNext("chat.update", code)
		updated := wantDelivery(t, "Update after "+code, b.adapter.Update(t.Context(), ref, adaptertest.Closed()))
		if got := [2]adapters.DeliveryKind{posted.Kind, updated.Kind}; got != want || posted.Code != code {
			t.Errorf("%s: Post %s, Update %s, want %v", code, posted.Kind, updated.Kind, want)
		}
		for _, e := range []*adapters.DeliveryError{posted, updated} {
			if (e.Kind == adapters.Unreachable || e.Kind == adapters.Denied) && e.Advice == "" {
				t.Errorf("%s: %s without advice", code, e.Kind)
			}
		}
	}
}

func TestDeliveryRealRooms(t *testing.T) {
	t.Parallel()
	b := newBench(t, &desk{})
	for channel, code := range map[string]string{"#outside": "not_in_channel", "#old": "is_archived", "#nowhere": "channel_not_found"} {
		_, err := b.adapter.Post(t.Context(), adapters.Destination{Channel: channel}, adaptertest.Pending())
		if e := wantDelivery(t, channel, err); e.Code != code || e.Kind != adapters.Unreachable {
			t.Errorf("Post to %s = %+v, want %s", channel, e, code)
		}
	}
	_, err := b.adapter.Post(t.Context(), adapters.Destination{}, adaptertest.Pending())
	if e := wantDelivery(t, "nowhere", err); e.Kind != adapters.Malformed {
		t.Errorf("Post to nowhere = %+v", e)
	}
	if e := wantDelivery(t, "no ref", b.adapter.Update(t.Context(), adapters.MessageRef{}, adaptertest.Pending())); e.Kind != adapters.Gone {
		t.Errorf("Update of no message = %+v", e)
	}
}

// TestPostIsSentOnce: a connection that breaks after the message was taken
// leaves one message and an honest answer.
func TestPostIsSentOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, &desk{})
	b.fake.DropAfter("chat.postMessage")
	_, err := b.adapter.Post(t.Context(), requests, adaptertest.Pending())
	if e := wantDelivery(t, "Post", err); e.Kind != adapters.Unknown {
		t.Errorf("Post = %+v, want Unknown", e)
	}
	if n := len(b.fake.Messages("#requests")); n != 1 {
		t.Errorf("there are %d messages, want 1", n)
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ sent, want time.Duration }{
		"with_retry_after":    {30 * time.Second, 30 * time.Second},
		"without_retry_after": {0, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var skip atomic.Int64
			b := newBench(t, &desk{}, func(cfg *slack.Config) {
				cfg.Unpaced = false
				cfg.Now = func() time.Time { return now.Add(time.Duration(skip.Load())) }
			})
			ref := b.open(t)
			b.fake.RateLimit("chat.update", 1, c.sent)
			e := wantDelivery(t, "Update", b.adapter.Update(t.Context(), ref, adaptertest.Closed()))
			if e.Kind != adapters.Busy || e.RetryAfter != c.want {
				t.Errorf("Update = %+v, want Busy for %s", e, c.want)
			}
			before := b.calls("chat.update")
			e = wantDelivery(t, "Update too early", b.adapter.Update(t.Context(), ref, adaptertest.Closed()))
			if e.Kind != adapters.Busy || b.calls("chat.update") != before {
				t.Errorf("Update too early = %+v after %d calls", e, b.calls("chat.update")-before)
			}
			skip.Store(int64(c.want))
			if err := b.adapter.Update(t.Context(), ref, adaptertest.Closed()); err != nil {
				t.Errorf("Update in time = %v", err)
			}
		})
	}
}

// TestPostIsPaced: three at once and then one a second in a channel; other
// channels do not wait for it.
func TestPostIsPaced(t *testing.T) {
	t.Parallel()
	var skip atomic.Int64
	b := newBench(t, &desk{}, func(cfg *slack.Config) {
		cfg.Unpaced = false
		cfg.Now = func() time.Time { return now.Add(time.Duration(skip.Load())) }
	})
	for range 3 {
		b.open(t)
	}
	_, err := b.adapter.Post(t.Context(), requests, adaptertest.Pending())
	if e := wantDelivery(t, "the fourth", err); e.Kind != adapters.Busy || e.RetryAfter <= 0 || e.RetryAfter > time.Second {
		t.Errorf("the fourth Post = %+v, want Busy for a second at most", e)
	}
	if _, err := b.adapter.Post(t.Context(), adapters.Destination{Person: &adapters.Person{Account: "UDANA"}}, adaptertest.Pending()); err != nil {
		t.Errorf("Post elsewhere = %v", err)
	}
	skip.Store(int64(time.Second))
	b.open(t)
}

// TestAnswersOfTheAPI: what slack-go would misread.
func TestAnswersOfTheAPI(t *testing.T) {
	t.Parallel()
	big := `{"ok":true,"channel":"C1","ts":"1.000001","x":"` + strings.Repeat("a", 9<<20) + `"}`
	for name, c := range map[string]struct {
		status int
		body   string
		want   adapters.DeliveryKind // "" is success
	}{
		"fine":                    {200, `{"ok":true,"channel":"C1","ts":"1.000001"}`, ""},
		"unknown_element_in_echo": {200, `{"ok":true,"channel":"C1","ts":"1.000001","message":{"blocks":[{"type":"actions","elements":[{"type":"hologram"}]}]}}`, ""},
		"message_is_no_object":    {200, `{"ok":true,"channel":"C1","ts":"1.000001","message":7}`, ""},
		"not_ok_without_error":    {200, `{"ok":false}`, adapters.Unknown},
		"not_ok_with_empty_error": {200, `{"ok":false,"error":""}`, adapters.Unknown},
		"ok_without_ts":           {200, `{"ok":true,"channel":"C1"}`, adapters.Unknown},
		"not_json":                {200, `<html>`, adapters.Unknown},
		"empty":                   {200, ``, adapters.Unknown},
		"too_large":               {200, big, adapters.Unknown},
		"html_503":                {503, `<html>`, adapters.Busy},
		"html_500":                {500, `<html>`, adapters.Unknown},
		"html_404":                {404, `<html>`, adapters.Malformed},
		"redirect":                {307, ``, adapters.Malformed},
		"429_bare":                {429, ``, adapters.Busy},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var elsewhere atomic.Int64
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/elsewhere" {
					elsewhere.Add(1)
				}
				w.Header().Set("Location", "/elsewhere")
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			}))
			defer srv.Close()
			a, err := slack.New(slack.Config{Token: "xoxb-secret", SigningSecrets: []string{"s"}, APIURL: srv.URL + "/api/"})
			if err != nil {
				t.Fatal(err)
			}
			ref, err := a.Post(t.Context(), requests, adaptertest.Pending())
			if c.want == "" {
				if diff := cmp.Diff(adapters.MessageRef{Place: "C1", Message: "1.000001"}, ref); err != nil || diff != "" {
					t.Errorf("Post = %v, %v", ref, err)
				}
				return
			}
			if e := wantDelivery(t, "Post", err); e.Kind != c.want {
				t.Errorf("Post = %+v, want %s", e, c.want)
			}
			if elsewhere.Load() != 0 {
				t.Error("the token was taken to another address")
			}
		})
	}
}

// TestUnreachableAPI: no connection is not an unknown result, and no error
// holds an address or the token.
func TestUnreachableAPI(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(nil)
	address := srv.URL
	srv.Close()
	a, err := slack.New(slack.Config{Token: "xoxb-secret", SigningSecrets: []string{"s"}, APIURL: address + "/api/"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.Post(t.Context(), requests, adaptertest.Pending())
	if e := wantDelivery(t, "Post", err); e.Kind != adapters.Busy {
		t.Errorf("Post = %+v, want Busy", e)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	_, late := a.Post(ctx, requests, adaptertest.Pending())
	for _, err := range []error{err, late, a.Check(t.Context())} {
		if err == nil {
			t.Error("a call of nobody succeeded")
		}
		if s := fmt.Sprintf("%v %+v %#v", err, err, err); strings.Contains(s, "xoxb") || strings.Contains(s, "127.0.0.1") {
			t.Errorf("the error says too much: %s", s)
		}
	}
}
