package task

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/url"
	"strings"

	"signoff/engine/flow"
)

// field is a name and a text, ready for an encoder; or a file, whose name is then
// not empty.
type field struct{ name, value, file string }

// fields evaluates pairs to texts, within the size of a request.
func (x *run) fields(pairs []flow.Pair) ([]field, error) { return x.each(pairs, x.textField) }

// parts is fields for a form, which may hold files.
func (x *run) parts(ctx context.Context, pairs []flow.Pair) ([]field, error) {
	return x.each(pairs, func(p flow.Pair) (field, error) {
		if !isFile(p.Value) {
			return x.textField(p)
		}
		f, err := x.filePart(ctx, p)
		if err != nil {
			return f, about(p.Name, err)
		}
		return f, nil
	})
}

func (x *run) textField(p flow.Pair) (field, error) {
	v, err := x.text(p)
	return field{name: p.Name, value: v}, err
}

func (x *run) each(pairs []flow.Pair, of func(flow.Pair) (field, error)) ([]field, error) {
	out := make([]field, 0, len(pairs))
	total := 0
	for _, p := range pairs {
		f, err := of(p)
		if err != nil {
			return nil, err
		}
		total += len(f.name) + len(f.value) + len(f.file)
		if err := x.checkSize(total); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// filePart makes a file out of {name, content}: a kept file, if content is the
// address of one, else the content itself.
func (x *run) filePart(ctx context.Context, p flow.Pair) (field, error) {
	v, err := p.Value.Eval(x.env)
	if err != nil {
		return field{}, evalProblem(err)
	}
	part, _ := v.(map[string]any)
	name, err := asText(part["name"])
	if err != nil {
		return field{}, err
	}
	content, err := asText(part["content"])
	if err != nil {
		return field{}, err
	}
	if strings.TrimSpace(name) == "" || strings.ContainsFunc(name, isControl) {
		return field{}, problemf("the file's name is empty, or holds a control character")
	}
	if strings.HasPrefix(content, "kestra://") {
		return field{}, problemf("it names a file that Kestra keeps, and not one of ours")
	}
	kept, err := x.openFile(ctx, content)
	if err != nil || kept == nil {
		return field{name: p.Name, value: content, file: name}, err
	}
	defer kept.Close() //nolint:errcheck // only read
	b, err := io.ReadAll(io.LimitReader(kept, int64(x.Limits.Request)+1))
	if err != nil {
		return field{}, err
	}
	return field{name: p.Name, value: string(b), file: name}, nil
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
		if err := f.write(w); err != nil {
			return nil, about("formData", err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, about("formData", err)
	}
	return &body{content: b.Bytes(), contentType: w.FormDataContentType()}, nil
}

func (f field) write(w *multipart.Writer) error {
	if f.file == "" {
		return w.WriteField(f.name, f.value)
	}
	part, err := w.CreateFormFile(f.name, f.file)
	if err != nil {
		return err
	}
	_, err = io.WriteString(part, f.value)
	return err
}
