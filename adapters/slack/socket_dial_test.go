package slack

import (
	"net/http"
	"strings"
	"testing"
	"time"

	slackapi "github.com/slack-go/slack"
	"pgregory.net/rapid"

	"signoff/adapters"
	"signoff/adapters/slack/wire"
)

// TestSecureAddress: a socket is opened to Slack with TLS, or to the stand-in
// that the Web API is at, and to nobody else.
func TestSecureAddress(t *testing.T) {
	t.Parallel()
	slacks := newLine(nil, Config{AppToken: "xapp-1", APIURL: slackapi.APIURL})
	stand := newLine(nil, Config{AppToken: "xapp-1", APIURL: "http://127.0.0.1:4444/api/"})
	for address, want := range map[string][2]bool{
		"wss://wss-primary.slack.com/link/?ticket=1": {true, true},
		"wss://wss.slack-gov.com/link/":              {true, true},
		"ws://wss-primary.slack.com/link/":           {false, false},
		"ws://127.0.0.1:4444/link/":                  {false, true},
		"ws://127.0.0.1:4445/link/":                  {false, false},
		"ws://127.0.0.1/link/":                       {false, false},
		"wss://evilslack.com/":                       {false, false},
		"wss://slack.com.evil.example/":              {false, false},
		"wss://wss.slack.com@evil.example/":          {false, false},
		"wss://user@wss.slack.com/":                  {false, false},
		"https://wss-primary.slack.com/":             {false, false},
		"wss:///link/":                               {false, false},
		"wss://.evil/":                               {false, false},
		"":                                           {false, false},
		"%zz":                                        {false, false},
	} {
		if got := [2]bool{slacks.secure(address), stand.secure(address)}; got != want {
			t.Errorf("secure(%q) = %v, want %v (Slack's, a stand-in's)", address, got, want)
		}
	}
}

// TestRefusedSocket keeps Slack's own wish for a pause.
func TestRefusedSocket(t *testing.T) {
	t.Parallel()
	resp := &http.Response{StatusCode: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"7"}}}
	no, ok := refusedSocket(resp, errBroken).(*adapters.DeliveryError) //nolint:errorlint // it is not wrapped
	if !ok || no.Kind != adapters.Busy || no.RetryAfter != 7*time.Second {
		t.Errorf("refusedSocket = %+v", no)
	}
}

// TestShrunk: whatever is answered to a form fits, and says something.
func TestShrunk(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := wire.Payload{View: &wire.View{}}
		errs := map[string]string{}
		for i := range rapid.IntRange(1, 100).Draw(t, "fields") {
			id := wire.FieldPrefix + strings.Repeat("x", i)
			p.View.Blocks = append(p.View.Blocks, struct {
				Type    string `json:"type"`
				BlockID string `json:"block_id"`
			}{"input", id})
			errs[id] = errorText(strings.Repeat(rapid.SampledFrom([]string{"a", "<", "\"", "😀", "\u2028"}).Draw(t, "text"), 600))
		}
		got := shrunk(p, slackapi.NewErrorsViewSubmissionResponse(errs))
		if len(got.Errors) == 0 || len(encodeAnswer("e", got)) >= 20_000 {
			t.Fatalf("%d of %d texts are left, in %d bytes", len(got.Errors), len(errs), len(encodeAnswer("e", got)))
		}
		for id, text := range got.Errors {
			if errs[id] != text {
				t.Fatalf("%s says %q", id, text)
			}
		}
	})
}
