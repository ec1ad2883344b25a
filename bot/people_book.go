package bot

import (
	"context"

	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/approval"
)

// PeopleBook is all that is known of people, for whoever manages it.
type PeopleBook struct {
	People   map[approval.PersonID]approval.Person
	Links    []Link
	Problems []PeopleProblem
}

// PeopleBook returns what is known of people.
func (b *Bot) PeopleBook(ctx context.Context, by engine.Principal) (PeopleBook, error) {
	if err := b.managesPeople(ctx, by); err != nil {
		return PeopleBook{}, err
	}
	if err := b.learnNow(ctx); err != nil {
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
