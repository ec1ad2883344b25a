package bot

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"signoff/adapters"
	"signoff/bot/command"
	"signoff/bot/prose"
	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/flow"
	"signoff/engine/trigger/match"
)

// Commands are the commands that flows own, by name; what is switched off owns
// none.
func (b *Bot) Commands(ctx context.Context) ([]flow.Command, error) {
	all, err := b.triggers(ctx)
	if err != nil {
		return nil, err
	}
	var flows []*flow.Flow
	for _, t := range all {
		if !t.off && !slices.Contains(flows, t.rev.flow) {
			flows = append(flows, t.rev.flow)
		}
	}
	return flow.Commands(flows), nil
}

// commandsFor are the commands whose flows somebody may start.
func (b *Bot) commandsFor(ctx context.Context, by engine.Principal) ([]flow.Command, error) {
	all, err := b.Commands(ctx)
	if err != nil {
		return nil, err
	}
	may := b.sight(ctx, by, access.StartExecution)
	return slices.DeleteFunc(all, func(c flow.Command) bool { return !may(c.Namespace) }), nil
}

// owns reports whether a flow has a command.
func (b *Bot) owns(ctx context.Context, name string) bool {
	all, err := b.Commands(ctx)
	return err == nil && slices.ContainsFunc(all, func(c flow.Command) bool { return c.Name == name })
}

// typedCommand is a flow's own command as somebody typed it.
type typedCommand struct {
	trigger *armed
	by      engine.Principal
	text    string
	place   string
}

// slash does a flow's own command: it opens the flow's form, or starts the flow at
// once if everything that it needs was typed as key=value.
func (b *Bot) slash(ctx context.Context, c adapters.Command) (adapters.Reply, error) {
	by, err := b.Identify(ctx, c.Actor)
	if err != nil {
		return turned(err)
	}
	t, err := b.owner(ctx, c.Name, by)
	if err != nil {
		return turned(err)
	}
	k := typedCommand{trigger: t, by: by, text: strings.TrimSpace(c.Text), place: c.Place}
	given, err := command.ReadValues(c.Text)
	if fault, ok := errors.AsType[*command.FaultError](err); ok && fault.Key != "" || len([]rune(c.Text)) > command.MaxText {
		return adapters.Reply{Kind: adapters.Turned, Code: string(engine.BadInput), Text: err.Error()}, nil
	}
	values, err := b.slashValues(ctx, k)
	if err != nil {
		return turned(err)
	}
	named := typed(given, c.People)
	maps.Copy(values, named)
	s := subject{kind: subjectSlash, flow: t.flow, trigger: t.id, text: k.text}
	sheet, questions, err := b.startSheet(ctx, by, s, values)
	if err == nil {
		err = stray(questions, named)
	}
	if err != nil {
		return turned(err)
	}
	if len(sheet.Fields) == 0 || len(named) > 0 && b.complete(ctx, questions, values) {
		return b.fireSlash(ctx, k, values, cameBy{c.Once, c.Evidence})
	}
	sheet.Title = c.Name
	return b.opened(sheet, c.Actor), nil
}

// complete reports whether values are all that a flow needs.
func (b *Bot) complete(ctx context.Context, questions []flow.Field, values map[string]any) bool {
	ready, err := b.prepared(ctx, questions, values)
	if err != nil {
		return false
	}
	_, faults := flow.Bind(questions, ready)
	return len(faults) == 0
}

// owner is the trigger with a command, for somebody who may start its flow.
func (b *Bot) owner(ctx context.Context, name string, by engine.Principal) (*armed, error) {
	all, err := b.triggers(ctx)
	if err != nil {
		return nil, err
	}
	may := b.sight(ctx, by, access.StartExecution)
	var on []*armed
	var names []string
	off := false
	for _, t := range all {
		spec, ok := t.spec.Spec.(*flow.SlashCommand)
		if !ok || spec.Command != name || !may(t.flow.Namespace) {
			continue
		}
		if no, err := b.switchedOff(ctx, t); err != nil {
			return nil, err
		} else if no {
			off = true
			continue
		}
		on, names = append(on, t), append(names, t.flow.String())
	}
	switch {
	case len(on) == 1:
		return on[0], nil
	case len(on) > 1:
		return nil, refuse(engine.NotAllowed, "The command %s belongs to more than one flow, so it starts none: %s. Ask whoever keeps them to rename one.", name, either(names))
	case off:
		return nil, refuse(engine.NotAllowed, "The command %s is switched off.", name)
	}
	return nil, refuse(engine.NotFound, "There is no command %s, or you may not start its flow. Type “%s help” to see what there is.", prose.Cut(prose.OneLine(name), 40), command.Reserved)
}

// firing is the command as it moves its trigger.
func (k typedCommand) firing(b *Bot) firing {
	spec, _ := k.trigger.spec.Spec.(*flow.SlashCommand)
	now := b.Store.Now()
	return firing{
		armed: k.trigger, at: now.UTC(), conditions: spec.Conditions, by: k.by,
		root: map[string]any{
			"command": spec.Command, "text": prose.Clean(k.text), "user": string(k.by.Person), "name": k.by.Name,
			"channel": k.place, "date": stamp(now),
		},
	}
}

// slashValues are what the trigger itself gives to the flow's inputs. It refuses
// where a condition says no.
func (b *Bot) slashValues(ctx context.Context, k typedCommand) (map[string]any, error) {
	f := k.firing(b)
	env, err := b.triggerEnv(ctx, f)
	if err != nil {
		return nil, err
	}
	spec, _ := k.trigger.spec.Spec.(*flow.SlashCommand)
	ok, problem := f.wanted(match.Subject{At: f.at, Env: env})
	if problem == nil && !ok {
		return nil, refuse(engine.NotAllowed, "%s starts nothing now: what the flow %s wants for it is not so.", spec.Command, k.trigger.flow)
	}
	cmd, err := f.command(env)
	if problem = errors.Join(problem, err); problem != nil {
		b.Log.WarnContext(ctx, "a command could not start its flow", "flow", k.trigger.flow.String(), "trigger", k.trigger.id, "err", problem)
		return nil, refuse(engine.NotAllowed, "%s starts nothing: the flow %s could not make its inputs. Tell whoever keeps it.", spec.Command, k.trigger.flow)
	}
	values := map[string]any{}
	for id, v := range cmd.Inputs {
		if v != nil && v != "" {
			values[id] = v
		}
	}
	return values, nil
}

// slashSheet draws the form of a command anew.
func (b *Bot) slashSheet(ctx context.Context, by engine.Principal, s subject, c adapters.SheetCall) (adapters.Sheet, error) {
	k, err := b.reopened(ctx, by, s, c)
	if err != nil {
		return adapters.Sheet{}, err
	}
	values, err := b.slashValues(ctx, k)
	if err != nil {
		return adapters.Sheet{}, err
	}
	maps.Copy(values, foreign(c.Values))
	sheet, _, err := b.startSheet(ctx, by, s, values)
	if spec, ok := k.trigger.spec.Spec.(*flow.SlashCommand); ok {
		sheet.Title = spec.Command
	}
	return sheet, err
}

// reopened is the command that a form was opened by, if it may still be typed.
func (b *Bot) reopened(ctx context.Context, by engine.Principal, s subject, c adapters.SheetCall) (typedCommand, error) {
	if _, err := b.mayStart(ctx, s.flow, by); err != nil {
		return typedCommand{}, err
	}
	t, ok, err := b.trigger(ctx, triggerRef{s.flow, s.trigger})
	if err != nil {
		return typedCommand{}, err
	}
	if ok {
		_, ok = t.spec.Spec.(*flow.SlashCommand)
	}
	if !ok {
		return typedCommand{}, noForm()
	}
	if off, err := b.switchedOff(ctx, t); err != nil {
		return typedCommand{}, err
	} else if off {
		return typedCommand{}, refuse(engine.NotAllowed, "This command is switched off.")
	}
	return typedCommand{trigger: t, by: by, text: s.text, place: c.Place}, nil
}

// submitSlash takes the form of a command.
func (b *Bot) submitSlash(ctx context.Context, by engine.Principal, s subject, c adapters.SheetCall) (adapters.Reply, error) {
	k, err := b.reopened(ctx, by, s, c)
	if err != nil {
		return turned(err)
	}
	values, err := b.slashValues(ctx, k)
	if err != nil {
		return turned(err)
	}
	maps.Copy(values, foreign(c.Values)) // what was emptied in the form is empty
	return b.fireSlash(ctx, k, values, cameBy{c.Once, c.Evidence})
}
