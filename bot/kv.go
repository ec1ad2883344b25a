package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/audit"
	"signoff/store"
)

// Reserved reports whether a namespace is signoff's own. Such a one is not shown
// and holds no values for flows.
func Reserved(namespace string) bool { return strings.HasPrefix(namespace, "~") }

// SetValue sets a key of a namespace, for all its flows and those below it.
func (b *Bot) SetValue(ctx context.Context, ns, key string, e store.Entry, by engine.Principal) error {
	if err := b.mayWrite(ctx, ns, key, by); err != nil {
		return err
	}
	return b.setValue(ctx, ns, key, e, by, false)
}

// setValue is SetValue; with isNew it returns [store.ErrConflict] if the key is
// there.
func (b *Bot) setValue(ctx context.Context, ns, key string, e store.Entry, by engine.Principal, isNew bool) error {
	if err := checkKey(ns, key); err != nil {
		return err
	}
	text, err := json.Marshal(e.Value)
	if err != nil {
		return fmt.Errorf("set %s in %s: %w", key, ns, err)
	}
	sum := sha256.Sum256(text)
	data := map[string]any{"key": key, "digest": hex.EncodeToString(sum[:])}
	if e.Type != "" {
		data["type"] = e.Type
	}
	if !e.Expires.IsZero() {
		data["expires"] = e.Expires.UTC().Format(time.RFC3339)
	}
	set := store.Values{Namespace: ns, Set: map[string]*store.Entry{key: &e}, New: isNew}
	return b.commitValue(ctx, set, key, audit.Record{Event: audit.KVSet, Actor: by.Actor(), Data: data})
}

// DeleteValue removes a key of a namespace. One that is not there is refused.
func (b *Bot) DeleteValue(ctx context.Context, ns, key string, by engine.Principal) error {
	if err := b.mayWrite(ctx, ns, key, by); err != nil {
		return err
	}
	return b.deleteValue(ctx, ns, key, by)
}

// mayWrite refuses a name that is none, and whoever may not change the values of
// the namespace.
func (b *Bot) mayWrite(ctx context.Context, ns, key string, by engine.Principal) error {
	if err := checkKey(ns, key); err != nil {
		return err
	}
	if !b.authorize(ctx, by, access.WriteValues, in(ns)) {
		return noNamespaceFor(ns, access.WriteValues)
	}
	return nil
}

func (b *Bot) deleteValue(ctx context.Context, ns, key string, by engine.Principal) error {
	if err := checkKey(ns, key); err != nil {
		return err
	}
	have, err := b.Store.KV(ctx, ns)
	if err != nil {
		return fmt.Errorf("load the values of %s: %w", ns, err)
	}
	if _, there := have[key]; !there {
		return refuse(engine.NotFound, "There is no key %q in the namespace %s.", key, ns)
	}
	set := store.Values{Namespace: ns, Set: map[string]*store.Entry{key: nil}}
	return b.commitValue(ctx, set, key, audit.Record{Event: audit.KVDeleted, Actor: by.Actor(), Data: map[string]any{"key": key}})
}

func (b *Bot) commitValue(ctx context.Context, set store.Values, key string, r audit.Record) error {
	r.At, r.Namespace = b.Store.Now(), set.Namespace
	if err := b.commit(ctx, store.Commit{KV: &set, Records: []audit.Record{r}}); err != nil {
		return fmt.Errorf("set %s in %s: %w", key, set.Namespace, err)
	}
	return nil
}

// maxKey is the longest name of a value.
const maxKey = 256

func checkKey(ns, key string) error {
	odd := func(r rune) bool { return r <= ' ' || r == 0x7f }
	switch {
	case ns == "" || len(ns) > maxKey || strings.ContainsFunc(ns, odd) || Reserved(ns):
		return refuse(engine.BadInput, "%.80q is not the name of a namespace.", ns)
	case key == "" || len(key) > maxKey || strings.ContainsFunc(key, odd):
		return refuse(engine.BadInput, "%.80q is not a key: up to %d characters without blanks.", key, maxKey)
	}
	return nil
}

// inherited are the values that the flows of a namespace see: its own, and
// those of the namespaces above where it has none of the name.
func (b *Bot) inherited(ctx context.Context, ns string) (map[string]any, error) {
	values := make(map[string]any)
	for _, at := range ancestors(ns) {
		entries, err := b.Store.KV(ctx, at)
		if err != nil {
			return nil, fmt.Errorf("load the values of %s: %w", at, err)
		}
		for name, e := range entries {
			values[name] = e.Value
		}
	}
	return values, nil
}

// ancestors lists a namespace and those above it, the highest first.
func ancestors(ns string) []string {
	var all []string
	for i, r := range ns {
		if r == '.' {
			all = append(all, ns[:i])
		}
	}
	return append(all, ns)
}
