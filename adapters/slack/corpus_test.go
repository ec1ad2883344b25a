package slack_test

import (
	"bytes"
	"compress/gzip"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"signoff/adapters/slack"
)

// forgery makes of a genuine request one that must be refused, and says how.
type forgery struct {
	status int
	forge  func(*request)
}

const (
	unauthorized = http.StatusUnauthorized
	bad          = http.StatusBadRequest
	media        = http.StatusUnsupportedMediaType
)

// forgeries is the corpus.
func forgeries() map[string]forgery {
	all := map[string]forgery{}
	for _, part := range []map[string]forgery{strayed(), queried(), packed(), oversized(), missigned(), tampered(), malformed(), mistimed()} {
		maps.Copy(all, part)
	}
	return all
}

// strayed have come to the wrong place.
func strayed() map[string]forgery {
	return map[string]forgery{
		"method/get":    {http.StatusMethodNotAllowed, func(r *request) { r.method = http.MethodGet }},
		"method/put":    {http.StatusMethodNotAllowed, func(r *request) { r.method = http.MethodPut }},
		"method/head":   {http.StatusMethodNotAllowed, func(r *request) { r.method = http.MethodHead }},
		"method/delete": {http.StatusMethodNotAllowed, func(r *request) { r.method = http.MethodDelete }},
		"path/other":    {http.StatusNotFound, func(r *request) { r.target = "/slack/other" }},
		"path/below":    {http.StatusNotFound, func(r *request) { r.target = slack.InteractionsPath + "/x" }},
	}
}

// queried carry something that is not signed.
func queried() map[string]forgery {
	return map[string]forgery{
		"query/payload":  {bad, func(r *request) { r.target += "?payload=" + url.QueryEscape(press) }},
		"query/anything": {bad, func(r *request) { r.target += "?x=1" }},
		"query/empty":    {bad, func(r *request) { r.target += "?" }},
	}
}

// packed are no plain forms.
func packed() map[string]forgery {
	return map[string]forgery{
		"media/json":         {media, header("Content-Type", "application/json")},
		"media/multipart":    {media, header("Content-Type", "multipart/form-data; boundary=x")},
		"media/text":         {media, header("Content-Type", "text/plain")},
		"media/missing":      {media, func(r *request) { r.header.Del("Content-Type") }},
		"media/broken":       {media, header("Content-Type", ";;;")},
		"media/gzip":         {media, zipped},
		"media/gzip_claimed": {media, header("Content-Encoding", "gzip")},
		"media/identity":     {media, header("Content-Encoding", "identity")},
	}
}

// oversized are too large.
func oversized() map[string]forgery {
	return map[string]forgery{
		"size/over_2_MiB":         {http.StatusRequestEntityTooLarge, resigned("payload=" + strings.Repeat("a", 2<<20))},
		"size/over_2_MiB_chunked": {http.StatusRequestEntityTooLarge, func(r *request) { r.chunked = true; resigned("payload=" + strings.Repeat("a", 2<<20))(r) }},
	}
}

// missigned bear a signature that is not Slack's.
func missigned() map[string]forgery {
	return map[string]forgery{
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
		"signature/moved_colon":   {unauthorized, movedColon},
		"signature/other_request": {unauthorized, func(r *request) { r.header.Set("X-Slack-Signature", sign(secret, at(0), form("{}"))) }},
	}
}

// tampered were changed after they were signed.
func tampered() map[string]forgery {
	return map[string]forgery{
		"body/changed":         {unauthorized, func(r *request) { r.body = strings.Replace(r.body, "approve", "APPROVE", 1) }},
		"body/byte_added":      {unauthorized, func(r *request) { r.body += "&" }},
		"body/byte_removed":    {unauthorized, func(r *request) { r.body = r.body[:len(r.body)-1] }},
		"body/bom":             {unauthorized, func(r *request) { r.body = "\uFEFF" + r.body }},
		"body/newline":         {unauthorized, func(r *request) { r.body += "\n" }},
		"body/empty":           {unauthorized, func(r *request) { r.body = "" }},
		"body/second_payload":  {unauthorized, func(r *request) { r.body += "&" + r.body }},
		"body/reencoded":       {unauthorized, func(r *request) { r.body = strings.ReplaceAll(r.body, "%22", `"`) }},
		"body/changed_chunked": {unauthorized, func(r *request) { r.chunked = true; r.body += "x" }},
	}
}

// malformed are genuinely signed and make no sense.
func malformed() map[string]forgery {
	return map[string]forgery{
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
}

// mistimed are too old, too early, or not dated in Slack's way. Each is signed
// with its own time.
func mistimed() map[string]forgery {
	table := map[string]forgery{
		"time/missing":            {unauthorized, func(r *request) { r.header.Del("X-Slack-Request-Timestamp") }},
		"time/two":                {unauthorized, func(r *request) { r.header.Add("X-Slack-Request-Timestamp", at(0)) }},
		"time/not_the_signed_one": {unauthorized, header("X-Slack-Request-Timestamp", at(time.Second))},
	}
	for name, stamp := range map[string]string{
		"301_s_ago": at(-301 * time.Second), "301_s_ahead": at(301 * time.Second), "a_day_ago": at(-24 * time.Hour),
		"zero": "0", "minus_one": "-1", "plus": "+" + at(0), "space_before": " " + at(0), "space_after": at(0) + " ",
		"empty": "", "hex": "0x5b47a38a", "float": at(0) + ".0", "exponent": "1e9", "letters": "now", "underscores": "1_531_420_618",
		"2^40": "1099511627776", "2^62": "4611686018427387904", "max_int64": "9223372036854775807",
		"beyond_int64": "92233720368547758070", "leading_zeroes": "0" + at(0), "arabic_digits": "١٥٣١٤٢٠٦١٨",
		"milliseconds": at(0) + "000", "newline": at(0) + "\n", "nul": at(0) + "\x00",
	} {
		table["time/"+name] = forgery{unauthorized, stamped(stamp)}
	}
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
