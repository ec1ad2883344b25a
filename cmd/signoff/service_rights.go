package main

import (
	"context"

	"signoff/adapters"
	"signoff/adapters/api"
	"signoff/bot"
)

// Rights lists who may do what.
func (s service) Rights(ctx context.Context, q api.RightsQuery, by adapters.Account) (api.RightsList, error) {
	who, err := s.principal(by)
	if err != nil {
		return api.RightsList{}, err
	}
	all, err := s.Bot.Rights(ctx, bot.RightsQuery{Person: q.Person, Namespace: q.Namespace}, who)
	if err != nil {
		return api.RightsList{}, err
	}
	list := api.RightsList{Rights: make([]api.RightsInfo, 0, len(all))}
	for _, e := range all {
		info := api.RightsInfo{Person: string(e.Person), Name: e.Name, Service: e.Service, Verbs: e.Verbs}
		for _, r := range e.Roles {
			info.Roles = append(info.Roles, api.HeldRole{Role: string(r.Role), In: r.In})
		}
		list.Rights = append(list.Rights, info)
	}
	return list, nil
}
