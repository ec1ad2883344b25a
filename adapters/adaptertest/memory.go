package adaptertest

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"

	"signoff/adapters"
)

// Memory is an adapter whose surface is memory: cards stay as they were given,
// and people act by [Memory.Press]. It is safe for concurrent use.
type Memory struct {
	name     string
	handler  adapters.Handler
	channels []string
	people   []Someone

	mu       sync.Mutex
	messages []*memoryMessage    // guarded by mu
	told     map[string][]string // guarded by mu; by account
	changed  chan struct{}       // guarded by mu; closed at the next change
	broken   error               // guarded by mu
	presses  int                 // guarded by mu
}

var _ adapters.Adapter = (*Memory)(nil)

// memoryMessage is a card or a text at its place.
type memoryMessage struct {
	place string
	card  *adapters.Card
	text  string
	gone  bool
}

// MemoryConfig is what exists on the surface.
type MemoryConfig struct {
	Name     string // the surface; "memory" if empty
	Handler  adapters.Handler
	Channels []string
	People   []Someone
}

// errNotThere is a person who tries what cannot be seen.
var errNotThere = errors.New("there is no such message or button")

// NewMemory returns an empty surface.
func NewMemory(cfg MemoryConfig) *Memory {
	name := cfg.Name
	if name == "" {
		name = "memory"
	}
	return &Memory{
		name: name, handler: cfg.Handler, channels: cfg.Channels, people: cfg.People,
		told: map[string][]string{}, changed: make(chan struct{}),
	}
}

// Post puts a new copy of the card at the destination.
func (m *Memory) Post(ctx context.Context, to adapters.Destination, card adapters.Card) (adapters.MessageRef, error) {
	return m.put(ctx, to, &memoryMessage{card: &card})
}

// Tell puts a plain text at the destination.
func (m *Memory) Tell(ctx context.Context, to adapters.Destination, text string) error {
	_, err := m.put(ctx, to, &memoryMessage{text: text})
	return err
}

func (m *Memory) put(ctx context.Context, to adapters.Destination, msg *memoryMessage) (adapters.MessageRef, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.usable(ctx); err != nil {
		return adapters.MessageRef{}, err
	}
	place, ok := m.place(to)
	if !ok {
		return adapters.MessageRef{}, &adapters.DeliveryError{
			Kind: adapters.Unreachable, Code: "not_found", Advice: "There is no such channel or person on this surface.",
		}
	}
	msg.place = place
	m.messages = append(m.messages, msg)
	m.announce()
	return adapters.MessageRef{Place: place, Message: strconv.Itoa(len(m.messages))}, nil
}

// Update redraws a copy.
func (m *Memory) Update(ctx context.Context, ref adapters.MessageRef, card adapters.Card) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.usable(ctx); err != nil {
		return err
	}
	msg := m.find(ref)
	if msg == nil {
		return &adapters.DeliveryError{Kind: adapters.Gone, Code: "not_found"}
	}
	msg.card = &card
	m.announce()
	return nil
}

// Card returns a copy as it is shown now.
func (m *Memory) Card(ref adapters.MessageRef) (adapters.Card, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if msg := m.find(ref); msg != nil && msg.card != nil {
		return *msg.card, true
	}
	return adapters.Card{}, false
}

// Copies returns where cards are, oldest first.
func (m *Memory) Copies() []adapters.MessageRef {
	m.mu.Lock()
	defer m.mu.Unlock()
	var refs []adapters.MessageRef
	for i, msg := range m.messages {
		if msg.card != nil && !msg.gone {
			refs = append(refs, adapters.MessageRef{Place: msg.place, Message: strconv.Itoa(i + 1)})
		}
	}
	return refs
}

// Posted returns the texts and the titles of cards at a destination.
func (m *Memory) Posted(to adapters.Destination) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	place, ok := m.place(to)
	var texts []string
	for _, msg := range m.messages {
		switch {
		case !ok || msg.place != place || msg.gone:
		case msg.card != nil:
			texts = append(texts, msg.card.Title)
		default:
			texts = append(texts, msg.text)
		}
	}
	return texts
}

// Told waits until a person was told n texts, and returns all of them.
func (m *Memory) Told(ctx context.Context, who Someone, n int) []string {
	for {
		m.mu.Lock()
		texts, changed := slices.Clone(m.told[who.Account.ID]), m.changed
		m.mu.Unlock()
		if len(texts) >= n {
			return texts
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return texts
		}
	}
}

// Remove deletes a message behind the adapter's back.
func (m *Memory) Remove(ref adapters.MessageRef) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if msg := m.find(ref); msg != nil {
		msg.gone = true
	}
}

// Break makes every call fail with err from now on; nil mends.
func (m *Memory) Break(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.broken = err
}

// usable reports why nothing can be done; the caller holds mu.
func (m *Memory) usable(ctx context.Context) error {
	if ctx.Err() != nil {
		return &adapters.DeliveryError{Kind: adapters.Busy, Err: ctx.Err()}
	}
	return m.broken
}

// place finds a destination; the caller holds mu or nothing changes.
func (m *Memory) place(to adapters.Destination) (string, bool) {
	if to.Person == nil {
		return to.Channel, slices.Contains(m.channels, to.Channel)
	}
	for _, p := range m.people {
		if p.Person.ID == to.Person.ID {
			return "@" + p.Account.ID, true
		}
	}
	return "", false
}

// find returns a message that is there; the caller holds mu.
func (m *Memory) find(ref adapters.MessageRef) *memoryMessage {
	n, err := strconv.Atoi(ref.Message)
	if err != nil || n < 1 || n > len(m.messages) {
		return nil
	}
	if msg := m.messages[n-1]; msg.place == ref.Place && !msg.gone {
		return msg
	}
	return nil
}

// announce wakes everybody who waits; the caller holds mu.
func (m *Memory) announce() {
	close(m.changed)
	m.changed = make(chan struct{})
}
