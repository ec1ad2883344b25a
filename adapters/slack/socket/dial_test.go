package socket

import (
	"net/http"
	"testing"
	"time"

	"signoff/adapters"
	"signoff/adapters/slack/fault"
)

// TestSecureAddress: a socket is opened to Slack with TLS, or to the stand-in
// that the Web API is at, and to nobody else.
func TestSecureAddress(t *testing.T) {
	t.Parallel()
	slacks := NewLine(Config{APIURL: "https://slack.com/api/"})
	stand := NewLine(Config{APIURL: "http://127.0.0.1:4444/api/"})
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
	no, ok := refusedSocket(resp, fault.ErrBroken).(*adapters.DeliveryError) //nolint:errorlint // it is not wrapped
	if !ok || no.Kind != adapters.Busy || no.RetryAfter != 7*time.Second {
		t.Errorf("refusedSocket = %+v", no)
	}
}
