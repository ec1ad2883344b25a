package draw

import (
	"strings"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/wire"
)

// Sheet draws a form that belongs to no card. carried is what comes back with it;
// said, if not empty, stands above the questions: why it is shown again. It fails
// if the form does not fit into Slack's limits.
func Sheet(s adapters.Sheet, carried wire.Sheet, said string) (slackapi.ModalViewRequest, error) {
	return sheetFor(s, carried, said, nil)
}

// SheetAgain is [Sheet] for a form that is open: what the person typed stands in
// it, as far as it is still asked.
func SheetAgain(s adapters.Sheet, carried wire.Sheet, said string, open wire.View) (slackapi.ModalViewRequest, error) {
	return sheetFor(s, carried, said, open.State.Values)
}

func sheetFor(s adapters.Sheet, carried wire.Sheet, said string, typed draft) (slackapi.ModalViewRequest, error) {
	carried.Subject = s.Subject
	metadata, err := carried.Metadata()
	if err != nil {
		return slackapi.ModalViewRequest{}, err
	}
	return leaner(func(lean bool) (slackapi.ModalViewRequest, error) {
		return sheet(s, metadata, said, questions{fields: s.Fields, typed: typed, lean: lean})
	})
}

func sheet(s adapters.Sheet, metadata, said string, q questions) (slackapi.ModalViewRequest, error) {
	d := drawing{}
	d.said(said)
	if _, cut := fit(oneLine(s.Title), MaxModalTitle, markShort); cut {
		d.section("title", d.fit(oneLine(s.Title), MaxSectionText))
	}
	if !q.lean {
		d.body(s.Intro, maxModalBody)
	}
	if err := d.inputs(q); err != nil {
		return slackapi.ModalViewRequest{}, err
	}
	if len(d.blocks) == 0 { // Slack takes no empty view
		d.section("title", nonempty(oneLine(s.Title), s.Submit))
	}
	view := slackapi.ModalViewRequest{
		Type:            slackapi.VTModal,
		CallbackID:      wire.SheetCallback,
		Title:           plainText(short(s.Title, MaxModalTitle, "signoff")),
		Submit:          plainText(short(s.Submit, MaxModalTitle, wordSubmit)),
		Close:           plainText(wordBack),
		PrivateMetadata: metadata,
		Blocks:          slackapi.Blocks{BlockSet: d.blocks},
	}
	return view, sized(view)
}

// Marked is a form with a text above its questions: why it is shown again.
func Marked(view slackapi.ModalViewRequest, said string) slackapi.ModalViewRequest {
	d := drawing{}
	d.said(said)
	view.Blocks.BlockSet = append(d.blocks, view.Blocks.BlockSet...)
	return view
}

// said is a text above a form. Its block has a name of its own, whatever stands
// below.
func (d *drawing) said(text string) {
	if text = strings.TrimSpace(clean(text)); text != "" {
		text, _ = fit("⚠ "+text, MaxSectionText, markShort)
		d.add(slackapi.NewSectionBlock(plainText(text), nil, nil, slackapi.SectionBlockOptionBlockID("said")))
	}
}

// Notice is a view that says something and asks nothing.
func Notice(title, text string) slackapi.ModalViewRequest { return notice(title, text) }

// Loading is a view for the time until there is something to show.
func Loading() slackapi.ModalViewRequest { return notice(titleLoading, TextLoading) }

// Waiting is the answer to a form that takes longer than Slack waits: a view in
// its place, which is found again by the name external.
func Waiting(external, text string) *slackapi.ViewSubmissionResponse {
	view := notice(titleWorking, text)
	view.ExternalID = external
	return slackapi.NewUpdateViewSubmissionResponse(&view)
}

// Reported is the answer to a form whose result a person shall read.
func Reported(text string) *slackapi.ViewSubmissionResponse {
	view := notice(TitleDone, text)
	return slackapi.NewUpdateViewSubmissionResponse(&view)
}

// Shown is the answer to a form that another view replaces.
func Shown(view slackapi.ModalViewRequest) *slackapi.ViewSubmissionResponse {
	return slackapi.NewUpdateViewSubmissionResponse(&view)
}

// Choices are options that Slack can show and bring back; others are left out.
func Choices(options []adapters.Option) []*slackapi.OptionBlockObject {
	drawn := []*slackapi.OptionBlockObject{}
	for _, o := range options {
		if len(drawn) == MaxSelectOptions {
			break
		}
		if fitting([]adapters.Option{o}) {
			drawn = append(drawn, option(o))
		}
	}
	return drawn
}
