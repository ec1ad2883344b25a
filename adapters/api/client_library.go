package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
)

func flowPath(namespace, id string) string {
	return "/flows/" + url.PathEscape(namespace) + "/" + url.PathEscape(id)
}

func valuesPath(namespace string) string {
	return "/namespaces/" + url.PathEscape(namespace) + "/kv"
}

// Apply saves flows where they differ. Faults come back in an [*Error].
func (c *Client) Apply(ctx context.Context, b ApplyBody) (ApplyAnswer, error) {
	var out ApplyAnswer
	err := c.call(ctx, ask{method: http.MethodPost, path: "/flows/apply", body: b}, &out)
	return out, err
}

// Source returns a revision of a flow, the latest for revision 0.
func (c *Client) Source(ctx context.Context, namespace, id string, revision int) (FlowRevision, error) {
	a := ask{method: http.MethodGet, path: flowPath(namespace, id), query: url.Values{}}
	if revision != 0 {
		a.query.Set("revision", strconv.Itoa(revision))
	}
	var out FlowRevision
	err := c.call(ctx, a, &out)
	return out, err
}

// Revisions lists the revisions of a flow, newest first.
func (c *Client) Revisions(ctx context.Context, namespace, id string) ([]FlowRevision, error) {
	var out RevisionList
	err := c.call(ctx, ask{method: http.MethodGet, path: flowPath(namespace, id) + "/revisions"}, &out)
	return out.Revisions, err
}

// Rollback saves the source of an old revision as a new one.
func (c *Client) Rollback(ctx context.Context, namespace, id string, revision int) (FlowRevision, error) {
	var out FlowRevision
	a := ask{method: http.MethodPost, path: flowPath(namespace, id) + "/rollback", body: RollbackBody{Revision: revision}}
	err := c.call(ctx, a, &out)
	return out, err
}

// SwitchFlow switches a flow on or off.
func (c *Client) SwitchFlow(ctx context.Context, namespace, id string, on bool) (FlowRevision, error) {
	end := "/disable"
	if on {
		end = "/enable"
	}
	var out FlowRevision
	err := c.call(ctx, ask{method: http.MethodPost, path: flowPath(namespace, id) + end}, &out)
	return out, err
}

// RemoveFlow removes a flow. Its executions go on.
func (c *Client) RemoveFlow(ctx context.Context, namespace, id string) error {
	return c.call(ctx, ask{method: http.MethodDelete, path: flowPath(namespace, id)}, &struct{}{})
}

// Namespaces lists the namespaces that hold something.
func (c *Client) Namespaces(ctx context.Context) ([]NamespaceInfo, error) {
	var out NamespaceList
	err := c.call(ctx, ask{method: http.MethodGet, path: "/namespaces"}, &out)
	return out.Namespaces, err
}

// Values returns a namespace's own values by key.
func (c *Client) Values(ctx context.Context, namespace string) (map[string]Value, error) {
	var out ValueList
	err := c.call(ctx, ask{method: http.MethodGet, path: valuesPath(namespace)}, &out)
	return out.Values, err
}

// SetValue sets a key of a namespace.
func (c *Client) SetValue(ctx context.Context, namespace, key string, b ValueBody) (Value, error) {
	var out Value
	a := ask{method: http.MethodPut, path: valuesPath(namespace) + "/" + url.PathEscape(key), body: b}
	err := c.call(ctx, a, &out)
	return out, err
}

// DeleteValue removes a key of a namespace.
func (c *Client) DeleteValue(ctx context.Context, namespace, key string) error {
	a := ask{method: http.MethodDelete, path: valuesPath(namespace) + "/" + url.PathEscape(key)}
	return c.call(ctx, a, &struct{}{})
}
