package people

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"signoff/adapters"
	"signoff/bot/prose"
	"signoff/engine/approval"
)

// Source knows who is in groups that somebody else keeps: Slack, Entra, an
// on-call service. It is safe for concurrent use.
type Source interface {
	// Members returns who is in a group, or on duty, now. It heeds ctx. An account
	// without a surface is the id or mail address of a person as the configuration
	// has it. A group that does not exist is an error; one without members is not.
	Members(ctx context.Context, ref string) ([]adapters.Account, error)
}

// Finder is a [Source] that names members by tenant and id alone and can tell more
// of one.
type Finder interface {
	Account(ctx context.Context, a adapters.Account) (adapters.Account, error)
}

// Kept says where the members of a group are kept.
type Kept struct {
	Source Source
	Ref    string
	// Name is what people call it: "the Slack user group S012".
	Name string
}

const (
	// dataFor is how old what decides may be.
	dataFor = time.Minute
	// dataSoon is the age at which a decision has it read again, so that it does
	// not grow too old while the decision is made.
	dataSoon = 50 * time.Second
	// freshBudget is what a decision waits for that: Slack's 3 s hold more.
	freshBudget = time.Second
	// readBudget is what reading may take, whether somebody waits or not: whoever
	// comes again finds what the first did not wait for.
	readBudget = 10 * time.Second
	// TryAgain is how long a failure is believed.
	TryAgain = 5 * time.Second
)

// outside is a group or a rota whose members somebody else keeps. What changes
// is guarded by the mutex of [People].
type outside struct {
	sel  approval.Selector
	from []Kept
	// own are the members that the configuration names.
	own []approval.PersonID

	read  reading
	tried time.Time // when reading last failed; zero if it did not
	why   string    // it failed
	used  time.Time
	// changed is when somebody last said that the members have changed.
	changed time.Time
	flight  chan struct{} // closed when the reading under way has ended; or nil
}

// reading is what one reading found.
type reading struct {
	at      time.Time // when it began
	members []approval.PersonID
	// strangers are members whom signoff does not know, in words.
	strangers []string
}

func (p *People) addOutside(all map[approval.Selector][]Kept) {
	for sel, from := range all {
		o := &outside{sel: sel, from: from, used: p.now()}
		if sel.Kind == approval.Group {
			o.own = p.directory.Groups[sel.Name]
		}
		p.outside = append(p.outside, o)
	}
	slices.SortFunc(p.outside, func(a, b *outside) int { return cmp.Compare(a.sel.String(), b.sel.String()) })
}

// Fresh makes sure, as far as it can within a moment, that what is known of
// these is young enough to decide by. What could not be read is among
// [approval.Directory.Unsure]. Who has a role may hang on any group.
func (p *People) Fresh(ctx context.Context, sels ...approval.Selector) {
	if len(p.outside) == 0 {
		return
	}
	all := slices.ContainsFunc(sels, func(s approval.Selector) bool { return s.Kind == approval.Role })
	ctx, cancel := context.WithTimeout(ctx, freshBudget)
	defer cancel()
	var readers sync.WaitGroup
	for _, o := range p.outside {
		if all || slices.Contains(sels, o.sel) {
			readers.Go(func() {
				p.use(o)
				p.refresh(ctx, o, dataSoon)
			})
		}
	}
	readers.Wait()
}

// Changed says that the members of a group that others keep have changed, by its
// reference there, with or without its tenant: the next decision has it read
// again.
func (p *People) Changed(ref string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, o := range p.outside {
		if slices.ContainsFunc(o.from, func(k Kept) bool { return k.Ref == ref || strings.HasSuffix(k.Ref, "/"+ref) }) {
			o.changed = p.now()
		}
	}
}

func (p *People) use(o *outside) {
	p.mu.Lock()
	defer p.mu.Unlock()
	o.used = p.now()
}

// refresh reads a group again that is as old as this, unless it just failed, and
// waits for that until ctx ends. Several callers wait for one reading.
func (p *People) refresh(ctx context.Context, o *outside, age time.Duration) {
	select {
	case <-p.take(ctx, o, age):
	case <-ctx.Done():
	}
}

// take returns what is closed when a group is as young as this, or could not be
// read. A reading that it begins does not end because its caller left.
func (p *People) take(ctx context.Context, o *outside, age time.Duration) <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if o.flight != nil {
		return o.flight
	}
	flight := make(chan struct{})
	if p.ended || !o.read.at.IsZero() && now.Sub(o.read.at) < age && !o.read.at.Before(o.changed) || !o.tried.IsZero() && now.Sub(o.tried) < TryAgain {
		close(flight)
		return flight
	}
	o.flight = flight
	p.launch(ctx, flight, func(ctx context.Context) { p.fly(ctx, o, now) })
	return flight
}

// launch reads apart from whoever waits for it, and closes flight at the end.
func (p *People) launch(ctx context.Context, flight chan struct{}, read func(context.Context)) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readBudget)
	p.flights.Go(func() {
		defer cancel()
		read(ctx)
		close(flight)
	})
	p.flights.Go(func() {
		select {
		case <-p.quit:
			cancel()
		case <-flight:
		}
	})
}

// fly reads a group once. A source that breaks hurts only its group.
func (p *People) fly(ctx context.Context, o *outside, now time.Time) {
	var got reading
	err := unbroken(func() (err error) {
		got, err = p.readAll(ctx, o, now)
		return err
	})
	p.land(ctx, o, got, err)
}

// land keeps what came of a reading, and tells the operator what is new.
func (p *People) land(ctx context.Context, o *outside, got reading, err error) {
	p.mu.Lock()
	before, failed := o.read, !o.tried.IsZero()
	o.flight = nil
	if err != nil {
		o.tried, o.why = p.now(), unreadable(o, err)
	} else {
		o.read, o.tried, o.why = got, time.Time{}, ""
	}
	p.snapshot = snapshot{}
	p.mu.Unlock()
	switch {
	case err != nil && !failed:
		p.log.WarnContext(ctx, "the members of a group cannot be read", "group", o.sel.String(), "err", err)
	case err != nil:
	case failed:
		p.log.InfoContext(ctx, "the members of a group can be read again", "group", o.sel.String())
	}
	if err == nil && !slices.Equal(before.strangers, got.strangers) && len(got.strangers) > 0 {
		p.log.WarnContext(ctx, "a group has members whom signoff does not know", "group", o.sel.String(), "members", got.strangers)
	}
}

// unreadError says which of the places of a group could not be read.
type unreadError struct {
	name string
	err  error
}

func (e *unreadError) Error() string { return "read " + e.name + ": " + e.err.Error() }
func (e *unreadError) Unwrap() error { return e.err }

// unreadable is why a group cannot be relied on, for people: it quotes nobody.
func unreadable(o *outside, err error) string {
	name := o.sel.String()
	if e, ok := errors.AsType[*unreadError](err); ok {
		name = e.name
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return name + " could not be read in time"
	}
	return name + " could not be read"
}

// readAll reads all places of a group, or fails: half of a group is no group.
func (p *People) readAll(ctx context.Context, o *outside, now time.Time) (reading, error) {
	got := reading{at: now}
	seen := map[approval.PersonID]bool{}
	for _, id := range o.own {
		seen[id] = true
	}
	for _, kept := range o.from {
		accounts, err := kept.Source.Members(ctx, kept.Ref)
		if err != nil {
			return reading{}, &unreadError{kept.Name, err}
		}
		for _, a := range accounts {
			id, stranger, err := p.member(ctx, kept, a)
			if err != nil {
				return reading{}, &unreadError{kept.Name, err}
			}
			if stranger != "" {
				got.strangers = append(got.strangers, stranger)
				continue
			}
			seen[id] = true
		}
	}
	got.members = slices.Sorted(maps.Keys(seen))
	slices.Sort(got.strangers)
	return got, nil
}

// member says which person a member of a group is. One whom nobody knows is
// nobody, and is described for the operator.
func (p *People) member(ctx context.Context, kept Kept, a adapters.Account) (approval.PersonID, string, error) {
	if a.Surface == "" {
		if id, known := p.Called(a.ID); known {
			return id, "", nil
		}
		return "", fmt.Sprintf("%q of %s", prose.OneLine(a.ID), kept.Name), nil
	}
	if p.refusal(a) == "" {
		if id, known := p.holds(a); known {
			return id, "", nil
		}
	}
	if finder, ok := kept.Source.(Finder); ok && a.Email == "" {
		more, err := finder.Account(ctx, a)
		if err != nil {
			return "", "", err
		}
		a = more
	}
	id, _, why := p.whose(a)
	if why != "" {
		return "", fmt.Sprintf("%s %s (%s) of %s: %s", prose.SurfaceName(a.Surface), prose.OneLine(a.ID), prose.OneLine(cmp.Or(a.Name, a.Email, "no name")), kept.Name, why), nil
	}
	return id, "", nil
}
