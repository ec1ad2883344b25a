package bot

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/store"
)

// peopleNamespace is where the store keeps what was learned of people. No flow
// can have a name like it, and nobody reads or sets its values as values.
const peopleNamespace = "~people"

// Reserved reports whether a namespace is signoff's own. Such a one is not shown
// and holds no values for flows.
func Reserved(namespace string) bool { return strings.HasPrefix(namespace, "~") }

// learnedFor is how old what was learned may be; another process may have
// learned more.
const learnedFor = 30 * time.Second

// learned is what the store knows of people.
type learned struct {
	at    time.Time // when it was read; zero is never
	links map[accountKey][]Link
	// placed are the links of a person, of which there is one in each tenant.
	placed map[placeKey]Link
	away   map[approval.PersonID]approval.Absence
}

// accountKey is an account in a tenant; placeKey is a person in a tenant.
type (
	accountKey struct{ surface, tenant, id string }
	placeKey   struct {
		surface, tenant string
		person          approval.PersonID
	}
)

// The keys of what is kept begin with these.
const (
	awayPrefix = "away/"
	linkPrefix = "link/"
)

func awayKey(id approval.PersonID) string { return awayPrefix + url.PathEscape(string(id)) }

func linkKey(at placeKey) string {
	return linkPrefix + url.PathEscape(at.surface) + "/" + url.PathEscape(at.tenant) + "/" + url.PathEscape(string(at.person))
}

// learn reads what the store knows of people, unless it was read a moment ago.
func (b *Bot) learn(ctx context.Context) error {
	if b.People.knows(learnedFor) {
		return nil
	}
	return b.learnNow(ctx)
}

func (b *Bot) learnNow(ctx context.Context) error {
	b.People.learning.Lock()
	defer b.People.learning.Unlock()
	now := b.People.now()
	entries, err := b.Store.KV(ctx, peopleNamespace)
	if err != nil {
		return fmt.Errorf("read what is known of people: %w", err)
	}
	b.People.taught(readLearned(entries, now))
	return nil
}

func (p *People) knows(age time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.learned.at.IsZero() && p.now().Sub(p.learned.at) < age
}

func (p *People) taught(l learned) {
	p.mu.Lock()
	defer p.mu.Unlock()
	same := maps.Equal(l.away, p.learned.away)
	p.learned = l
	if !same {
		p.snapshot = snapshot{}
	}
}

func readLearned(entries map[string]store.Entry, now time.Time) learned {
	l := learned{at: now, links: map[accountKey][]Link{}, placed: map[placeKey]Link{}, away: map[approval.PersonID]approval.Absence{}}
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		fields, ok := entries[key].Value.(map[string]any)
		if !ok {
			continue
		}
		if strings.HasPrefix(key, awayPrefix) {
			who := approval.PersonID(textOf(fields, "person"))
			l.away[who] = approval.Absence{From: timeOf(fields, "from"), Until: timeOf(fields, "until"), StandIn: approval.PersonID(textOf(fields, "standIn"))}
			continue
		}
		if link, ok := readLink(fields); ok && strings.HasPrefix(key, linkPrefix) {
			l.links[link.account()] = append(l.links[link.account()], link)
			l.placed[link.place()] = link
		}
	}
	return l
}

// known is what was learned, to be read.
func (p *People) known() learned {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.learned
}

// remember changes what is kept under one key, with a line in the trail. With isNew
// it returns [store.ErrConflict] if something is there.
func (b *Bot) remember(ctx context.Context, key string, e *store.Entry, isNew bool, r audit.Record) error {
	r.At = b.Store.Now()
	set := store.Values{Namespace: peopleNamespace, Set: map[string]*store.Entry{key: e}, New: isNew}
	if err := b.commit(ctx, store.Commit{KV: &set, Records: []audit.Record{r}}); err != nil {
		return fmt.Errorf("keep what is known of people: %w", err)
	}
	return b.learnNow(ctx)
}

// entryOf makes a value that the store keeps of texts, without those that are empty.
func entryOf(fields map[string]string, expires time.Time) *store.Entry {
	value := map[string]any{}
	for name, text := range fields {
		if text != "" {
			value[name] = text
		}
	}
	return &store.Entry{Type: KVJSON, Value: value, Expires: expires}
}

func textOf(fields map[string]any, name string) string {
	text, _ := fields[name].(string)
	return text
}

func timeOf(fields map[string]any, name string) time.Time {
	at, err := time.Parse(time.RFC3339Nano, textOf(fields, name))
	if err != nil {
		return time.Time{} // it was left out
	}
	return at
}

func stampOf(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339Nano)
}

// somebody refuses whoever is no person that signoff knows.
func (b *Bot) somebody(by engine.Principal) error {
	if _, known := b.People.people[by.Person]; !known {
		return refuse(engine.NotEligible, "Only a person whom signoff knows can do this.")
	}
	return nil
}
