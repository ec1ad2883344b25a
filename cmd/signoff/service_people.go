package main

import (
	"context"
	"maps"
	"slices"

	"signoff/adapters"
	"signoff/adapters/api"
	"signoff/bot/people"
	"signoff/engine/approval"
)

// People lists everybody whom signoff knows, by id.
func (s service) People(ctx context.Context, by adapters.Account) (api.PeopleList, error) {
	who, err := s.principal(by)
	if err != nil {
		return api.PeopleList{}, err
	}
	book, err := s.PeopleBook(ctx, who)
	if err != nil {
		return api.PeopleList{}, err
	}
	links := map[approval.PersonID][]api.LinkInfo{}
	for _, l := range book.Links {
		links[l.Person] = append(links[l.Person], viewLink(l))
	}
	list := api.PeopleList{People: []api.PersonInfo{}}
	for _, id := range slices.Sorted(maps.Keys(book.People)) {
		p := book.People[id]
		list.People = append(list.People, api.PersonInfo{
			ID: string(id), Name: p.Name, Inactive: p.Inactive, Manager: string(p.Manager), Links: links[id],
		})
	}
	for _, p := range book.Problems {
		list.Problems = append(list.Problems, p.About.String()+": "+p.Text)
	}
	return list, nil
}

func viewLink(l people.Link) api.LinkInfo {
	return api.LinkInfo{
		LinkBody: api.LinkBody{Surface: l.Surface, Tenant: l.Tenant, Account: l.Account},
		Method:   string(l.Method), At: l.At, Mail: l.Mail, By: string(l.By),
	}
}

// LinkPerson says that an account is a person's.
func (s service) LinkPerson(ctx context.Context, r api.LinkRequest) error {
	who, err := s.principal(r.By)
	if err != nil {
		return err
	}
	account := adapters.Account{Surface: r.Body.Surface, Tenant: r.Body.Tenant, ID: r.Body.Account}
	return s.Link(ctx, who, approval.PersonID(r.Person), account)
}

// UnlinkPerson breaks a person's links on a surface.
func (s service) UnlinkPerson(ctx context.Context, r api.LinkRequest) error {
	who, err := s.principal(r.By)
	if err != nil {
		return err
	}
	return s.Unlink(ctx, who, approval.PersonID(r.Person), r.Body.Surface)
}
