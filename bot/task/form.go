package task

import (
	"bytes"
	"mime/multipart"
	"net/url"
	"strings"

	"signoff/engine/flow"
)

// field is a name and a text, ready for an encoder.
type field struct{ name, value string }

// fields evaluates pairs, within the size of a request.
func (x *run) fields(pairs []flow.Pair) ([]field, error) {
	out := make([]field, 0, len(pairs))
	total := 0
	for _, p := range pairs {
		v, err := x.text(p)
		if err != nil {
			return nil, err
		}
		total += len(p.Name) + len(v)
		if err := x.checkSize(total); err != nil {
			return nil, err
		}
		out = append(out, field{p.Name, v})
	}
	return out, nil
}

// encodeForm is multipart if media says so, else form-encoded.
func encodeForm(fields []field, media string) (*body, error) {
	if media == multipartType {
		return encodeMultipart(fields)
	}
	return &body{content: []byte(encodeFields(fields)), contentType: formType}, nil
}

// encodeFields is the query and form encoding, in the order of the source.
func encodeFields(fields []field) string {
	var b strings.Builder
	for i, f := range fields {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(f.name) + "=" + url.QueryEscape(f.value))
	}
	return b.String()
}

func encodeMultipart(fields []field) (*body, error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, f := range fields {
		if err := w.WriteField(f.name, f.value); err != nil {
			return nil, about("formData", err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, about("formData", err)
	}
	return &body{content: b.Bytes(), contentType: w.FormDataContentType()}, nil
}
