package task

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"time"

	"signoff/engine"
	"signoff/engine/expr"
	"signoff/engine/flow"
	"signoff/store"
)

func (x *run) caller() Caller {
	return Caller{Namespace: x.call.Namespace, Flow: x.call.Flow, Execution: x.call.Execution}
}

// kvSet sets a value of a namespace.
func (x *run) kvSet(ctx context.Context, spec *flow.KVSet) error {
	key, ns, err := x.valueKey(spec.Key, spec.Namespace)
	if err != nil {
		return err
	}
	v, err := spec.Value.Eval(x.env)
	if err != nil {
		return about("value", evalProblem(err))
	}
	if !reflect.DeepEqual(x.mask.value(v), v) {
		return problemf("the value holds a secret, which is not stored")
	}
	lasts, err := x.duration(spec.TTL)
	if err != nil {
		return about("ttl", err)
	}
	err = x.Values.ChangeValue(ctx, x.caller(), ValueChange{
		Namespace: ns, Key: key, Type: spec.Type, Value: v, Lasts: lasts, New: !spec.Overwrite,
	})
	if errors.Is(err, store.ErrConflict) {
		return problemf("the key %q is there already, and overwrite is false", key)
	}
	return refused(err)
}

// kvGet reads a value; output "value", which is null if there is none.
func (x *run) kvGet(ctx context.Context, spec *flow.KVGet) (map[string]any, error) {
	key, ns, err := x.valueKey(spec.Key, spec.Namespace)
	if err != nil {
		return nil, err
	}
	v, ok, err := x.Values.Value(ctx, x.caller(), ns, key)
	switch {
	case err != nil:
		return nil, refused(err)
	case !ok && spec.ErrorOnMissing:
		return nil, problemf("there is no key %q in the namespace %s", key, ns)
	}
	return map[string]any{"value": v}, nil
}

// kvDelete removes a value; output "deleted".
func (x *run) kvDelete(ctx context.Context, spec *flow.KVDelete) (map[string]any, error) {
	key, ns, err := x.valueKey(spec.Key, spec.Namespace)
	if err != nil {
		return nil, err
	}
	_, ok, err := x.Values.Value(ctx, x.caller(), ns, key)
	switch {
	case err != nil:
		return nil, refused(err)
	case !ok && spec.ErrorOnMissing:
		return nil, problemf("there is no key %q in the namespace %s", key, ns)
	case !ok:
		return map[string]any{"deleted": false}, nil
	}
	err = x.Values.ChangeValue(ctx, x.caller(), ValueChange{Namespace: ns, Key: key, Remove: true})
	return map[string]any{"deleted": err == nil}, refused(err)
}

// valueKey renders which value is meant.
func (x *run) valueKey(key, namespace *expr.Template) (string, string, error) {
	if x.Values == nil {
		return "", "", problemf("values are not kept here")
	}
	k, err := x.renderOr(key, "")
	if err != nil {
		return "", "", about("key", err)
	}
	if k == "" {
		return "", "", problemf("the key is empty")
	}
	ns, err := x.renderOr(namespace, x.call.Namespace)
	if err != nil {
		return "", "", about("namespace", err)
	}
	if x.mask.text(k) != k || x.mask.text(ns) != ns {
		return "", "", problemf("the key or the namespace holds a secret, which is not stored")
	}
	return k, ns, nil
}

// aboutIf is about for an error that may be nil.
func aboutIf(what string, err error) error {
	if err == nil {
		return nil
	}
	return about(what, err)
}

// duration renders an ISO 8601 duration; zero if the flow names none.
func (x *run) duration(t *expr.Template) (time.Duration, error) {
	text, err := x.renderOr(t, "")
	if err != nil || text == "" {
		return 0, err
	}
	d, err := flow.ParseDuration(text)
	if err != nil {
		return 0, problemf("%s", err.Error())
	}
	return d, nil
}

// refused turns a refusal into a sentence for people.
func refused(err error) error {
	if no, ok := errors.AsType[*engine.RejectionError](err); ok {
		return problemf("%s", strings.TrimSuffix(no.Text, "."))
	}
	return err
}
