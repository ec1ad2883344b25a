package slack

import (
	"context"
	"errors"
	"sync"
	"time"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/draw"
)

const (
	// openWithin bounds views.open, the one call that a person waits for: the
	// trigger that came with the click lives for 3 s.
	openWithin = 1400 * time.Millisecond
	// loadAfter is how long after a press something may be drawn before a window
	// opens that says that it takes a moment.
	loadAfter = time.Second
	// placeFor is for how long a window is looked for that Slack is about to show.
	placeFor = 5 * time.Second
)

// drawn is a window, or the text that there is instead.
type drawn struct {
	view slackapi.ModalViewRequest
	text string
}

// openSoon opens a window with what paint draws: at once, or, if that takes too
// long, after one that says so.
func (d *dispatcher) openSoon(ctx context.Context, v visit, paint func(context.Context) drawn) {
	opened := make(chan string, 1)
	within := max(loadAfter-time.Since(v.began), 0)
	out, inTime := promptly(ctx, d.Adapter, within, paint, func(ctx context.Context, out drawn) {
		var id string
		select {
		case id = <-opened:
		case <-ctx.Done():
		}
		switch {
		case id == "":
			d.say(ctx, v, draw.TextNoForm)
		case out.text != "":
			d.redraw(ctx, v.w, place{view: id}, draw.Notice(draw.TitleNothingDone, out.text))
		default:
			d.redraw(ctx, v.w, place{view: id}, out.view)
		}
	})
	switch {
	case !inTime:
		opened <- d.window(ctx, v, draw.Loading())
	case out.text != "":
		d.say(ctx, v, out.text)
	case d.window(ctx, v, out.view) == "":
		d.sayBelow(ctx, v, draw.TextNoForm)
	}
}

// window opens a view, on top of the one that is open if the person is in one. It
// returns the view's id, or nothing if it was not opened.
func (d *dispatcher) window(ctx context.Context, v visit, view slackapi.ModalViewRequest) string {
	ctx, cancel := context.WithTimeout(ctx, openWithin)
	defer cancel()
	var got *slackapi.ViewResponse
	var err error
	method := methodOpen
	if v.p.View != nil && v.p.View.Kind != homeView {
		method = methodPush
		got, err = v.w.api.PushViewContext(ctx, v.p.TriggerID, view)
	} else {
		got, err = v.w.api.OpenViewContext(ctx, v.p.TriggerID, view)
	}
	if err != nil {
		d.log.WarnContext(ctx, "a form was not opened", "adapter", Surface, "err", v.w.failed(method, err))
		return ""
	}
	return got.ID
}

// homeView is the kind of view that is a page of the app's and no window.
const homeView = "home"

// sayBelow tells what no window can: it did not open.
func (d *dispatcher) sayBelow(ctx context.Context, v visit, text string) {
	if v.p.ResponseURL != "" || v.p.Container.ChannelID != "" {
		d.say(ctx, v, text)
	}
}

// place says which window is drawn anew.
type place struct {
	view     string // its id, or
	external string // the name that we gave it
	hash     string // what it must still be; empty is anything
	at       string // when the person did what it is drawn for
}

// redrawLater draws the window anew in which the person is.
func (d *dispatcher) redrawLater(ctx context.Context, v visit, view slackapi.ModalViewRequest) {
	to := place{view: v.p.View.ID, hash: v.p.View.Hash, at: v.p.At()}
	d.later(ctx, "a drawing of a window", func(ctx context.Context) { d.redraw(ctx, v.w, to, view) })
}

// redraw draws a window anew. Of two drawings the one for what the person did last
// stays.
func (d *dispatcher) redraw(ctx context.Context, w *workspace, to place, view slackapi.ModalViewRequest) {
	_, err := w.api.UpdateViewContext(ctx, view, to.external, to.hash, to.view)
	if is(err, "hash_conflict") && d.newest.is(to.view, to.at) {
		_, err = w.api.UpdateViewContext(ctx, view, to.external, "", to.view)
	}
	for wait := 100 * time.Millisecond; is(err, "not_found") && to.external != "" && wait < placeFor; wait *= 2 {
		// Slack has not read yet that there shall be such a window.
		if !pause(ctx, wait) {
			break
		}
		_, err = w.api.UpdateViewContext(ctx, view, to.external, "", "")
	}
	if err != nil && !is(err, "hash_conflict") {
		d.log.WarnContext(ctx, "a window was not drawn anew", "adapter", Surface, "err", w.failed(methodRedraw, err))
	}
}

func is(err error, code string) bool {
	refused, ok := errors.AsType[slackapi.SlackErrorResponse](err)
	return ok && refused.Err == code
}

// pause reports whether the time passed.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// newest remembers what people did last in each window.
type newest struct {
	mu   sync.Mutex
	last map[string]string // guarded by mu; by view
}

// note takes a deed down and reports whether it is the last so far. Slack's times
// have one length.
func (n *newest) note(view, at string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.last == nil || len(n.last) > cacheSize {
		n.last = map[string]string{}
	}
	if n.last[view] > at {
		return false
	}
	n.last[view] = at
	return true
}

func (n *newest) is(view, at string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.last[view] <= at
}

// unshown is the text for a card that is not there.
func unshown(ans adapters.Answer) drawn {
	if text := draw.Spoken(ans); text != "" {
		return drawn{text: text}
	}
	return drawn{text: draw.TextNotHere}
}
