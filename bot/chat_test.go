package bot_test

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"signoff/adapters"
)

// chat is a surface in memory. It can be told to fail.
type chat struct {
	mu    sync.Mutex
	posts map[adapters.MessageRef]*post // guarded by mu, as all below
	order []adapters.MessageRef
	told  []string
	fail  func(op string, place string) error
	sent  int
	// slow is called before anything is posted or updated, and may take its
	// time; nil is fast. It is set before anything is sent.
	slow func(op, place string, card adapters.Card)
	hang bool // a post ends only with its context
}

type post struct {
	place string
	card  adapters.Card
	drawn int
}

var _ adapters.Adapter = (*chat)(nil)

func newChat() *chat { return &chat{posts: map[adapters.MessageRef]*post{}} }

func placeOf(to adapters.Destination) string {
	if to.Person != nil {
		return to.Person.ID
	}
	return to.Channel
}

func (c *chat) Post(ctx context.Context, to adapters.Destination, card adapters.Card) (adapters.MessageRef, error) {
	if c.hang {
		<-ctx.Done()
	}
	c.dawdle("post", placeOf(to), card)
	if ctx.Err() != nil { // it may have been posted, and was
		_, _ = c.post(to, card)
		return adapters.MessageRef{}, &adapters.DeliveryError{Kind: adapters.Unknown, Err: ctx.Err()}
	}
	return c.post(to, card)
}

func (c *chat) post(to adapters.Destination, card adapters.Card) (adapters.MessageRef, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.failing("post", placeOf(to)); err != nil {
		return adapters.MessageRef{}, err
	}
	c.sent++
	ref := adapters.MessageRef{Place: placeOf(to), Message: fmt.Sprint(len(c.order) + 1)}
	c.posts[ref] = &post{place: ref.Place, card: card, drawn: 1}
	c.order = append(c.order, ref)
	return ref, nil
}

func (c *chat) Update(_ context.Context, ref adapters.MessageRef, card adapters.Card) error {
	c.dawdle("update", ref.Place, card)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.failing("update", ref.Place); err != nil {
		return err
	}
	p := c.posts[ref]
	if p == nil {
		return &adapters.DeliveryError{Kind: adapters.Gone, Code: "message_not_found"}
	}
	c.sent++
	p.card = card
	p.drawn++
	return nil
}

func (c *chat) Tell(_ context.Context, to adapters.Destination, text string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.failing("tell", placeOf(to)); err != nil {
		return err
	}
	c.told = append(c.told, placeOf(to)+": "+text)
	return nil
}

func (c *chat) dawdle(op, place string, card adapters.Card) {
	if c.slow != nil {
		c.slow(op, place, card)
	}
}

func (c *chat) failing(op, place string) error {
	if c.fail == nil {
		return nil
	}
	return c.fail(op, place)
}

// breaks sets what fails from now on; nil is nothing.
func (c *chat) breaks(fail func(op, place string) error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fail = fail
}

func (c *chat) all() []post {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []post
	for _, ref := range c.order {
		if p := c.posts[ref]; p != nil {
			out = append(out, *p)
		}
	}
	return out
}

func (c *chat) places() []string {
	var out []string
	for _, p := range c.all() {
		out = append(out, p.place)
	}
	slices.Sort(out)
	return out
}

func (c *chat) live() int {
	n := 0
	for _, p := range c.all() {
		if len(p.card.Actions) > 0 {
			n++
		}
	}
	return n
}

func (c *chat) words() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.told)
}
