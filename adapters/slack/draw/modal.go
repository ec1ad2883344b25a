package draw

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/wire"
)

// How much of a card a form shows above its questions: more than a message.
const (
	maxModalFacts     = 100
	maxModalFactValue = 1900
	maxModalBody      = 12_000
)

var errTooBig = errors.New("the form does not fit into Slack's limits")

// Modal draws the form that an action opens: what is decided, then the fields
// that the action asks for. What is submitted answers the version shown here;
// touched is the message in which it was asked for. Where there is no room for
// all of the card, the form says so and shows less of it. It fails if the
// questions alone do not fit into Slack's limits.
func Modal(card adapters.Card, action adapters.Action, touched adapters.MessageRef) (slackapi.ModalViewRequest, error) {
	return modalFor(card, action, touched, nil)
}

// ModalAgain is [Modal] for a form that is open: what the person typed stands in
// it, as far as it is still asked.
func ModalAgain(card adapters.Card, action adapters.Action, touched adapters.MessageRef, open wire.View) (slackapi.ModalViewRequest, error) {
	return modalFor(card, action, touched, open.State.Values)
}

func modalFor(card adapters.Card, action adapters.Action, touched adapters.MessageRef, typed draft) (slackapi.ModalViewRequest, error) {
	carried, err := wire.NewMetadata(wire.Aim{Request: card.Request, Version: card.Version, Action: action.ID}, touched)
	if err != nil {
		return slackapi.ModalViewRequest{}, err
	}
	return leaner(func(lean bool) (slackapi.ModalViewRequest, error) {
		return modal(card, action, carried, questions{asked(card.Form, action), action, typed, lean})
	})
}

// leaner draws a view, and once more with less of everything that is not asked if
// it does not fit.
func leaner(draw func(lean bool) (slackapi.ModalViewRequest, error)) (slackapi.ModalViewRequest, error) {
	view, err := draw(false)
	if err == nil || !errors.Is(err, errTooBig) {
		return view, err
	}
	return draw(true)
}

func modal(card adapters.Card, action adapters.Action, carried string, q questions) (slackapi.ModalViewRequest, error) {
	d := drawing{version: card.Version}
	d.section("title", d.fit(nonempty(oneLine(card.Title), action.Label), MaxSectionText))
	if q.lean {
		d.context("lean", textLean)
	} else {
		d.facts(card.Facts, factRoom{count: maxModalFacts, value: maxModalFactValue})
		d.body(card.Body, maxModalBody)
		d.links(card.Links)
	}
	if _, cut := fit(doing(action), MaxModalTitle, markShort); cut {
		d.section("action", d.fit(doing(action), MaxSectionText))
	}
	if action.Confirm != "" {
		d.section("confirm", d.fit("⚠ "+oneLine(action.Confirm), MaxSectionText))
	}
	if err := d.inputs(q); err != nil {
		return slackapi.ModalViewRequest{}, err
	}
	view := slackapi.ModalViewRequest{
		Type:            slackapi.VTModal,
		CallbackID:      wire.Callback,
		Title:           plainText(modalTitle(action, card.Ref)),
		Submit:          plainText(short(doing(action), MaxModalTitle, action.ID)),
		Close:           plainText(wordBack),
		PrivateMetadata: carried,
		Blocks:          slackapi.Blocks{BlockSet: d.blocks},
	}
	return view, sized(view)
}

// notice is a view that says something and asks nothing.
func notice(title, text string) slackapi.ModalViewRequest {
	text, _ = fit(nonempty(clean(text), title), MaxSectionText, markShort)
	return slackapi.ModalViewRequest{
		Type:   slackapi.VTModal,
		Title:  plainText(short(title, MaxModalTitle, "")),
		Close:  plainText(wordClose),
		Blocks: slackapi.Blocks{BlockSet: []slackapi.Block{slackapi.NewSectionBlock(plainText(text), nil, nil)}},
	}
}

// asked returns the fields of the form that the action asks for, in the order
// of the form, each marked as the action needs it.
func asked(form []adapters.Field, action adapters.Action) []adapters.Field {
	var fields []adapters.Field
	for _, f := range form {
		if slices.Contains(action.Asks, f.ID) {
			f.Required = f.Required || slices.Contains(action.Require, f.ID)
			fields = append(fields, f)
		}
	}
	return fields
}

// modalTitle is "Reject REQ-7K3F" if there is room for it.
func modalTitle(action adapters.Action, ref string) string {
	label := doing(action)
	if named := oneLine(label + " " + ref); len([]rune(named)) <= MaxModalTitle {
		return named
	}
	return short(label, MaxModalTitle, action.ID)
}

// doing is the label without the dots that promise a form.
func doing(action adapters.Action) string {
	label := strings.TrimSpace(strings.TrimSuffix(oneLine(action.Label), "…"))
	return nonempty(label, action.ID)
}

func sized(view slackapi.ModalViewRequest) error {
	return fits(view, view.Blocks.BlockSet)
}

// fits fails for a view that is larger than Slack takes.
func fits(view any, blocks []slackapi.Block) error {
	b, err := json.Marshal(view)
	if err != nil || len(b) > MaxViewBytes || len(blocks) > MaxViewBlocks {
		return errTooBig
	}
	return nil
}

// nonempty returns the first of the two that says something: Slack takes no
// empty text.
func nonempty(s, fallback string) string {
	if strings.TrimSpace(s) != "" {
		return s
	}
	return cmp.Or(strings.TrimSpace(fallback), "–")
}
