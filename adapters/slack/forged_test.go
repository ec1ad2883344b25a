package slack_test

import (
	"bytes"
	"compress/gzip"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"signoff/adapters/slack"
)

const (
	secret    = "8f742231b10e8888abcd99yyyzzz85a5"
	oldSecret = "e6b19c573432dcc6b075501d51b51bb8"
)

// now is what the adapter takes for the time.
var now = time.Unix(1531420618, 0)

// press is a payload that the adapter would act upon.
const press = `{"type":"block_actions","user":{"id":"UDANA","team_id":"T0SIGNOFF"},` +
	`"container":{"channel_id":"C0REQ","message_ts":"1.000001"},` +
	`"actions":[{"type":"button","action_id":"act:approve","value":"1|01JD.2|1"}]}`

// sign is Slack's signature.
func sign(secret, stamp, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = io.WriteString(mac, "v0:"+stamp+":"+body)
	return "v0=" + hex.EncodeToString(mac.Sum(nil))
}

func form(payload string) string { return url.Values{"payload": {payload}}.Encode() }

// request is a genuine request, and then what somebody made of it.
type request struct {
	method, target string
	header         http.Header
	body           string
	chunked        bool
}

func genuine(body string) *request {
	stamp := strconv.FormatInt(now.Unix(), 10)
	return &request{
		method: http.MethodPost, target: slack.InteractionsPath, body: body,
		header: http.Header{
			"Content-Type":              {"application/x-www-form-urlencoded"},
			"X-Slack-Request-Timestamp": {stamp},
			"X-Slack-Signature":         {sign(secret, stamp, body)},
		},
	}
}

func (r *request) send(h http.Handler) *httptest.ResponseRecorder {
	var body io.Reader = strings.NewReader(r.body)
	if r.chunked {
		body = io.MultiReader(body)
	}
	req := httptest.NewRequest(r.method, r.target, body)
	req.Header = r.header
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w
}

// stamped signs the body anew at another time.
func stamped(stamp string) func(*request) {
	return func(r *request) {
		r.header.Set("X-Slack-Request-Timestamp", stamp)
		r.header.Set("X-Slack-Signature", sign(secret, stamp, r.body))
	}
}

// signature replaces it by a change of the genuine one.
func signature(change func(string) string) func(*request) {
	return func(r *request) {
		r.header.Set("X-Slack-Signature", change(r.header.Get("X-Slack-Signature")))
	}
}

func header(name string, values ...string) func(*request) {
	return func(r *request) { r.header[http.CanonicalHeaderKey(name)] = values }
}

// resigned puts another body there, genuinely signed: what only somebody with
// the secret could send, and must still not be acted upon.
func resigned(body string) func(*request) {
	return func(r *request) {
		r.body = body
		stamped(strconv.FormatInt(now.Unix(), 10))(r)
	}
}

func at(d time.Duration) string { return strconv.FormatInt(now.Add(d).Unix(), 10) }

// forgeries are requests that must be refused, and how.
func forgeries() map[string]struct {
	status int
	forge  func(*request)
} {
	type f = func(*request)
	type row = struct {
		status int
		forge  func(*request)
	}
	const unauthorized, bad, media = http.StatusUnauthorized, http.StatusBadRequest, http.StatusUnsupportedMediaType
	table := map[string]row{
		"method/get":    {http.StatusMethodNotAllowed, func(r *request) { r.method = http.MethodGet }},
		"method/put":    {http.StatusMethodNotAllowed, func(r *request) { r.method = http.MethodPut }},
		"method/head":   {http.StatusMethodNotAllowed, func(r *request) { r.method = http.MethodHead }},
		"method/delete": {http.StatusMethodNotAllowed, func(r *request) { r.method = http.MethodDelete }},
		"path/other":    {http.StatusNotFound, func(r *request) { r.target = "/slack/other" }},
		"path/below":    {http.StatusNotFound, func(r *request) { r.target = slack.InteractionsPath + "/x" }},

		"query/payload":  {bad, func(r *request) { r.target += "?payload=" + url.QueryEscape(press) }},
		"query/anything": {bad, func(r *request) { r.target += "?x=1" }},
		"query/empty":    {bad, func(r *request) { r.target += "?" }},

		"media/json":         {media, header("Content-Type", "application/json")},
		"media/multipart":    {media, header("Content-Type", "multipart/form-data; boundary=x")},
		"media/text":         {media, header("Content-Type", "text/plain")},
		"media/missing":      {media, func(r *request) { r.header.Del("Content-Type") }},
		"media/broken":       {media, header("Content-Type", ";;;")},
		"media/gzip":         {media, f(zipped)},
		"media/gzip_claimed": {media, header("Content-Encoding", "gzip")},
		"media/identity":     {media, header("Content-Encoding", "identity")},

		"size/over_2_MiB":         {http.StatusRequestEntityTooLarge, resigned("payload=" + strings.Repeat("a", 2<<20))},
		"size/over_2_MiB_chunked": {http.StatusRequestEntityTooLarge, func(r *request) { r.chunked = true; resigned("payload=" + strings.Repeat("a", 2<<20))(r) }},

		"signature/missing":      {unauthorized, func(r *request) { r.header.Del("X-Slack-Signature") }},
		"signature/empty":        {unauthorized, header("X-Slack-Signature", "")},
		"signature/two":          {unauthorized, func(r *request) { r.header.Add("X-Slack-Signature", r.header.Get("X-Slack-Signature")) }},
		"signature/two_one_bad":  {unauthorized, func(r *request) { r.header.Add("X-Slack-Signature", "v0=00") }},
		"signature/joined":       {unauthorized, signature(func(s string) string { return s + ", " + s })},
		"signature/v1":           {unauthorized, signature(func(s string) string { return "v1" + s[2:] })},
		"signature/V0":           {unauthorized, signature(func(s string) string { return "V0" + s[2:] })},
		"signature/no_prefix":    {unauthorized, signature(func(s string) string { return s[3:] })},
		"signature/prefix_twice": {unauthorized, signature(func(s string) string { return "v0=" + s })},
		"signature/upper_case":   {unauthorized, signature(func(s string) string { return "v0=" + strings.ToUpper(s[3:]) })},
		"signature/short":        {unauthorized, signature(func(s string) string { return s[:len(s)-2] })},
		"signature/odd":          {unauthorized, signature(func(s string) string { return s[:len(s)-1] })},
		"signature/long":         {unauthorized, signature(func(s string) string { return s + "00" })},
		"signature/space_before": {unauthorized, signature(func(s string) string { return "v0= " + s[3:] })},
		"signature/space_after":  {unauthorized, signature(func(s string) string { return s[:len(s)-1] + " " })},
		"signature/newline":      {unauthorized, signature(func(s string) string { return s + "\n" })},
		"signature/not_hex":      {unauthorized, signature(func(s string) string { return "v0=" + strings.Repeat("z", 64) })},
		"signature/zeroes":       {unauthorized, signature(func(string) string { return "v0=" + strings.Repeat("0", 64) })},
		"signature/last_bit":     {unauthorized, signature(flipLast)},
		"signature/base64":       {unauthorized, header("X-Slack-Signature", "v0=oiEU1XtI6sObmtGJ3YMjUjWnuKIdEL0nUZZkicac1QM=")},
		"signature/wrong_secret": {unauthorized, func(r *request) { r.header.Set("X-Slack-Signature", sign("another", at(0), r.body)) }},
		"signature/empty_secret": {unauthorized, func(r *request) { r.header.Set("X-Slack-Signature", sign("", at(0), r.body)) }},
		"signature/of_time_only": {unauthorized, func(r *request) { r.header.Set("X-Slack-Signature", sign(secret, at(0), "")) }},
		"signature/of_body_only": {unauthorized, func(r *request) { r.header.Set("X-Slack-Signature", sign(secret, "", r.body)) }},
		"signature/other_header": {unauthorized, func(r *request) {
			r.header["X-Signature"] = r.header["X-Slack-Signature"]
			r.header.Del("X-Slack-Signature")
		}},
		"signature/moved_colon":   {unauthorized, f(movedColon)},
		"signature/other_request": {unauthorized, func(r *request) { r.header.Set("X-Slack-Signature", sign(secret, at(0), form("{}"))) }},

		"body/changed":         {unauthorized, func(r *request) { r.body = strings.Replace(r.body, "approve", "APPROVE", 1) }},
		"body/byte_added":      {unauthorized, func(r *request) { r.body += "&" }},
		"body/byte_removed":    {unauthorized, func(r *request) { r.body = r.body[:len(r.body)-1] }},
		"body/bom":             {unauthorized, func(r *request) { r.body = "\uFEFF" + r.body }},
		"body/newline":         {unauthorized, func(r *request) { r.body += "\n" }},
		"body/empty":           {unauthorized, func(r *request) { r.body = "" }},
		"body/second_payload":  {unauthorized, func(r *request) { r.body += "&" + r.body }},
		"body/reencoded":       {unauthorized, func(r *request) { r.body = strings.ReplaceAll(r.body, "%22", `"`) }},
		"body/changed_chunked": {unauthorized, func(r *request) { r.chunked = true; r.body += "x" }},

		"payload/none":        {bad, resigned("x=1")},
		"payload/empty_body":  {bad, resigned("")},
		"payload/twice":       {bad, resigned(form(press) + "&" + form(press))},
		"payload/bad_escape":  {bad, resigned("payload=%zz")},
		"payload/semicolon":   {bad, resigned("payload=1;x=2")},
		"payload/empty":       {bad, resigned(form(""))},
		"payload/not_json":    {bad, resigned(form("approve"))},
		"payload/cut_off":     {bad, resigned(form(press[:len(press)/2]))},
		"payload/trailing":    {bad, resigned(form(press + "{}"))},
		"payload/array":       {bad, resigned(form("[" + press + "]"))},
		"payload/number":      {bad, resigned(form("1"))},
		"payload/type_number": {bad, resigned(form(`{"type":1}`))},
		"payload/user_string": {bad, resigned(form(strings.Replace(press, `{"id":"UDANA","team_id":"T0SIGNOFF"}`, `"UDANA"`, 1)))},
		"payload/deep":        {bad, resigned(form(strings.Repeat("[", 20_000)))},
		"payload/nul":         {bad, resigned(form("\x00" + press))},
	}
	for name, stamp := range map[string]string{
		"301_s_ago": at(-301 * time.Second), "301_s_ahead": at(301 * time.Second), "a_day_ago": at(-24 * time.Hour),
		"zero": "0", "minus_one": "-1", "plus": "+" + at(0), "space_before": " " + at(0), "space_after": at(0) + " ",
		"empty": "", "hex": "0x5b47a38a", "float": at(0) + ".0", "exponent": "1e9", "letters": "now", "underscores": "1_531_420_618",
		"2^40": "1099511627776", "2^62": "4611686018427387904", "max_int64": "9223372036854775807",
		"beyond_int64": "92233720368547758070", "leading_zeroes": "0" + at(0), "arabic_digits": "١٥٣١٤٢٠٦١٨",
		"milliseconds": at(0) + "000", "newline": at(0) + "\n", "nul": at(0) + "\x00",
	} {
		table["time/"+name] = row{unauthorized, stamped(stamp)}
	}
	table["time/missing"] = row{unauthorized, func(r *request) { r.header.Del("X-Slack-Request-Timestamp") }}
	table["time/two"] = row{unauthorized, func(r *request) { r.header.Add("X-Slack-Request-Timestamp", at(0)) }}
	table["time/not_the_signed_one"] = row{unauthorized, header("X-Slack-Request-Timestamp", at(time.Second))}
	return table
}

func flipLast(s string) string {
	last := byte('0')
	if s[len(s)-1] == '0' {
		last = '1'
	}
	return s[:len(s)-1] + string(last)
}

// zipped sends the compressed body, genuinely signed.
func zipped(r *request) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(r.body))
	_ = z.Close()
	resigned(b.String())(r)
	r.header.Set("Content-Encoding", "gzip")
}

// movedColon tries to move bytes between the time and the body: "v0:1:2…" is
// the same for both.
func movedColon(r *request) {
	stamp := at(0)
	r.header.Set("X-Slack-Signature", sign(secret, stamp[:9], stamp[9:]+":"+r.body))
	r.body = stamp[9:] + ":" + r.body
	r.header.Set("X-Slack-Request-Timestamp", stamp[:9])
}

// silent is a handler that nothing may reach, and the adapter before it.
func silent(t *testing.T) (*desk, http.Handler) {
	t.Helper()
	d := &desk{}
	b := newBench(t, d, func(c *slack.Config) {
		c.SigningSecrets = []string{secret, oldSecret}
		c.Now = func() time.Time { return now }
	})
	return d, b.adapter.Handler(d)
}

func TestHandlerRefuses(t *testing.T) {
	t.Parallel()
	d, h := silent(t)
	table := forgeries()
	if len(table) < 60 {
		t.Fatalf("the corpus holds %d requests, want at least 60", len(table))
	}
	for name, forgery := range table {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := genuine(form(press))
			forgery.forge(r)
			w := r.send(h)
			if w.Code != forgery.status {
				t.Errorf("status = %d, want %d", w.Code, forgery.status)
			}
			if n := len(d.seen()); n != 0 {
				t.Errorf("the handler was called %d times", n)
			}
			leaks(t, w, r)
		})
	}
}

// leaks looks for any part of the right signature in an answer.
func leaks(t *testing.T, w *httptest.ResponseRecorder, r *request) {
	t.Helper()
	right := sign(secret, r.header.Get("X-Slack-Request-Timestamp"), r.body)[3:]
	all := w.Body.String() + fmt.Sprint(w.Result().Header)
	for i := 0; i+16 <= len(right); i++ {
		if strings.Contains(all, right[i:i+16]) {
			t.Fatalf("the answer holds a part of the signature: %s", all)
		}
	}
}

func TestHandlerAccepts(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*request){
		"as_sent":            func(*request) {},
		"chunked":            func(r *request) { r.chunked = true },
		"charset":            header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
		"300_s_ago":          stamped(at(-300 * time.Second)),
		"300_s_ahead":        stamped(at(300 * time.Second)),
		"the_older_secret":   func(r *request) { r.header.Set("X-Slack-Signature", sign(oldSecret, at(0), r.body)) },
		"more_form_fields":   resigned("x=1&" + form(press)),
		"unknown_properties": resigned(form(strings.Replace(press, `{"type"`, `{"message":{"ts":"1.000001","blocks":[{"type":"news","elements":[{"type":"hologram"}]}]},"type"`, 1))),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, h := silent(t)
			r := genuine(form(press))
			change(r)
			w := r.send(h)
			if w.Code != http.StatusOK || w.Body.Len() != 0 {
				t.Errorf("answer = %d %q, want an empty 200", w.Code, w.Body)
			}
			if n := len(d.seen()); n != 1 {
				t.Errorf("the handler was called %d times, want once", n)
			}
		})
	}
}

// TestHandlerIgnores: what is signed and not for us is taken without a word, so
// that Slack does not count failures.
func TestHandlerIgnores(t *testing.T) {
	t.Parallel()
	for name, payload := range map[string]string{
		"closed_form":      `{"type":"view_closed","view":{"id":"V1"}}`,
		"shortcut":         `{"type":"shortcut","callback_id":"x"}`,
		"unknown_type":     `{"type":"telepathy","user":"not an object"}`,
		"no_type":          `{}`,
		"null":             `null`,
		"other_button":     strings.Replace(press, "act:approve", "buy:now", 1),
		"other_value":      strings.Replace(press, "1|01JD.2|1", "9|01JD.2|1", 1),
		"value_cut":        strings.Replace(press, "1|01JD.2|1", "1|01JD.2", 1),
		"negative_version": strings.Replace(press, "1|01JD.2|1", "1|01JD.2|-1", 1),
		"no_request":       strings.Replace(press, "1|01JD.2|1", "1||1", 1),
		"no_action":        strings.Replace(press, "act:approve", "act:", 1),
		"no_actions":       `{"type":"block_actions","user":{"id":"UDANA"},"actions":[]}`,
		"null_actions":     `{"type":"block_actions","user":{"id":"UDANA"},"actions":null}`,
		"other_form":       `{"type":"view_submission","user":{"id":"UDANA"},"view":{"callback_id":"other"}}`,
		"no_view":          `{"type":"view_submission","user":{"id":"UDANA"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, h := silent(t)
			w := genuine(form(payload)).send(h)
			if w.Code != http.StatusOK || w.Body.Len() != 0 || len(d.seen()) != 0 {
				t.Errorf("answer = %d %q after %d clicks, want an empty 200 and none", w.Code, w.Body, len(d.seen()))
			}
		})
	}
}

// TestHandlerNamesRepetitions: the same signed request has the same name every
// time, so that the store can tell.
func TestHandlerNamesRepetitions(t *testing.T) {
	t.Parallel()
	d, h := silent(t)
	for range 3 {
		genuine(form(press)).send(h)
	}
	r := genuine(form(press))
	stamped(at(time.Second))(r)
	r.send(h)
	clicks := d.seen()
	if len(clicks) != 4 {
		t.Fatalf("four requests made %d clicks", len(clicks))
	}
	if clicks[0].Once != clicks[1].Once || clicks[0].Once != clicks[2].Once {
		t.Errorf("repetitions have the names %q, %q, %q", clicks[0].Once, clicks[1].Once, clicks[2].Once)
	}
	if clicks[3].Once == clicks[0].Once {
		t.Error("another request has the same name")
	}
	sum := sha256.Sum256([]byte(form(press)))
	if want := hex.EncodeToString(sum[:]); clicks[0].Evidence != want {
		t.Errorf("evidence = %s, want %s", clicks[0].Evidence, want)
	}
}
