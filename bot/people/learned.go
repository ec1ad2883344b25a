package people

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"signoff/engine/approval"
	"signoff/store"
)

// keptIn is where the store keeps what was learned of people. No flow
// can have a name like it, and nobody reads or sets its values as values.
const keptIn = "~people"

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
	// said is what people's statuses say.
	said map[approval.PersonID]saying
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
	saidPrefix = "said/"
)

func awayKey(id approval.PersonID) string { return awayPrefix + url.PathEscape(string(id)) }

func saidKey(id approval.PersonID) string { return saidPrefix + url.PathEscape(string(id)) }

func linkKey(at placeKey) string {
	return linkPrefix + url.PathEscape(at.surface) + "/" + url.PathEscape(at.tenant) + "/" + url.PathEscape(string(at.person))
}

func (p *People) knows(age time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.learned.at.IsZero() && p.now().Sub(p.learned.at) < age
}

func (p *People) taught(l learned) {
	p.mu.Lock()
	defer p.mu.Unlock()
	same := maps.Equal(l.away, p.learned.away) && maps.Equal(l.said, p.learned.said)
	p.learned = l
	if !same {
		p.snapshot = snapshot{}
	}
}

func readLearned(entries map[string]store.Entry, now time.Time) learned {
	l := learned{at: now, links: map[accountKey][]Link{}, placed: map[placeKey]Link{}, away: map[approval.PersonID]approval.Absence{}, said: map[approval.PersonID]saying{}}
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
		if strings.HasPrefix(key, saidPrefix) {
			l.said[approval.PersonID(textOf(fields, "person"))] = readSaying(fields)
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

// entryType is the type of a value that has fields.
const entryType = "JSON"

// entryOf makes a value that the store keeps of texts, without those that are empty.
func entryOf(fields map[string]string, expires time.Time) *store.Entry {
	value := map[string]any{}
	for name, text := range fields {
		if text != "" {
			value[name] = text
		}
	}
	return &store.Entry{Type: entryType, Value: value, Expires: expires}
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
