package slack

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"signoff/adapters/slack/fault"
)

const (
	// callTimeout bounds one call of the Web API.
	callTimeout = 10 * time.Second
	// maxResponse bounds what is read of an answer.
	maxResponse = 8 << 20
)

// newClient returns a client that is bounded in time and size, follows no
// redirect (the token would go with it), and mends what slack-go trips over.
func newClient(given *http.Client) *http.Client {
	c := &http.Client{Timeout: callTimeout}
	base := http.DefaultTransport
	if given != nil {
		if given.Timeout > 0 {
			c.Timeout = given.Timeout
		}
		if given.Transport != nil {
			base = given.Transport
		}
	}
	c.Transport = transport{base}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return c
}

type transport struct{ base http.RoundTripper }

// RoundTrip sends once and reads the whole answer.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxResponse+1))
	if cerr := resp.Body.Close(); err == nil {
		err = cerr
	}
	if err == nil && len(body) > maxResponse {
		err = fault.ErrTooLarge
	}
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusTooManyRequests {
		resp.Header.Set("Retry-After", fault.Seconds(resp.Header.Get("Retry-After")))
	}
	body = mend(body)
	resp.Body = io.NopCloser(bytes.NewReader(body))
	resp.ContentLength = int64(len(body))
	resp.Header.Del("Content-Length")
	return resp, nil
}

// threaded keeps of an echoed message in which thread it stands, and nothing else.
func threaded(answer map[string]json.RawMessage) {
	var m struct {
		Thread string `json:"thread_ts,omitempty"`
	}
	err := json.Unmarshal(answer["message"], &m)
	delete(answer, "message")
	if err != nil || m.Thread == "" {
		return
	}
	if kept, err := json.Marshal(m); err == nil {
		answer["message"] = kept
	}
}

// mend makes an answer safe to decode. Slack echoes the message or view that
// was sent: an element in it that slack-go does not know would turn a success
// into a failure, and a message would be posted twice. And slack-go takes an
// "ok": false without a reason for a success.
func mend(body []byte) []byte {
	var answer map[string]json.RawMessage
	if err := json.Unmarshal(body, &answer); err != nil || answer["ok"] == nil {
		return body
	}
	threaded(answer)
	if raw, found := answer["view"]; found {
		answer["view"] = viewID(raw)
	}
	var reason string
	if err := json.Unmarshal(answer["error"], &reason); string(answer["ok"]) != "true" && (err != nil || reason == "") {
		answer["error"] = json.RawMessage(`"no_reason_given"`)
	}
	mended, err := json.Marshal(answer)
	if err != nil {
		return body
	}
	return mended
}

// viewID keeps of a view what names it.
func viewID(raw json.RawMessage) json.RawMessage {
	var view struct {
		ID   string `json:"id"`
		Hash string `json:"hash,omitempty"`
	}
	if err := json.Unmarshal(raw, &view); err != nil {
		return json.RawMessage("{}")
	}
	kept, err := json.Marshal(view)
	if err != nil {
		return json.RawMessage("{}")
	}
	return kept
}
