package task

import (
	"cmp"
	"context"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"signoff/engine/expr"
)

// httpArgs are the arguments of http(), evaluated.
type httpArgs struct {
	uri, method, contentType, accept string
	query, headers                   []field
	body                             any // nil: none
}

// httpArguments builds the request. What an argument yields is data: the same
// rules hold for it as for the keys of http.Request.
func (x *run) httpArguments(ctx context.Context, args expr.Args) (*http.Request, error) {
	in, err := readHTTPArgs(args)
	if err != nil {
		return nil, err
	}
	method := strings.ToUpper(cmp.Or(in.method, http.MethodGet))
	if !slices.Contains(methods, method) {
		return nil, problemf("the method must be one of %s", strings.Join(methods, ", "))
	}
	u, err := in.address()
	if err != nil {
		return nil, about("uri", err)
	}
	var b *body
	if in.body != nil {
		if b, err = x.bodyOf(in.body, cmp.Or(in.contentType, jsonType)); err != nil {
			return nil, err
		}
	}
	req := request(ctx, method, u, b)
	if req.Header, err = in.header(); err != nil {
		return nil, err
	}
	if b != nil {
		req.Header.Set("Content-Type", b.contentType)
	}
	if req.Header.Get("User-Agent") == "" && x.UserAgent != "" {
		req.Header.Set("User-Agent", x.UserAgent)
	}
	return req, nil
}

// readHTTPArgs reads the arguments in Kestra's order.
func readHTTPArgs(args expr.Args) (in httpArgs, err error) {
	texts := map[int]struct {
		name string
		to   *string
	}{0: {"uri", &in.uri}, 1: {"method", &in.method}, 4: {"contentType", &in.contentType}, 7: {"accept", &in.accept}}
	for i, text := range texts {
		v, _ := args.Get(i, text.name)
		s, isText := v.(string)
		if v != nil && !isText {
			return in, problemf("%s must be a text", text.name)
		}
		*text.to = strings.TrimSpace(s)
	}
	if v, _ := args.Get(6, "options"); v != nil {
		return in, problemf("http() takes no options here; use the task http.Request")
	}
	if in.query, err = textsOf(args, 2, "query"); err != nil {
		return in, err
	}
	if in.headers, err = textsOf(args, 5, "headers"); err != nil {
		return in, err
	}
	in.body, _ = args.Get(3, "body")
	return in, nil
}

func (in httpArgs) address() (*url.URL, error) {
	u, err := parseAddress(in.uri)
	if err != nil {
		return nil, err
	}
	u.Fragment, u.RawFragment = "", ""
	u.RawQuery = strings.Trim(u.RawQuery+"&"+encodeFields(in.query), "&")
	if len(u.RawQuery) > maxAddress {
		return nil, problemf("the query is longer than %s; long values belong into the body", size(maxAddress))
	}
	return u, nil
}

func (in httpArgs) header() (http.Header, error) {
	h := http.Header{}
	for _, f := range in.headers {
		if err := checkHeader(f.name, f.value); err != nil {
			return nil, err
		}
		h.Add(f.name, strings.TrimSpace(f.value))
	}
	if in.accept != "" || h.Get("Accept") == "" {
		accept := cmp.Or(in.accept, jsonType)
		if err := checkHeader("Accept", accept); err != nil {
			return nil, err
		}
		h.Set("Accept", accept)
	}
	return h, nil
}

// bodyOf sends a text as it is, a map under a form's content type as a form, and
// any other value as JSON.
func (x *run) bodyOf(v any, contentType string) (*body, error) {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, problemf("the content type is not one, such as application/json")
	}
	if m, ok := v.(map[string]any); ok && (media == formType || media == multipartType) {
		return x.mapForm(m, media)
	}
	text, ok := v.(string)
	content := []byte(text)
	if !ok {
		if content, err = asJSON(v); err != nil {
			return nil, about("body", err)
		}
	}
	return &body{content: content, contentType: contentType}, x.checkSize(len(content))
}

// textsOf reads a map of texts, sorted by name; a list is several of one name.
func textsOf(args expr.Args, i int, name string) ([]field, error) {
	v, _ := args.Get(i, name)
	m, ok := v.(map[string]any)
	if v != nil && !ok {
		return nil, problemf("%s must be a map", name)
	}
	var out []field
	for _, key := range slices.Sorted(maps.Keys(m)) {
		list, ok := m[key].([]any)
		if !ok {
			list = []any{m[key]}
		}
		for _, e := range list {
			text, err := asText(e)
			if err != nil {
				return nil, about(name, err)
			}
			out = append(out, field{name: key, value: text})
		}
	}
	return out, nil
}
