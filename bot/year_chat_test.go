package bot_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"signoff/adapters"
	"signoff/engine/approval"
)

// yearChat is a surface of a year: it remembers whom it reached about what, and
// fails for those who blocked it and for everybody while it is down.
type yearChat struct {
	now     func() time.Time
	mu      sync.Mutex
	blocked map[string]bool     // guarded by mu, as all below
	down    bool                // for everybody
	posted  map[string][]string // places by request
	told    []yearWord          // since the last look
	alerts  int                 // told to #alerts
	vain    int                 // of those, what waits in vain
	n       int
}

type yearWord struct {
	who  approval.PersonID
	text string
	at   time.Time
}

var _ adapters.Adapter = (*yearChat)(nil)

func (c *yearChat) Post(_ context.Context, to adapters.Destination, card adapters.Card) (adapters.MessageRef, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.fails(placeOf(to)); err != nil {
		return adapters.MessageRef{}, err
	}
	c.n++
	c.posted[card.Request] = append(c.posted[card.Request], placeOf(to))
	return adapters.MessageRef{Place: placeOf(to), Message: fmt.Sprint(c.n)}, nil
}

func (c *yearChat) Update(_ context.Context, ref adapters.MessageRef, _ adapters.Card) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.fails(ref.Place)
}

func (c *yearChat) Tell(_ context.Context, to adapters.Destination, text string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.fails(placeOf(to)); err != nil {
		return err
	}
	if to.Person == nil {
		c.alerts++
		if strings.Contains(text, "in vain:") {
			c.vain++
		}
		return nil
	}
	c.told = append(c.told, yearWord{approval.PersonID(to.Person.ID), text, c.now()})
	return nil
}

// fails is why a place cannot be reached; the caller holds mu.
func (c *yearChat) fails(place string) error {
	switch {
	case c.down:
		return &adapters.DeliveryError{Kind: adapters.Busy, Code: "service_unavailable"}
	case c.blocked[place]:
		return &adapters.DeliveryError{Kind: adapters.Unreachable, Code: "user_blocked", Advice: "Ask them to unblock the bot."}
	}
	return nil
}

// break sets what fails from now on.
func (c *yearChat) breaks(down bool, blocked map[string]bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.down, c.blocked = down, blocked
}

// words returns what was told since the last look.
func (c *yearChat) words() []yearWord {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.told
	c.told = nil
	return out
}

// reached are the places that have a copy of a request.
func (c *yearChat) reached(request string) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.posted[request]
}

// reminds reports whether a text is a reminder of a request that is not urgent.
func (w yearWord) reminds() (reminder, urgent bool) {
	return strings.HasPrefix(w.text, "Reminder: "), strings.Contains(w.text, "URGENT")
}
