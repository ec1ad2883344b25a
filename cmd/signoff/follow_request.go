package main

import (
	"fmt"

	"signoff/engine/audit"
)

// tellMove says how a request moved between people, or what was said about it.
func (f *follower) tellMove(r audit.Record, actor string) string {
	person := func(key string) string {
		id, _ := r.Data[key].(string)
		return f.name(id)
	}
	said := map[audit.Event]string{
		audit.RequestDelegated:  fmt.Sprintf("%s lets %s answer for %s", actor, person("to"), person("from")),
		audit.RequestReassigned: fmt.Sprintf("%s gives the seat of %s to %s", actor, person("from"), person("to")),
		audit.RequestEscalated:  fmt.Sprintf("nobody answered task %s, so it also asks %s", r.Task, f.names(r.Data["asked"])),
		audit.RequestReminded:   person("person") + " is reminded",
		audit.RequestReturned:   fmt.Sprintf("%s asks for changes: %v", actor, r.Data["text"]),
		audit.RequestCommented:  fmt.Sprintf("%s says: %v", actor, r.Data["text"]),
	}
	return "  " + said[r.Event]
}

// tellPerson says what became known of a person.
func (f *follower) tellPerson(r audit.Record, actor string) string {
	switch {
	case r.Event == audit.PersonAway && r.Data["standIn"] != nil:
		return fmt.Sprintf("%s is away, %s stands in", actor, f.name(fmt.Sprint(r.Data["standIn"])))
	case r.Event == audit.PersonAway:
		return actor + " is away"
	case r.Event == audit.PersonBack:
		return actor + " is back"
	default:
		return fmt.Sprintf("%s: the %v account %v of %s", r.Event, r.Data["surface"], r.Data["account"], f.name(fmt.Sprint(r.Data["person"])))
	}
}
