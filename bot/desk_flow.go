package bot

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"signoff/adapters"
	"signoff/bot/card"
	"signoff/bot/command"
	"signoff/bot/prose"
	"signoff/engine"
	"signoff/engine/access"
)

// offered is a flow that somebody may start.
type offered struct {
	ref engine.FlowRef
	rev revision
}

// offers are the flows that somebody may start, by namespace and id, also those
// that are switched off: they are told so.
func (b *Bot) offers(ctx context.Context, by engine.Principal) ([]offered, error) {
	all, err := b.latestAll(ctx)
	if err != nil {
		return nil, fmt.Errorf("list what can be started: %w", err)
	}
	may := b.sight(ctx, by, access.StartExecution)
	var out []offered
	for _, rev := range all {
		if may(rev.flow.Namespace) {
			out = append(out, offered{engine.FlowRef{Namespace: rev.flow.Namespace, ID: rev.flow.ID}, rev})
		}
	}
	return out, nil
}

// startableOnly leaves out what cannot be started now.
func startableOnly(all []offered) []offered {
	return slices.DeleteFunc(all, func(o offered) bool { return o.rev.startable() != nil })
}

// called finds the flow that somebody typed: "namespace/id", its id, or the end of
// one of these from a sign on. What is not there and what they may not start is
// refused alike.
func (b *Bot) called(ctx context.Context, name string, by engine.Principal, g command.Grammar) (engine.FlowRef, error) {
	all, err := b.offers(ctx, by)
	if err != nil {
		return engine.FlowRef{}, err
	}
	wanted := strings.ToLower(strings.Trim(strings.TrimSpace(name), "/"))
	for _, fits := range []func(ref engine.FlowRef) bool{
		func(ref engine.FlowRef) bool { return strings.ToLower(ref.String()) == wanted },
		func(ref engine.FlowRef) bool { return strings.ToLower(ref.ID) == wanted },
		func(ref engine.FlowRef) bool { return endsIn(strings.ToLower(ref.String()), wanted) },
		func(ref engine.FlowRef) bool { return strings.HasPrefix(strings.ToLower(ref.ID), wanted) },
	} {
		var found []string
		var ref engine.FlowRef
		for _, o := range all {
			if wanted != "" && fits(o.ref) {
				ref, found = o.ref, append(found, o.ref.String())
			}
		}
		switch {
		case len(found) == 1:
			return ref, nil
		case len(found) > 1:
			return ref, refuse(engine.BadInput, "%s may be %s. Write all of the name.", shown(name), either(found))
		}
	}
	var names []string
	for _, o := range startableOnly(all) {
		names = append(names, o.ref.String())
	}
	hint := ""
	if near := nearest(wanted, names); len(near) > 0 {
		hint = " Did you mean " + either(near) + "?"
	}
	return engine.FlowRef{}, refuse(engine.NotFound, "There is no flow %s, or you may not start it.%s Type “%s” to choose one.", shown(name), hint, g.Type("start"))
}

// endsIn reports whether a name ends with what was typed, from a sign on.
func endsIn(name, wanted string) bool {
	rest, ok := strings.CutSuffix(name, wanted)
	return ok && rest != "" && strings.ContainsAny(rest[len(rest)-1:], "/._-")
}

// nearest are the flows that somebody may have meant, by all of the name, by the id
// alone, or by a word of it.
func nearest(wanted string, names []string) []string {
	_, id, _ := strings.Cut(wanted, "/")
	ids := map[string]string{}
	var short []string
	for _, n := range names {
		_, last, _ := strings.Cut(n, "/")
		for _, part := range append(strings.FieldsFunc(last, func(r rune) bool { return r == '_' || r == '-' }), last) {
			ids[part] = n
			short = append(short, part)
		}
	}
	out := command.Nearest(wanted, names, maxGuesses)
	for _, guess := range command.Nearest(cmp.Or(id, wanted), short, maxGuesses) {
		if full := ids[guess]; !slices.Contains(out, full) {
			out = append(out, full)
		}
	}
	return out[:min(len(out), maxGuesses)]
}

// maxGuesses is how many guesses are named.
const maxGuesses = 3

// either joins names with commas and an "or".
func either(names []string) string {
	more := ""
	if len(names) > maxUnclear {
		names, more = names[:maxUnclear], " or others"
	}
	if len(names) == 1 || more != "" {
		return strings.Join(names, ", ") + more
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// fieldFlow is the field in which somebody chooses what to start. No input's name
// begins like this.
const (
	ownFields = "signoff."
	fieldFlow = ownFields + "flow"
)

// flowOptions are the choices of that field.
func flowOptions(all []offered) []adapters.Option {
	var out []adapters.Option
	for _, o := range startableOnly(all) {
		label := prose.OneLine(o.ref.ID)
		if text := prose.OneLine(o.rev.flow.Description); text != "" {
			label += " – " + text
		}
		out = append(out, adapters.Option{Value: o.ref.String(), Label: prose.Cut(label, maxFlowLabel)})
	}
	return out
}

// maxFlowLabel is how much of a flow's description stands beside its name.
const maxFlowLabel = 75

// picker is the field in which somebody chooses what to start.
func picker(all []offered, chosen string) adapters.Field {
	f := adapters.Field{
		ID: fieldFlow, Kind: adapters.SelectField, Label: "What do you want to start?", Required: true, Live: true,
		Initial: chosen, Options: flowOptions(all),
	}
	if len(f.Options) > adapters.MaxChoices {
		f.Options, f.Search = card.Choices(f.Options, ""), true
	}
	return f
}
