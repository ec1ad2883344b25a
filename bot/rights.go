package bot

import (
	"context"
	"maps"
	"slices"

	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/approval"
)

// Entitled is what somebody may do.
type Entitled struct {
	// Person is a human, Service the name of a token of nobody; one is set.
	Person  approval.PersonID
	Service string
	Name    string
	Roles   []access.Held
	// Verbs are what the roles allow together, in their order.
	Verbs []access.Verb
}

// RightsQuery narrows down who is listed, and for where.
type RightsQuery struct {
	// Person is an id or a mail address; empty is everybody.
	Person string
	// Namespace leaves out roles that do not hold there; empty is anywhere.
	Namespace string
}

// Rights lists who may do what, people by id and then services; who may do
// nothing is left out unless they are named. Everybody may ask for themselves.
func (b *Bot) Rights(ctx context.Context, q RightsQuery, by engine.Principal) ([]Entitled, error) {
	b.freshRights(ctx)
	who, known := b.People.Called(q.Person)
	if q.Person == "" || !known || who != by.Person {
		if err := b.managesPeople(ctx, by); err != nil {
			return nil, err
		}
	}
	d := b.People.Directory()
	if q.Person != "" {
		if !known {
			return nil, refuse(engine.NotFound, "There is no person %.80q.", q.Person)
		}
		return []Entitled{b.entitled(d, access.Caller{Person: who}, q.Namespace)}, nil
	}
	var out []Entitled
	for _, id := range slices.Sorted(maps.Keys(d.People)) {
		if e := b.entitled(d, access.Caller{Person: id}, q.Namespace); len(e.Roles) > 0 {
			out = append(out, e)
		}
	}
	for _, name := range b.Access.Services() {
		if e := b.entitled(d, access.Caller{Service: name}, q.Namespace); len(e.Roles) > 0 {
			out = append(out, e)
		}
	}
	return out, nil
}

func (b *Bot) entitled(d *approval.Directory, c access.Caller, namespace string) Entitled {
	e := Entitled{Person: c.Person, Service: c.Service, Name: d.People[c.Person].Name}
	for _, held := range b.Access.Held(d, c) {
		if namespace == "" || held.Covers(namespace) {
			e.Roles = append(e.Roles, held)
		}
	}
	for _, v := range access.Verbs() {
		may := b.Access.MayAnywhere(d, c, v)
		if namespace != "" {
			may = b.Access.May(d, c, v, namespace)
		}
		if may {
			e.Verbs = append(e.Verbs, v)
		}
	}
	return e
}
