package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
)

// Triggers lists triggers, each schedule with so many of the times at which it
// is due; "" is every namespace.
func (c *Client) Triggers(ctx context.Context, namespace string, upcoming int) ([]Trigger, error) {
	a := ask{method: http.MethodGet, path: "/triggers", query: url.Values{"next": {strconv.Itoa(upcoming)}}}
	if namespace != "" {
		a.query.Set("namespace", namespace)
	}
	var out TriggerList
	err := c.call(ctx, a, &out)
	return out.Triggers, err
}

// SwitchTrigger switches a trigger on or off.
func (c *Client) SwitchTrigger(ctx context.Context, namespace, flow, id string, on bool) error {
	if on {
		return c.changeTrigger(ctx, namespace, flow, id, "enable")
	}
	return c.changeTrigger(ctx, namespace, flow, id, "disable")
}

// UnlockTrigger lets a schedule start although its last execution runs.
func (c *Client) UnlockTrigger(ctx context.Context, namespace, flow, id string) error {
	return c.changeTrigger(ctx, namespace, flow, id, "unlock")
}

func (c *Client) changeTrigger(ctx context.Context, namespace, flow, id, how string) error {
	a := ask{method: http.MethodPost, path: flowPath(namespace, flow) + "/triggers/" + url.PathEscape(id) + "/" + how}
	return c.call(ctx, a, &struct{}{})
}
