package plan

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"signoff/store"
)

// Value is a value to be set. A nil record removes it.
type Value struct {
	Key     string
	Record  []byte
	Expires time.Time
}

// Trigger is the state of a trigger to be set. A nil record removes it.
type Trigger struct {
	Key     string
	Version uint64
	Record  []byte
}

func (p *Plan) source(f *store.Flow) error {
	if f == nil {
		return nil
	}
	if f.Ref.Namespace == "" || f.Ref.ID == "" || !isName(f.Ref.Namespace) || !isName(f.Ref.ID) {
		return fmt.Errorf("%.80q is not the name of a flow", f.Ref)
	}
	if f.Deleted && len(f.Source) > 0 {
		return fmt.Errorf("the deletion of %.80q has no source", f.Ref)
	}
	flow := *f
	flow.Source = bytes.Clone(f.Source)
	flow.Saved = f.Saved.Round(0).UTC()
	sum := sha256.Sum256(f.Source)
	flow.Digest = hex.EncodeToString(sum[:])
	p.flow = &flow
	return nil
}

func (p *Plan) values(v *store.Values, now time.Time) error {
	if v == nil {
		return nil
	}
	if !isName(v.Namespace) {
		return fmt.Errorf("%.40q is not the name of a namespace", v.Namespace)
	}
	p.newValues = v.New
	for _, name := range slices.Sorted(maps.Keys(v.Set)) {
		if !isName(name) {
			return fmt.Errorf("%.40q is not the name of a value", name)
		}
		value := Value{Key: ValueKey(v.Namespace, name)}
		if set := v.Set[name]; set != nil {
			e := *set
			e.Updated, e.Expires = now, e.Expires.Round(0).UTC()
			rec, err := store.SealEntry(value.Key, e)
			if err != nil {
				return err
			}
			value.Record, value.Expires = rec, e.Expires
		}
		p.Values = append(p.Values, value)
	}
	return nil
}

func (p *Plan) triggers(all []store.TriggerState) error {
	seen := make(map[string]bool, len(all))
	for _, t := range all {
		key := triggerKey(t)
		switch {
		case t.ID == "" || t.Flow.ID == "" || !isName(t.ID) || !isName(t.Flow.ID) || !isName(t.Flow.Namespace):
			return fmt.Errorf("%.80q of %.80q is not the name of a trigger", t.ID, t.Flow)
		case t.Version == 0:
			return fmt.Errorf("trigger %q of %s at version 0 cannot be stored", t.ID, t.Flow)
		case seen[key]:
			return fmt.Errorf("trigger %q of %s cannot change twice at once", t.ID, t.Flow)
		}
		seen[key] = true
		change := Trigger{Key: key, Version: t.Version}
		if !t.Removed {
			rec, err := store.SealTrigger(key, t)
			if err != nil {
				return err
			}
			change.Record = rec
		}
		p.Triggers = append(p.Triggers, change)
	}
	return nil
}

// maxName bounds what becomes part of a key; a key of bbolt has 32 KiB at most.
const maxName = 1024

// isName reports whether s can be part of a key; NUL separates the parts.
func isName(s string) bool { return len(s) <= maxName && !strings.Contains(s, "\x00") }

// ValueKey is the key of a namespace's value.
func ValueKey(namespace, name string) string { return namespace + "\x00" + name }

// triggerKey is the key of a trigger; it sorts as namespace, flow and id do.
func triggerKey(t store.TriggerState) string {
	return t.Flow.Namespace + "\x00" + t.Flow.ID + "\x00" + t.ID
}
