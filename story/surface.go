package story

import (
	"context"
	"strconv"

	"signoff/adapters"
)

// surface keeps cards as they are given. Nobody ever fails to be reached.
type surface struct {
	name string
	seen []*message
}

var _ adapters.Adapter = (*surface)(nil)

// message is a card, or a text that was told.
type message struct {
	surface string
	place   string // a channel, or a person's id
	card    *adapters.Card
	text    string
}

func (s *surface) put(to adapters.Destination, m *message) adapters.MessageRef {
	m.surface, m.place = s.name, to.Channel
	if to.Person != nil {
		m.place = to.Person.ID
	}
	s.seen = append(s.seen, m)
	return adapters.MessageRef{Place: m.place, Message: strconv.Itoa(len(s.seen))}
}

// Post keeps a card.
func (s *surface) Post(_ context.Context, to adapters.Destination, card adapters.Card) (adapters.MessageRef, error) {
	return s.put(to, &message{card: &card}), nil
}

// Update keeps a card in the place of an earlier one.
func (s *surface) Update(_ context.Context, ref adapters.MessageRef, card adapters.Card) error {
	n, err := strconv.Atoi(ref.Message)
	if err != nil || n < 1 || n > len(s.seen) || s.seen[n-1].card == nil {
		return &adapters.DeliveryError{Kind: adapters.Gone, Code: "not_found"}
	}
	s.seen[n-1].card = &card
	return nil
}

// Tell keeps a text.
func (s *surface) Tell(_ context.Context, to adapters.Destination, text string) error {
	s.put(to, &message{text: text})
	return nil
}

// copyFor is the copy of a request that a person would press: their own, or else
// the first there is; zero if there is none.
func (s *surface) copyFor(request, person string) adapters.MessageRef {
	var ref adapters.MessageRef
	for i, m := range s.seen {
		if m.card == nil || m.card.Request != request {
			continue
		}
		if here := (adapters.MessageRef{Place: m.place, Message: strconv.Itoa(i + 1)}); m.place == person {
			return here
		} else if ref == (adapters.MessageRef{}) {
			ref = here
		}
	}
	return ref
}
