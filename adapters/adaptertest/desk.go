package adaptertest

import (
	"context"
	"sync"

	"signoff/adapters"
)

// desk is a handler that writes down what it is asked and answers what it is
// told to.
type desk struct {
	mu     sync.Mutex
	clicks []adapters.Click // guarded by mu
	looks  []adapters.Look  // guarded by mu
	card   adapters.Card    // guarded by mu; what Look shows
	answer func(adapters.Click) (adapters.Answer, error)
	look   func(adapters.Look) (adapters.Answer, error)
}

var _ adapters.Handler = (*desk)(nil)

func newDesk() *desk {
	return &desk{answer: func(adapters.Click) (adapters.Answer, error) {
		return adapters.Answer{Kind: adapters.Recorded}, nil
	}}
}

// show sets the card that Look shows.
func (d *desk) show(card adapters.Card) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.card = card
}

// reply sets the answer to clicks.
func (d *desk) reply(ans adapters.Answer, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.answer = func(adapters.Click) (adapters.Answer, error) { return ans, err }
}

// replyLook sets the answer to looks.
func (d *desk) replyLook(ans adapters.Answer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.look = func(adapters.Look) (adapters.Answer, error) { return ans, nil }
}

func (d *desk) Click(_ context.Context, c adapters.Click) (adapters.Answer, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.clicks = append(d.clicks, c)
	return d.answer(c)
}

func (d *desk) Look(_ context.Context, l adapters.Look) (adapters.Answer, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.looks = append(d.looks, l)
	if d.look != nil {
		return d.look(l)
	}
	card := d.card
	return adapters.Answer{Kind: adapters.Shown, Card: &card}, nil
}

// seen returns the clicks so far.
func (d *desk) seen() []adapters.Click {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]adapters.Click(nil), d.clicks...)
}
