package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"

	"signoff/adapters"
	"signoff/adapters/api"
	"signoff/cmd/signoff/devchat"
	"signoff/engine"
)

// page is the local chat.
func (w *devWorld) page(svc service, log *slog.Logger) (http.Handler, error) {
	return devchat.New(devchat.Config{
		Slack: w.chat,
		Flows: func(ctx context.Context) ([]devchat.Flow, error) {
			infos, err := svc.Flows(ctx)
			return chatFlows(infos), err
		},
		Start: func(ctx context.Context, r devchat.StartRequest) (string, map[string]string, error) {
			return w.start(ctx, svc, r)
		},
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
		f := devchat.Flow{Namespace: info.Namespace, ID: info.ID, Description: info.Description}
		for _, in := range info.Inputs {
			f.Inputs = append(f.Inputs, chatInput(in))
		}
		flows = append(flows, f)
	}
	return flows
}

func chatInput(in api.InputInfo) devchat.Input {
	out := devchat.Input{
		ID: in.ID, Type: in.Type, Label: in.Label, Hint: in.Description,
		// What has a default may be left out.
		Required: in.Required && in.Default == nil,
	}
	if in.Default != nil {
		out.Default = fmt.Sprint(in.Default)
	}
	for _, v := range in.Values {
		out.Options = append(out.Options, devchat.Option{Value: v, Label: v})
	}
	return out
}

// chatList is how many executions the chat's list holds.
const chatList = 20

func chatExecutions(ctx context.Context, svc service) ([]devchat.Execution, error) {
	xs, err := svc.Recent(ctx, chatList)
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
