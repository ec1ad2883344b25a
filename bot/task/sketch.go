package task

import (
	"bytes"
	"context"
	"html"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"signoff/engine/expr"
	"signoff/engine/flow"
)

// Sketch renders a call without making it: what would be sent, by name, with
// every secret masked. The problem is the sentence with which the call would
// have failed before anything left; empty if it would have been made. A test of
// a flow compares it.
//
//	http.Request, webhooks   method, url, headers, body (JSON as a value) or form
//	mail.MailSend            from, to, cc, bcc, subject, text, html, host
//	scripts                  source, before, env, inputFiles
//	kv.*                     namespace, key, value
//	execution.*              executionId, inputs
//	a mapped type            its properties
//	WorkingDirectory         outputFiles, inputFiles
//	what calls http()        http: what that would send, which comes first
//	Log                      messages; Return and OutputValues: their outputs
func (r *Runner) Sketch(ctx context.Context, c Call) (sent map[string]any, problem string) {
	x := r.newRun(ctx, c)
	x.http.sketch = true
	sent, err := x.sketch(ctx)
	if x.http.asked != nil {
		sent, err = map[string]any{"http": x.http.asked}, nil
	}
	return x.mask.values(sent), x.mask.text(sentence(err))
}

func (x *run) sketch(ctx context.Context) (map[string]any, error) {
	if x.call.Task == nil {
		return nil, problemf("there is no task to run")
	}
	switch spec := x.call.Task.Spec.(type) {
	case *flow.Log, *flow.Return, *flow.OutputValues:
		return x.sketchShown(spec)
	case *flow.HTTPRequest:
		req, err := x.newRequest(ctx, spec)
		if err != nil {
			return nil, err
		}
		return sketchRequest(req)
	case *flow.SlackWebhook:
		payload, err := x.slackPayload(ctx, spec)
		return x.sketchPost(spec.URL, payload, err)
	case *flow.TeamsWebhook:
		payload, err := x.teamsPayload(spec)
		return x.sketchPost(spec.URL, payload, err)
	case *flow.MailSend:
		return x.sketchMail(spec)
	case *flow.Script:
		return x.sketchScript(spec)
	case *flow.KVSet:
		return x.sketchAll(map[string]*expr.Template{"key": spec.Key, "namespace": spec.Namespace, "ttl": spec.TTL}, "value", &spec.Value)
	case *flow.KVGet:
		return x.sketchAll(map[string]*expr.Template{"key": spec.Key, "namespace": spec.Namespace}, "", nil)
	case *flow.KVDelete:
		return x.sketchAll(map[string]*expr.Template{"key": spec.Key, "namespace": spec.Namespace}, "", nil)
	case *flow.ResumeExecution:
		return x.sketchAll(map[string]*expr.Template{"executionId": spec.Execution}, "inputs", spec.Inputs)
	case *flow.KillExecution:
		return x.sketchAll(map[string]*expr.Template{"executionId": spec.Execution}, "", nil)
	case *flow.Mapped:
		v, err := spec.Properties.Eval(x.inFolder(here))
		if err != nil {
			return nil, evalProblem(err)
		}
		properties, _ := v.(map[string]any) // a task has no others
		return properties, nil
	case *flow.Sequential:
		return x.sketchFolder(ctx, spec)
	}
	return nil, problemf("a task of type %s makes no call", x.call.Task.Type)
}

// sketchAll renders texts, and one value under a name.
func (x *run) sketchAll(texts map[string]*expr.Template, name string, v *expr.Value) (map[string]any, error) {
	out := map[string]any{}
	for key, t := range texts {
		if t == nil {
			continue
		}
		text, err := x.render(t)
		if err != nil {
			return nil, about(key, err)
		}
		out[key] = text
	}
	if v == nil {
		return out, nil
	}
	got, err := v.Eval(x.env)
	if err != nil {
		return nil, about(name, evalProblem(err))
	}
	out[name] = got
	return out, nil
}

func (x *run) sketchPost(at *expr.Template, payload []byte, err error) (map[string]any, error) {
	if err != nil {
		return nil, err
	}
	u, err := x.address(at, nil)
	if err != nil {
		return nil, about("url", err)
	}
	return map[string]any{"method": http.MethodPost, "url": u.String(), "body": sketchText(payload)}, nil
}

func (x *run) sketchMail(spec *flow.MailSend) (map[string]any, error) {
	route, err := x.mailServer(spec)
	if err != nil {
		return nil, err
	}
	if _, err := x.message(spec, route); err != nil {
		return nil, err
	}
	out, err := x.sketchAll(map[string]*expr.Template{
		"from": spec.From, "to": spec.To, "cc": spec.CC, "bcc": spec.BCC, "subject": spec.Subject,
		"text": spec.Text, "host": spec.Host,
	}, "", nil)
	if err != nil || spec.HTML == nil {
		return out, err
	}
	out["html"], err = spec.HTML.Render(x.quiet(expr.Text(spec.HTML), html.EscapeString))
	return out, aboutIf("htmlTextContent", err)
}

// sketchScript shows the script as it would run: its values are in the
// environment, never in the text.
func (x *run) sketchScript(spec *flow.Script) (map[string]any, error) {
	x.env = x.inFolder(here)
	env := map[string]any{}
	for _, v := range spec.Values {
		text, err := x.scriptValue(v)
		if err != nil {
			return nil, about(v.Value.Source(), err)
		}
		env[v.Name] = text
	}
	for _, p := range spec.Env {
		text, err := x.text(p)
		if err != nil {
			return nil, about("env", err)
		}
		env[p.Name] = text
	}
	out := map[string]any{"source": spec.Source, "env": env}
	if spec.Before != "" {
		out["before"] = spec.Before
	}
	files, err := x.sketchFiles(spec.InputFiles)
	if err != nil {
		return nil, err
	}
	if len(files) > 0 {
		out["inputFiles"] = files
	}
	return out, nil
}

func sketchRequest(req *http.Request) (map[string]any, error) {
	headers := map[string]any{}
	for name, values := range req.Header {
		if name != "Idempotency-Key" && name != "User-Agent" { // signoff's own
			headers[name] = strings.Join(values, ", ")
		}
	}
	out := map[string]any{"method": req.Method, "url": req.URL.String(), "headers": headers}
	if req.Body == nil {
		return out, nil
	}
	content, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	media, params, err := mime.ParseMediaType(req.Header.Get("Content-Type"))
	if err != nil {
		return nil, err
	}
	switch media {
	case formType:
		form, err := url.ParseQuery(string(content))
		if err != nil {
			return nil, err
		}
		out["form"] = sketchForm(form)
	case multipartType:
		headers["Content-Type"] = multipartType // the boundary is drawn at random
		form, err := multipart.NewReader(bytes.NewReader(content), params["boundary"]).ReadForm(int64(len(content)))
		if err != nil {
			return nil, err
		}
		out["form"] = sketchForm(form.Value)
	default:
		out["body"] = sketchText(content)
	}
	return out, nil
}

func sketchForm(form map[string][]string) map[string]any {
	out := make(map[string]any, len(form))
	for name, values := range form {
		out[name] = strings.Join(values, ", ")
	}
	return out
}

// sketchText shows JSON as the value that it stands for.
func sketchText(content []byte) any {
	var v any
	if decodeJSON(string(content), &v) != nil {
		return string(content)
	}
	return plainNumbers(v)
}
