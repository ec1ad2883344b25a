package bot

import (
	"context"

	"signoff/adapters"
	"signoff/bot/people"
	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/approval"
	"signoff/store"
)

// keeper is the store, as the people's register uses it: the bot's observer is
// told what is written.
type keeper struct {
	store.Store
	bot *Bot
}

func (k keeper) Commit(ctx context.Context, c store.Commit) error { return k.bot.commit(ctx, c) }

// Identify is [people.Register.Identify]: it says who is behind an account, or refuses.
func (b *Bot) Identify(ctx context.Context, a adapters.Account) (engine.Principal, error) {
	return b.register.Identify(ctx, a)
}

// SetAway is [people.Register.SetAway]: a person says that they are away.
func (b *Bot) SetAway(ctx context.Context, by engine.Principal, a approval.Absence) error {
	return b.setAway(ctx, by, a, people.Cause{})
}

// ClearAway is [people.Register.ClearAway]: a person says that they are back.
func (b *Bot) ClearAway(ctx context.Context, by engine.Principal) error {
	return b.clearAway(ctx, by, people.Cause{})
}

// setAway and clearAway also have the pages drawn anew of whoever is away, and of
// who stands in for them.
func (b *Bot) setAway(ctx context.Context, by engine.Principal, a approval.Absence, c people.Cause) error {
	before := b.standIn(by.Person)
	if err := b.register.SetAway(ctx, by, a, c); err != nil {
		return err
	}
	b.redrawHomes([]approval.PersonID{by.Person, before, b.standIn(by.Person)})
	return nil
}

func (b *Bot) clearAway(ctx context.Context, by engine.Principal, c people.Cause) error {
	before := b.standIn(by.Person)
	if err := b.register.ClearAway(ctx, by, c); err != nil {
		return err
	}
	b.redrawHomes([]approval.PersonID{by.Person, before})
	return nil
}

func (b *Bot) standIn(who approval.PersonID) approval.PersonID {
	return b.People.Directory().Absent[who].StandIn
}

// Absences returns who is away now or will be.
func (b *Bot) Absences(ctx context.Context) (map[approval.PersonID]approval.Absence, error) {
	return b.register.Absences(ctx)
}

// Link says that an account is a person's, in the place of the one that was linked
// before, if the caller may.
func (b *Bot) Link(ctx context.Context, by engine.Principal, who approval.PersonID, a adapters.Account) error {
	if err := b.managesPeople(ctx, by); err != nil {
		return err
	}
	return b.register.Link(ctx, by, who, a)
}

// Unlink breaks the links of a person on a surface, if the caller may.
func (b *Bot) Unlink(ctx context.Context, by engine.Principal, who approval.PersonID, surface string) error {
	if err := b.managesPeople(ctx, by); err != nil {
		return err
	}
	return b.register.Unlink(ctx, by, who, surface)
}

// Links lists the links, as they were last read, by person.
func (b *Bot) Links() []people.Link { return b.register.Links() }

// PeopleBook is all that is known of people, for whoever manages it.
type PeopleBook struct {
	People   map[approval.PersonID]approval.Person
	Links    []people.Link
	Problems []people.Problem
}

// PeopleBook returns what is known of people.
func (b *Bot) PeopleBook(ctx context.Context, by engine.Principal) (PeopleBook, error) {
	if err := b.managesPeople(ctx, by); err != nil {
		return PeopleBook{}, err
	}
	if err := b.register.LearnNow(ctx); err != nil {
		return PeopleBook{}, err
	}
	return PeopleBook{People: b.People.Directory().People, Links: b.Links(), Problems: b.People.Problems()}, nil
}

// managesPeople refuses whoever may not say which account is whose.
func (b *Bot) managesPeople(ctx context.Context, by engine.Principal) error {
	if !b.authorize(ctx, by, access.ManagePeople, in(access.Everywhere)) {
		return notGranted(access.ManagePeople)
	}
	return nil
}
