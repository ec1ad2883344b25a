package main

import (
	"context"
	"log/slog"
	"net/http"
	"slices"

	"signoff/adapters/api"
	"signoff/cmd/signoff/devchat"
	"signoff/engine"
)

// page is the local chat.
func (w *devWorld) page(svc service, log *slog.Logger) (http.Handler, error) {
	return devchat.New(devchat.Config{
		Slack: w.chat,
		Flows: func(ctx context.Context) ([]devchat.Flow, error) {
			infos, err := pagesOf(svc).Flows(ctx)
			return chatFlows(infos), err
		},
		App:        func(ctx context.Context) (devchat.App, error) { return w.app(ctx, svc) },
		Executions: func(ctx context.Context) ([]devchat.Execution, error) { return chatExecutions(ctx, svc) },
		Echo:       w.echoCalls,
		Log:        log.With("component", "devchat"),
	})
}

func executionPath(id engine.ExecutionID) string { return "/executions/" + string(id) }

func chatFlows(infos []api.FlowInfo) []devchat.Flow {
	var flows []devchat.Flow
	for _, info := range infos {
		flows = append(flows, devchat.Flow{Namespace: info.Namespace, ID: info.ID, Description: info.Description})
	}
	return flows
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
