package people

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"signoff/engine/approval"
)

// snapshot is a directory that holds until something is too old to decide by.
type snapshot struct {
	directory *approval.Directory
	until     time.Time // zero is for ever
}

// Directory is what the rules know of people now, without roles. It is shared;
// nobody changes it.
func (p *People) Directory() *approval.Directory {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	s := p.snapshot
	if s.directory == nil || !s.until.IsZero() && !now.Before(s.until) {
		s = p.picture(now)
		p.snapshot = s
	}
	return s.directory
}

// picture makes a snapshot. The caller holds mu.
func (p *People) picture(now time.Time) snapshot {
	if len(p.outside) == 0 && len(p.learned.away) == 0 && len(p.learned.said) == 0 {
		return snapshot{directory: p.directory}
	}
	d := *p.directory
	s := snapshot{directory: &d}
	d.Absent, s.until = p.absent(now)
	if len(p.outside) == 0 {
		return s
	}
	d.Groups, d.OnCall, d.Unsure = maps.Clone(d.Groups), map[string][]approval.PersonID{}, map[approval.Selector]string{}
	for _, o := range p.outside {
		if why := o.doubt(now); why != "" {
			d.Unsure[o.sel] = why
		} else if until := o.read.at.Add(dataFor); s.until.IsZero() || until.Before(s.until) {
			s.until = until
		}
		members := o.read.members
		if o.read.at.IsZero() {
			members = o.own
		}
		if o.sel.Kind == approval.OnCall {
			d.OnCall[o.sel.Name] = members
		} else {
			d.Groups[o.sel.Name] = members
		}
	}
	return s
}

// doubt is why a group is not to be relied on; empty if it is.
func (o *outside) doubt(now time.Time) string {
	switch {
	case !o.read.at.IsZero() && now.Sub(o.read.at) < dataFor:
		return ""
	case o.why != "":
		return o.why
	}
	return o.sel.String() + " was not read within the last minute"
}

// Problem is something about people that an operator should mend.
type Problem struct {
	// About is the group or rota, or the person.
	About approval.Selector
	Text  string
}

// Problems lists groups that cannot be read, members of groups whom signoff does
// not know, and statuses that let nobody stand in though they name somebody.
func (p *People) Problems() []Problem {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []Problem
	for _, o := range p.outside {
		if o.why != "" {
			all = append(all, Problem{o.sel, o.why + "; nobody is let in by it"})
		}
		for _, s := range o.read.strangers {
			all = append(all, Problem{o.sel, fmt.Sprintf("a member is nobody that signoff knows: %s", s)})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(p.learned.said)) {
		if a, counts := p.says(p.learned, id, p.now()); counts && a.Note != "" && a.Note != noteNobody {
			all = append(all, Problem{approval.Selector{Kind: approval.User, Name: string(id)}, "nobody stands in for them by their " + a.Source + ": it " + a.Note})
		}
	}
	return all
}

const (
	// refreshEvery is how often groups are looked at that are in use.
	refreshEvery = 15 * time.Second
	// refreshAge is how old one is when it is read again meanwhile.
	refreshAge = 30 * time.Second
	// inUse is how long after a decision a group is kept fresh.
	inUse = 10 * time.Minute
)

// KeepFresh reads groups that are in use before a decision has to wait for it,
// until ctx ends. Then nothing is read any more.
func (p *People) KeepFresh(ctx context.Context) {
	if len(p.outside) == 0 && p.statuses == nil {
		return
	}
	defer p.end()
	ticker := time.NewTicker(refreshEvery)
	defer ticker.Stop()
	for {
		for _, o := range p.needed() {
			if ctx.Err() != nil {
				return
			}
			p.refresh(ctx, o, refreshAge)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// end breaks off what is being read, and waits until nothing is.
func (p *People) end() {
	p.mu.Lock()
	if !p.ended {
		p.ended = true
		close(p.quit)
	}
	p.mu.Unlock()
	p.flights.Wait()
}

// needed are the groups that something was decided by lately.
func (p *People) needed() []*outside {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	return slices.DeleteFunc(slices.Clone(p.outside), func(o *outside) bool { return now.Sub(o.used) > inUse })
}
