package engine

import (
	"fmt"

	"signoff/engine/approval"
	"signoff/engine/expr"
	"signoff/engine/flow"
)

// fields makes a form. Whom it offers is looked up now.
func (m *machine) fields(ins []flow.Input, env expr.Env) ([]flow.Field, error) {
	fields, err := flow.Fields(ins, env)
	if err != nil {
		return nil, err
	}
	return fields, flow.MeantBy(fields, directory{m.people()})
}

// meant looks up whom the given values name.
func (m *machine) meant(fields []flow.Field, given map[string]any) map[string]any {
	return flow.Meant(fields, given, directory{m.people()})
}

// directory is what forms ask about people.
type directory struct{ *approval.Directory }

// Person refuses whom nobody could reach any more, too.
func (d directory) Person(text string) (id, problem string) {
	who, ok := d.Meant(text)
	switch {
	case !ok:
		return "", fmt.Sprintf("cannot be chosen, because signoff does not know %s", text)
	case d.People[who].Inactive:
		return "", fmt.Sprintf("cannot be chosen, because %s is not active any more", text)
	}
	return string(who), ""
}

func (d directory) Group(text string) (name, problem string) {
	if _, ok := d.Groups[text]; !ok {
		return "", fmt.Sprintf("cannot be chosen, because signoff does not know the group %s", text)
	}
	return text, ""
}
