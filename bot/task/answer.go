package task

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// answer is a response that was read to its end.
type answer struct {
	code   int
	uri    string
	header http.Header
	body   string
}

// failed reports a status other than 2xx.
func (a *answer) failed() bool { return a.code < 200 || a.code > 299 }

// status is the code in our words: the far side's own could be anything.
func (a *answer) status() string {
	return strings.TrimSpace(strconv.Itoa(a.code) + " " + http.StatusText(a.code))
}

// read takes the whole body, decompressed, up to the limit. Bytes that are not
// UTF-8 are replaced.
func (x *run) read(ctx context.Context, resp *http.Response) (*answer, error) {
	b, err := io.ReadAll(io.LimitReader(resp.Body, int64(x.Limits.Response)+1))
	if len(b) > x.Limits.Response {
		return nil, problemf("the answer is larger than %s", size(x.Limits.Response))
	}
	if err != nil {
		x.logErr(ctx, err)
		return nil, explain(ctx, err)
	}
	return &answer{
		code:   resp.StatusCode,
		header: resp.Header,
		body:   strings.ToValidUTF8(string(b), "\uFFFD"),
	}, nil
}

// outputs are Kestra's: code, headers (a list each), body as text, uri. The body
// is masked before it is cut, so that no half of a secret stays.
func (x *run) outputs(a *answer) map[string]any {
	headers := make(map[string]any, len(a.header))
	for name, values := range a.header {
		list := make([]any, len(values))
		for i, v := range values {
			list[i] = strings.ToValidUTF8(v, "\uFFFD")
		}
		headers[name] = list
	}
	text := x.mask.text(a.body)
	if short := cut(text, x.Limits.Kept); short != text {
		x.logf("WARN", "the body of the answer is %s long; the first %s of it are kept", size(len(text)), size(len(short)))
		text = short
	}
	return map[string]any{
		"code":    int64(a.code),
		"uri":     a.uri,
		"headers": headers,
		"body":    text,
	}
}

// refused says which status came. How the answer began goes into the log, where
// it helps and binds nobody.
func (x *run) refused(req *http.Request, a *answer) error {
	if text := oneLine(x.mask.text(a.body)); text != "" {
		x.logf("WARN", "the answer began: %s", cut(text, 300))
	}
	text := req.Method + " " + origin(req.URL) + ": answered " + a.status()
	if a.code >= 300 && a.code < 400 {
		text += "; redirects are followed only for GET and HEAD without a body"
	}
	if a.code == http.StatusTooManyRequests || a.code == http.StatusServiceUnavailable {
		text += retryAfter(a)
	}
	return &problemError{text}
}

// oneLine makes a text fit for a log: no line breaks, nothing that a terminal
// would obey.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// retryAfter repeats for how long the far side wants to be left alone.
func retryAfter(a *answer) string {
	n, err := strconv.Atoi(a.header.Get("Retry-After"))
	if err != nil || n <= 0 {
		return ""
	}
	return "; it asks to wait " + strconv.Itoa(n) + " s"
}

// cut returns at most n bytes of s, whole characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
