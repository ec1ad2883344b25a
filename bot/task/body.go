package task

import (
	"context"
	"maps"
	"mime"
	"slices"
	"strings"

	"signoff/engine/expr"
	"signoff/engine/flow"
)

const (
	jsonType      = "application/json"
	formType      = "application/x-www-form-urlencoded"
	multipartType = "multipart/form-data"
)

// body is what is sent, and as what.
type body struct {
	content     []byte
	contentType string
}

// body builds the request's body; nil if the flow names none. formData goes
// before body, as in Kestra, and is form-encoded unless the type is multipart.
func (x *run) body(ctx context.Context, spec *flow.HTTPRequest, contentType string) (*body, error) {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, problemf("the content type is not one, such as application/json")
	}
	switch {
	case len(spec.FormData) > 0:
		if spec.Body != nil {
			x.logf("WARN", "formData is sent; body beside it is ignored")
		}
		return x.form(ctx, spec.FormData, media)
	case spec.Body != nil:
		return x.plainBody(spec.Body, media, contentType)
	}
	return nil, nil //nolint:nilnil // a request without a body is not a fault
}

func (x *run) form(ctx context.Context, pairs []flow.Pair, media string) (*body, error) {
	fields, err := x.parts(ctx, pairs)
	if err != nil {
		return nil, about("formData", err)
	}
	if slices.ContainsFunc(fields, func(f field) bool { return f.file != "" }) {
		media = multipartType // the only form that holds files
	}
	return encodeForm(fields, media)
}

// isFile tells Kestra's way to send a file from a value. It looks at what the
// flow says, not at what an expression yields: a far side's answer must not
// turn a text into a file.
func isFile(v expr.Value) bool {
	m, ok := v.Source().(map[string]any)
	return ok && m["name"] != nil && m["content"] != nil
}

// plainBody sends a text as it is and any other value as JSON. A map under a
// form's content type is a form.
func (x *run) plainBody(v *expr.Value, media, contentType string) (*body, error) {
	got, err := v.Eval(x.env)
	if err != nil {
		return nil, about("body", evalProblem(err))
	}
	switch got := got.(type) {
	case string:
		if err := x.checkSize(len(got)); err != nil {
			return nil, err
		}
		if isJSON(media) {
			if err := x.checkJSONShape(*v, got); err != nil {
				return nil, about("body", err)
			}
		}
		return &body{content: []byte(got), contentType: contentType}, nil
	case map[string]any:
		if media == formType || media == multipartType {
			return x.mapForm(got, media)
		}
	}
	content, err := asJSON(got)
	if err != nil {
		return nil, about("body", err)
	}
	return &body{content: content, contentType: contentType}, x.checkSize(len(content))
}

func isJSON(media string) bool { return media == jsonType || strings.HasSuffix(media, "+json") }

// mapForm sends a map that an expression yields as a form, sorted by name.
func (x *run) mapForm(m map[string]any, media string) (*body, error) {
	var fields []field
	for _, name := range slices.Sorted(maps.Keys(m)) {
		s, err := asText(m[name])
		if err != nil {
			return nil, about("body", err)
		}
		fields = append(fields, field{name: name, value: s})
	}
	return encodeForm(fields, media)
}
