package adaptertest_test

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"signoff/adapters"
	"signoff/adapters/adaptertest"
)

func TestMemory(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, newMemory)
}

func newMemory(_ *testing.T, h adapters.Handler) adaptertest.Harness {
	dana, kim := someone("dana", "Dana"), someone("kim", "Kim")
	m := adaptertest.NewMemory(adaptertest.MemoryConfig{
		Handler: h, Channels: []string{"#requests"}, People: []adaptertest.Someone{dana, kim},
	})
	return adaptertest.Harness{
		Adapter: m,
		Can:     adaptertest.Abilities{Update: true, Press: true, Rooms: true},
		Channel: "#requests", NoChannel: "#nowhere",
		Dana: dana, Kim: kim,
		Shown:  func(ref adapters.MessageRef) (adaptertest.Seen, bool) { return look(m, ref) },
		Press:  m.Press,
		Told:   m.Told,
		Posted: m.Posted,
		Remove: m.Remove,
		Break: func() {
			m.Break(&adapters.DeliveryError{Kind: adapters.Busy, Code: "broken"})
		},
		Secrets: []string{"xoxb-secret"},
	}
}

func someone(id, name string) adaptertest.Someone {
	return adaptertest.Someone{
		Person:  adapters.Person{ID: id + "@example.com", Name: name},
		Account: adapters.Account{Surface: "memory", Tenant: "here", ID: id, Name: name},
	}
}

// look reads a card as a person with perfect eyes would.
func look(m *adaptertest.Memory, ref adapters.MessageRef) (adaptertest.Seen, bool) {
	card, ok := m.Card(ref)
	if !ok {
		return adaptertest.Seen{}, false
	}
	seen := adaptertest.Seen{Lines: append([]string{card.Title, card.Ref, card.Digest}, card.Notes...)}
	for _, f := range card.Facts {
		seen.Lines = append(seen.Lines, f.Label, f.Value)
	}
	for _, l := range card.Links {
		seen.Lines = append(seen.Lines, l.Text+" ("+l.URL+")")
		seen.Links = append(seen.Links, l.URL)
	}
	for _, b := range card.Body {
		for _, s := range b.Spans {
			seen.Lines = append(seen.Lines, s.Text)
			if s.URL != "" {
				seen.Links = append(seen.Links, s.URL)
			}
		}
	}
	for _, a := range card.Actions {
		seen.Buttons = append(seen.Buttons, a.Label)
	}
	for i, line := range seen.Lines {
		seen.Lines[i] = strings.Trim(strconv.Quote(line), `"`)
	}
	return seen, true
}

// TestMailLike: a surface that cannot change what it sent, has no buttons of
// its own and no channels passes the suite by saying so.
func TestMailLike(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, func(t *testing.T, h adapters.Handler) adaptertest.Harness {
		harness := newMemory(t, h)
		harness.Adapter = unchangeable{harness.Adapter}
		harness.Can = adaptertest.Abilities{}
		return harness
	})
}

type unchangeable struct{ adapters.Adapter }

func (unchangeable) Update(context.Context, adapters.MessageRef, adapters.Card) error {
	return &adapters.DeliveryError{Kind: adapters.Frozen}
}
