package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"signoff/adapters"
	"signoff/bot/command"
	"signoff/bot/people"
	"signoff/engine"
	"signoff/engine/approval"
	"signoff/store"
)

// The fields of the form in which somebody says that they are away.
const (
	fieldFrom  = ownFields + "from"
	fieldUntil = ownFields + "until"
	fieldTo    = ownFields + "to"
	fieldBack  = ownFields + "back"
)

// goAway says that somebody is away. Alone it opens the form.
func (b *Bot) goAway(ctx context.Context, c adapters.Command, want command.Away) (adapters.Reply, error) {
	if want == (command.Away{}) {
		by, err := b.reader(ctx, c.Actor)
		if err != nil {
			return turned(err)
		}
		sheet := b.awaySheet(by, nil)
		return b.opened(sheet, c.Actor), nil
	}
	by, err := b.Identify(ctx, c.Actor)
	if err != nil {
		return turned(err)
	}
	var a approval.Absence
	if want.To != (command.Person{}) {
		if a.StandIn, err = b.meant(c.People, want.To); err != nil {
			return turned(err)
		}
	}
	for _, m := range []struct {
		text string
		read func(approval.PersonID, string) (time.Time, string)
		into *time.Time
	}{{want.From, b.Since, &a.From}, {want.Until, b.Moment, &a.Until}} {
		if m.text == "" {
			continue
		}
		at, problem := m.read(by.Person, m.text)
		if problem != "" {
			return turned(refuse(engine.BadInput, "%s %s.", shown(m.text), problem))
		}
		*m.into = at
	}
	return b.absent(ctx, by, a, cameBy{c.Once, c.Evidence})
}

// cameBy is the name of a request of a surface, and what proves it.
type cameBy struct{ once, evidence string }

func (c cameBy) cause() people.Cause { return people.Cause{Once: c.once, Evidence: c.evidence} }

func (b *Bot) absent(ctx context.Context, by engine.Principal, a approval.Absence, came cameBy) (adapters.Reply, error) {
	err := b.setAway(ctx, by, a, came.cause())
	if errors.Is(err, store.ErrSeen) {
		return adapters.Reply{Kind: adapters.Again}, nil
	} else if err != nil {
		return turned(err)
	}
	return adapters.Reply{Kind: adapters.Done, Text: "Recorded: " + b.awayText(by.Person)}, nil
}

// comeBack says that somebody is back.
func (b *Bot) comeBack(ctx context.Context, c adapters.Command) (adapters.Reply, error) {
	by, err := b.Identify(ctx, c.Actor)
	if err != nil {
		return turned(err)
	}
	return b.back(ctx, by, cameBy{c.Once, c.Evidence})
}

func (b *Bot) back(ctx context.Context, by engine.Principal, came cameBy) (adapters.Reply, error) {
	err := b.clearAway(ctx, by, came.cause())
	if _, no := errors.AsType[*engine.RejectionError](err); no && came.once != "" {
		// Whoever is back cannot be so again: the repetition of what made them so must
		// not be told that they were not away.
		if seen := b.commit(ctx, store.Commit{Once: came.once}); seen != nil {
			err = seen
		}
	}
	if errors.Is(err, store.ErrSeen) {
		return adapters.Reply{Kind: adapters.Again}, nil
	} else if err != nil {
		return turned(err)
	}
	return adapters.Reply{Kind: adapters.Done, Text: "Recorded: you are back. Nobody answers for you any more."}, nil
}

// absence is what somebody said of being away, if it is not over.
func (b *Bot) absence(who approval.PersonID) (approval.Absence, bool) {
	a, away := b.People.Directory().Absent[who]
	return a, away && !(store.Entry{Expires: a.Until}).Expired(b.Store.Now())
}

// awayNow says who stands in for somebody; empty if they are not away.
func (b *Bot) awayNow(who approval.PersonID) string {
	if _, away := b.absence(who); !away {
		return ""
	}
	return b.awayText(who)
}

func (b *Bot) awayText(who approval.PersonID) string {
	a, _ := b.absence(who)
	text := "you are away"
	if a.From.After(b.Store.Now()) {
		text += " from " + dayText(a.From)
	}
	if !a.Until.IsZero() {
		text += " until " + dayText(a.Until)
	}
	if a.Source != "" {
		text += ", says your " + a.Source
	}
	switch {
	case a.StandIn == "" && a.Note != "":
		return text + ". Nobody answers for you: it " + a.Note + "."
	case a.StandIn == "":
		return text + ". Nobody answers for you."
	}
	return text + ". " + b.People.Directory().Names([]approval.PersonID{a.StandIn}, "") + " answers for you."
}

// awaySheet is the form in which somebody says that they are away.
func (b *Bot) awaySheet(by engine.Principal, values map[string]any) adapters.Sheet {
	a, away := b.absence(by.Person)
	given := func(id, otherwise string) string {
		if text, ok := values[id].(string); ok {
			return text
		}
		return otherwise
	}
	moment := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.RFC3339)
	}
	out := adapters.Sheet{Subject: adapters.NewAbsence, Title: "Away", Submit: "Save", Fields: []adapters.Field{
		{ID: fieldFrom, Kind: adapters.DateTimeField, Label: "From when?", Hint: "Empty is now.", Initial: given(fieldFrom, moment(a.From))},
		{ID: fieldUntil, Kind: adapters.DateTimeField, Label: "Until when?", Hint: "Empty is until you say that you are back.", Initial: given(fieldUntil, moment(a.Until))},
		{
			ID: fieldTo, Kind: adapters.PersonField, Label: "Who answers for you?", Hint: "Empty is nobody. They answer in your place; your own requests they cannot answer.",
			Initial: given(fieldTo, string(a.StandIn)),
		},
	}}
	to := &out.Fields[2]
	if p, known := b.People.Directory().People[approval.PersonID(to.Initial)]; known {
		to.Chosen = []adapters.Person{{ID: to.Initial, Name: p.Name}}
	}
	if away {
		out.Intro = adapters.Text{paragraph("As it stands, " + b.awayText(by.Person))}
		out.Fields = append(out.Fields, adapters.Field{
			ID: fieldBack, Kind: adapters.BoolField, Label: "Are you back?", Hint: "Yes ends what is said above, whatever else you fill in.",
		})
	}
	return out
}

func (b *Bot) submitAway(ctx context.Context, by engine.Principal, c adapters.SheetCall) (adapters.Reply, error) {
	came := cameBy{c.Once, c.Evidence}
	if c.Values[fieldBack] == true || c.Values[fieldBack] == "true" {
		return b.back(ctx, by, came)
	}
	faults := map[string]string{}
	var a approval.Absence
	if text, _ := c.Values[fieldFrom].(string); text != "" {
		at, problem := b.Since(by.Person, text)
		if problem != "" {
			faults[fieldFrom] = problem
		}
		a.From = at
	}
	if text, _ := c.Values[fieldUntil].(string); text != "" {
		at, problem := b.Moment(by.Person, text)
		if problem != "" {
			faults[fieldUntil] = problem
		}
		a.Until = at
	}
	var problem string
	if a.StandIn, problem = b.chosenPerson(c.Values[fieldTo]); problem != "" {
		faults[fieldTo] = problem
	}
	if len(faults) > 0 {
		return adapters.Reply{Kind: adapters.Wrong, Code: string(engine.BadInput), Text: "Something is missing or wrong.", Fields: faults}, nil
	}
	out, err := b.absent(ctx, by, a, came)
	if out.Kind == adapters.Turned && out.Code == string(engine.BadInput) { // it is about the form as a whole
		field := fieldUntil
		if a.StandIn != "" && (a.Until.IsZero() || a.Until.After(a.From) && a.Until.After(b.Store.Now())) {
			field = fieldTo
		}
		out.Kind, out.Fields = adapters.Wrong, map[string]string{field: out.Text}
	}
	return out, err
}

// chosenPerson is who was chosen in a form: an account, or what was typed.
func (b *Bot) chosenPerson(v any) (approval.PersonID, string) {
	switch v := v.(type) {
	case nil:
		return "", ""
	case adapters.Account:
		by, err := b.People.Identify(v)
		if err != nil {
			return "", fmt.Sprintf("signoff does not know %s", shown(v.Name, v.ID))
		}
		return by.Person, ""
	case string:
		if v == "" {
			return "", ""
		}
		if id, known := b.People.Called(v); known {
			return id, ""
		}
		return "", fmt.Sprintf("signoff does not know %s", shown(v))
	}
	return "", "is no person"
}
