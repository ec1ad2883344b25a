package slack

import (
	"context"
	"errors"
	"sync"
	"time"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/draw"
	"signoff/adapters/slack/wire"
)

const (
	// gatherFor is how long changes of people's pages are gathered into one
	// drawing of each.
	gatherFor = 150 * time.Millisecond
	// homeWithin bounds one drawing.
	homeWithin = 10 * time.Second
	// homeTries is how often a page is drawn that Slack does not take.
	homeTries = 8
)

// homeDue is a person's page that wants to be drawn.
type homeDue struct {
	who    adapters.Account
	opened bool
	page   int
	tries  int
	// not is before when it is not tried again.
	not time.Time
}

// homes are the pages that people have opened. They are drawn one after the other
// by one hand, so that an older drawing never replaces a newer one.
type homes struct {
	mu   sync.Mutex
	desk adapters.Desk      // guarded by mu; nil: nothing comes in yet
	due  map[string]homeDue // guarded by mu; by account
	hash map[string]string  // guarded by mu: of the page as it was last drawn
	wake chan struct{}
}

func newHomes() *homes {
	return &homes{due: map[string]homeDue{}, hash: map[string]string{}, wake: make(chan struct{}, 1)}
}

// Refresh draws a person's page anew, soon.
func (a *Adapter) Refresh(who adapters.Account) { a.homes.want(homeDue{who: who}) }

func homeOf(who adapters.Account) string { return who.Tenant + "/" + who.ID }

// want puts a page in line. One that is in line already is drawn once.
func (h *homes) want(d homeDue) {
	h.mu.Lock()
	key := homeOf(d.who)
	if was, there := h.due[key]; there {
		d.opened = d.opened || was.opened
		if d.page == 0 && !d.opened {
			d.page = was.page
		}
	}
	h.due[key] = d
	h.mu.Unlock()
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// retry puts a page in line again that could not be drawn, unless somebody wanted
// it meanwhile.
func (h *homes) retry(d homeDue) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, wanted := h.due[homeOf(d.who)]; !wanted {
		h.due[homeOf(d.who)] = d
	}
}

// serves says who answers for the pages.
func (h *homes) serves(desk adapters.Desk) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.desk = desk
}

// next takes a page out of line that may be drawn now. Without one it says how
// long until there is; 0 if nothing is in line.
func (h *homes) next(now time.Time) (d homeDue, desk adapters.Desk, wait time.Duration, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.desk == nil {
		return homeDue{}, nil, 0, false
	}
	for key, d := range h.due {
		left := d.not.Sub(now)
		if left <= 0 {
			delete(h.due, key)
			return d, h.desk, 0, true
		}
		if wait == 0 || left < wait {
			wait = left
		}
	}
	return homeDue{}, nil, wait, false
}

// keepHomes draws pages until ctx ends.
func (a *Adapter) keepHomes(ctx context.Context) {
	for ctx.Err() == nil {
		d, desk, wait, ok := a.homes.next(a.now())
		if ok {
			a.drawHome(ctx, desk, d)
			continue
		}
		timer := time.NewTimer(wait)
		var alarm <-chan time.Time
		if wait > 0 {
			alarm = timer.C
		}
		select {
		case <-ctx.Done():
		case <-alarm:
		case <-a.homes.wake:
			pause(ctx, gatherFor)
		}
		timer.Stop()
	}
}

// drawHome draws one page. What Slack does not take now is tried again; what it
// never takes is logged.
func (a *Adapter) drawHome(ctx context.Context, desk adapters.Desk, d homeDue) {
	ctx, cancel := context.WithTimeout(ctx, homeWithin)
	defer cancel()
	err := a.publish(ctx, desk, d)
	if err == nil || errors.Is(ctx.Err(), context.Canceled) {
		return
	}
	d.tries++
	failure, ok := errors.AsType[*adapters.DeliveryError](err)
	final := ok && (failure.Kind == adapters.Unreachable || failure.Kind == adapters.Malformed || failure.Kind == adapters.Denied)
	if final || d.tries >= homeTries {
		a.log.WarnContext(ctx, "a person's page was not drawn", "adapter", Surface, "user", d.who.ID, "err", err)
		return
	}
	wait := time.Second << d.tries
	if ok && failure.RetryAfter > 0 {
		if wait = failure.RetryAfter; failure.Code == codePaced { // it was never tried
			d.tries--
		}
	}
	d.not = a.now().Add(wait)
	a.homes.retry(d)
}

// publish draws a page as it is now. Another server may have drawn it meanwhile:
// then it is read and drawn once more.
func (a *Adapter) publish(ctx context.Context, desk adapters.Desk, d homeDue) error {
	w, err := a.spaces.called(ctx, d.who.Tenant)
	if err != nil {
		return err
	}
	if err := w.admitAs(ctx, "home "+d.who.ID, map[string]rate{methodPublish: methodRates[methodPublish]}); err != nil {
		return err
	}
	key := homeOf(d.who)
	hash := a.homes.drawn(key)
	for {
		in, err := desk.Inbox(ctx, adapters.InboxCall{Actor: d.who, Opened: d.opened, Page: d.page})
		if err != nil {
			return err
		}
		got, err := w.api.PublishViewContext(ctx, slackapi.PublishViewContextRequest{UserID: d.who.ID, View: draw.Home(in), Hash: hash})
		if is(err, "hash_conflict") && hash != nil {
			hash = nil
			continue
		}
		if err != nil {
			a.homes.forget(key)
			return w.failed(methodPublish, err)
		}
		a.homes.note(key, got.Hash)
		return nil
	}
}

func (h *homes) drawn(key string) *string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if hash := h.hash[key]; hash != "" {
		return &hash
	}
	return nil
}

func (h *homes) note(key, hash string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.hash) > cacheSize {
		h.hash = map[string]string{}
	}
	h.hash[key] = hash
}

func (h *homes) forget(key string) { h.note(key, "") }

// opened is a person who looks at their page: it is drawn, and from then on
// whenever it changes.
func (d *dispatcher) opened(ctx context.Context, e wire.Event) {
	if e.Tab != "home" || e.User == "" {
		return
	}
	d.later(ctx, "a person's page", func(ctx context.Context) {
		var p wire.Payload
		p.User.ID, p.User.TeamID = e.User, e.TeamID
		v, text := d.visitor(ctx, interaction{}, origin(e), p)
		if text != "" {
			return // nobody whose page it could be; the visitor is logged
		}
		d.homes.want(homeDue{who: v.actor, opened: true})
	})
}

// turn shows another part of a person's page.
func (d *dispatcher) turn(_ context.Context, v visit, page int) {
	d.homes.want(homeDue{who: v.actor, opened: true, page: page})
}
