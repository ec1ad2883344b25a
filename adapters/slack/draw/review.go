package draw

import (
	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/wire"
)

// maxReviewNotes is how many small lines a modal shows.
const maxReviewNotes = 60

// Review draws a card in a modal: all of it, and its buttons. reasons, if there
// are any, stand below. said, if not empty, stands above: what came of a press.
func Review(card adapters.Card, reasons adapters.Text, said string) (slackapi.ModalViewRequest, error) {
	d := drawing{version: card.Version}
	d.said(said)
	d.section("title", d.fit(nonempty(oneLine(card.Title), card.Ref), MaxSectionText))
	d.facts(card.Facts, factRoom{count: maxModalFacts, value: maxModalFactValue})
	d.body(card.Body, maxModalBody)
	notes := card.Notes
	for len(notes) > 0 && len(d.blocks) < maxReviewNotes { // a block holds as many as a card shows
		n := min(len(notes), maxNotes)
		d.notes(notes[:n])
		notes = notes[n:]
	}
	d.cut = d.cut || len(notes) > 0
	d.links(card.Links)
	d.body(reasons, maxModalBody)
	buttons := buttonsOf(card)
	d.names(card)
	var elements []slackapi.BlockElement
	for _, action := range buttons {
		prefix := wire.ActPrefix
		if len(action.Asks) > 0 {
			prefix = wire.FormPrefix
		}
		elements = append(elements, button(action, card.Title, wire.ButtonID(prefix, action.ID, action.n)))
	}
	if len(elements) > 0 {
		d.add(slackapi.NewActionBlock(d.id("actions"), elements...))
	}
	view := slackapi.ModalViewRequest{
		Type:       slackapi.VTModal,
		CallbackID: wire.ReviewCallback,
		Title:      plainText(short(nonempty(card.Ref, card.Title), MaxModalTitle, wordRequest)),
		Close:      plainText(wordClose),
		Blocks:     slackapi.Blocks{BlockSet: d.blocks},
	}
	return view, sized(view)
}

// ReviewButton opens a request in a modal. It decides nothing. n tells it from
// others in the same block.
func ReviewButton(i adapters.Item) *slackapi.ButtonBlockElement {
	value := wire.ButtonValue(wire.Aim{Request: i.Request, Version: i.Version, Action: wire.ReviewAction[len("see:"):]}, wire.ReviewAction)
	b := slackapi.NewButtonBlockElement(wire.ReviewAction, value, plainText(wordReview))
	b.AccessibilityLabel = short(wordReview+": "+i.Title, MaxAccessibilityLabel, wordReview)
	return b
}
