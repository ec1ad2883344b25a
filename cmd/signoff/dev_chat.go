package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"signoff/adapters"
	"signoff/adapters/api"
	"signoff/cmd/signoff/devchat"
	"signoff/engine"
	"signoff/engine/flow"
)

// page is the local chat.
func (w *devWorld) page(svc service, log *slog.Logger) (http.Handler, error) {
	return devchat.New(devchat.Config{
		Slack: w.chat,
		Flows: func(ctx context.Context) ([]devchat.Flow, error) {
			infos, err := pagesOf(svc).Flows(ctx)
			return chatFlows(infos), err
		},
		Form: func(ctx context.Context, r devchat.FormRequest) ([]devchat.Input, error) {
			return chatForm(ctx, svc, r)
		},
		Start: func(ctx context.Context, r devchat.StartRequest) (string, map[string]string, error) {
			return w.start(ctx, svc, r)
		},
		App:        func(ctx context.Context) (devchat.App, error) { return w.app(ctx, svc) },
		Executions: func(ctx context.Context) ([]devchat.Execution, error) { return chatExecutions(ctx, svc) },
		Echo:       w.echoCalls,
		Log:        log.With("component", "devchat"),
	})
}

// start begins a flow as the person whom the visitor of the page plays.
func (w *devWorld) start(ctx context.Context, svc service, r devchat.StartRequest) (string, map[string]string, error) {
	x, err := svc.Start(ctx, api.StartRequest{
		Namespace: r.Namespace, Flow: r.Flow, Inputs: anys(r.Inputs),
		By: adapters.Account{Surface: "slack", Tenant: devTeam, ID: r.By.ID, Name: r.By.Real, Email: r.By.Email},
	})
	no, ok := errors.AsType[*engine.RejectionError](err)
	switch {
	case ok && len(no.Fields) > 0:
		fields := map[string]string{}
		for _, f := range no.Fields {
			fields[f.Field] = f.Text
		}
		return "", fields, nil
	case ok:
		return "", nil, no
	case err != nil:
		return "", nil, fmt.Errorf("start %s/%s: %w", r.Namespace, r.Flow, err)
	}
	return executionPath(x.ID), nil, nil
}

func executionPath(id engine.ExecutionID) string { return "/executions/" + string(id) }

func chatFlows(infos []api.FlowInfo) []devchat.Flow {
	var flows []devchat.Flow
	for _, info := range infos {
		flows = append(flows, devchat.Flow{Namespace: info.Namespace, ID: info.ID, Description: info.Description})
	}
	return flows
}

func chatForm(ctx context.Context, svc service, r devchat.FormRequest) ([]devchat.Input, error) {
	fields, err := svc.Form(ctx, engine.FlowRef{Namespace: r.Namespace, ID: r.Flow}, anys(r.Inputs), pagesOf(svc).by)
	if err != nil {
		return nil, fmt.Errorf("form of %s/%s: %w", r.Namespace, r.Flow, err)
	}
	var out []devchat.Input
	for _, f := range fields {
		out = append(out, chatInput(f))
	}
	return out, nil
}

func chatInput(f flow.Field) devchat.Input {
	in := devchat.Input{
		ID: f.ID, Type: string(f.Type), Label: f.Label, Hint: f.Description, Custom: f.AllowCustom,
		// What has a default may be left out.
		Required: f.Required && f.Default == nil,
		Default:  typed(first(f.Default, f.Prefill)),
	}
	for _, o := range f.Values {
		in.Options = append(in.Options, devchat.Option{Value: o.Value, Label: cmp.Or(o.Label, o.Value)})
	}
	return in
}

// first is the first value that there is.
func first(a, b any) any {
	if a != nil {
		return a
	}
	return b
}

// typed is a value as a person would type it: a list of texts one a line, all
// else that is no text as JSON.
func typed(v any) string {
	list, ok := v.([]any)
	if !ok {
		if v == nil {
			return ""
		}
		return plain(v)
	}
	lines := make([]string, len(list))
	for i, item := range list {
		if lines[i], ok = item.(string); !ok || strings.ContainsRune(lines[i], '\n') {
			return plain(v)
		}
	}
	return strings.Join(lines, "\n")
}

// chatList is how many executions the chat's list holds.
const chatList = 20

func chatExecutions(ctx context.Context, svc service) ([]devchat.Execution, error) {
	xs, err := pagesOf(svc).Recent(ctx, chatList)
	if err != nil {
		return nil, err
	}
	list := make([]devchat.Execution, 0, len(xs))
	for _, x := range xs {
		list = append(list, devchat.Execution{
			ID: string(x.ID), Flow: x.Flow.ID, State: string(x.State), At: x.Started, URL: executionPath(x.ID),
		})
	}
	return list, nil
}

func (w *devWorld) echoCalls() []devchat.EchoCall {
	var out []devchat.EchoCall
	for _, c := range slices.Backward(w.hr.all()) {
		e := devchat.EchoCall{At: c.At, Method: c.Method, Path: c.Path, Body: c.Body}
		for _, k := range sortedKeys(c.Fields) {
			e.Fields = append(e.Fields, devchat.EchoField{Name: k, Value: c.Fields[k]})
		}
		out = append(out, e)
	}
	return out
}
