package bot

import (
	"slices"
	"sync"

	"signoff/adapters"
	"signoff/engine"
	"signoff/engine/approval"
)

// homes remembers who has opened their page, and where: see keepHome.
type homes struct {
	mu     sync.Mutex
	opened map[approval.PersonID][]adapters.Account // guarded by mu
	order  []approval.PersonID                      // guarded by mu; the oldest first
}

const (
	// maxHomes is how many people's pages are drawn anew by themselves.
	maxHomes = 10_000
	// maxHomesEach is on how many accounts of one person.
	maxHomesEach = 8
)

// open remembers that somebody looks at their page, and reports whether that is
// news.
func (h *homes) open(who approval.PersonID, a adapters.Account) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.opened == nil {
		h.opened = map[approval.PersonID][]adapters.Account{}
	}
	same := func(o adapters.Account) bool { return o.Surface == a.Surface && o.Tenant == a.Tenant && o.ID == a.ID }
	list, there := h.opened[who]
	news := !slices.ContainsFunc(list, same)
	list = append(slices.DeleteFunc(slices.Clone(list), same), a)
	h.opened[who] = list[max(0, len(list)-maxHomesEach):]
	if there {
		return news
	}
	if h.order = append(h.order, who); len(h.order) > maxHomes {
		delete(h.opened, h.order[0])
		h.order = h.order[1:]
	}
	return news
}

// of are the accounts on which people have opened their pages.
func (h *homes) of(who []approval.PersonID) []adapters.Account {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []adapters.Account
	for _, id := range who {
		out = append(out, h.opened[id]...)
	}
	return out
}

// redrawHomes has the pages of people drawn anew, where they have opened them, and
// those of whoever stands in for them.
func (b *Bot) redrawHomes(who []approval.PersonID) {
	absent := b.People.Directory().Absent
	for _, id := range who {
		if a, away := absent[id]; away && a.StandIn != "" {
			who = append(who, a.StandIn)
		}
	}
	slices.Sort(who)
	for _, a := range b.desk.homes.of(slices.Compact(who)) {
		if surface, ok := b.Adapters[a.Surface].(adapters.Homes); ok {
			surface.Refresh(a)
		}
	}
}

// concerned are those on whose pages the requests of an execution may stand.
func concerned(x *engine.Execution) []approval.PersonID {
	out := []approval.PersonID{x.Requester.Person}
	for i := range x.Runs {
		r := x.Runs[i].Request
		if r == nil {
			continue
		}
		for _, stage := range r.Asked {
			out = append(out, stage...)
		}
		for _, m := range r.Moves {
			out = append(out, m.From, m.To)
		}
		for _, a := range r.Responses {
			out = append(out, a.By.Person)
		}
		for _, c := range r.Copies { // whom the ladder asked has one
			out = append(out, c.Person)
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return slices.DeleteFunc(out, func(id approval.PersonID) bool { return id == "" })
}
