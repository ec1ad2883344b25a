package draw

import (
	"maps"
	"slices"
	"strings"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/wire"
)

// maxErrorText bounds the text at a field; it must be read at a glance.
const maxErrorText = 500

// Outcome is what a person sees of an answer: the form closes, or says at each
// field what is wrong, or makes room for the reason why nothing was recorded.
func Outcome(v wire.View, ans adapters.Answer) *slackapi.ViewSubmissionResponse {
	switch ans.Kind {
	case adapters.Recorded, adapters.Repeated:
		return nil
	case adapters.Invalid:
		return invalid(v, ans)
	case adapters.Refused, adapters.Shown:
	}
	return Replaced(nonempty(ans.Text, TextChanged))
}

// invalid puts each text at its field. Slack shows errors at visible inputs
// only, so a text about anything else goes to the first one.
func invalid(v wire.View, ans adapters.Answer) *slackapi.ViewSubmissionResponse {
	visible := v.Fields()
	if len(visible) == 0 {
		return Replaced(nonempty(fieldTexts(ans), TextChanged))
	}
	texts := map[string]string{}
	rest := adapters.Answer{Fields: map[string]string{}}
	for field, text := range ans.Fields {
		if id := wire.FieldPrefix + field; slices.Contains(visible, id) {
			texts[id] = errorText(text)
		} else {
			rest.Fields[field] = text
		}
	}
	if len(texts) == 0 {
		rest.Text = ans.Text
	}
	if more := fieldTexts(rest); more != "" || len(texts) == 0 {
		first := visible[0]
		texts[first] = errorText(strings.TrimSpace(texts[first] + "\n" + nonempty(more, TextChanged)))
	}
	return slackapi.NewErrorsViewSubmissionResponse(texts)
}

// Unseen reports whether something is wrong with a field that the form does not
// show: it depends on an answer that was given since the form was drawn.
func Unseen(v wire.View, ans adapters.Answer) bool {
	visible := v.Fields()
	for field := range ans.Fields {
		if ans.Kind == adapters.Invalid && !slices.Contains(visible, wire.FieldPrefix+field) {
			return true
		}
	}
	return false
}

// Kept says what went wrong and leaves the form as it was filled in.
func Kept(v wire.View, text string) *slackapi.ViewSubmissionResponse {
	visible := v.Fields()
	if len(visible) == 0 {
		return Replaced(text)
	}
	return slackapi.NewErrorsViewSubmissionResponse(map[string]string{visible[0]: errorText(text)})
}

// Replaced puts the reason in the place of the form.
func Replaced(text string) *slackapi.ViewSubmissionResponse {
	view := notice(titleNotRecorded, text)
	return slackapi.NewUpdateViewSubmissionResponse(&view)
}

func errorText(text string) string {
	text, _ = fit(nonempty(clean(text), TextChanged), maxErrorText, markShort)
	return text
}

// Spoken is what an answer says to the person who pressed; "" is nothing.
func Spoken(ans adapters.Answer) string {
	switch ans.Kind {
	case adapters.Recorded, adapters.Repeated:
		return ""
	case adapters.Invalid:
		return nonempty(fieldTexts(ans), TextChanged)
	case adapters.Refused, adapters.Shown:
	}
	return nonempty(ans.Text, TextChanged)
}

// fieldTexts joins what is wrong with fields that the person does not see.
func fieldTexts(ans adapters.Answer) string {
	var lines []string
	for field, text := range ans.Fields {
		lines = append(lines, field+": "+text)
	}
	slices.Sort(lines)
	if ans.Text != "" {
		lines = append([]string{ans.Text}, lines...)
	}
	return strings.Join(lines, "\n")
}

// Shrunk makes a response to a form, v, one that fits. Of the texts at fields it
// keeps those of the first fields; the others are said after the next attempt.
func Shrunk(v *wire.View, response *slackapi.ViewSubmissionResponse, fits func(*slackapi.ViewSubmissionResponse) bool) *slackapi.ViewSubmissionResponse {
	if response == nil || fits(response) {
		return response
	}
	if len(response.Errors) == 0 || v == nil {
		return Replaced(TextChanged)
	}
	kept := map[string]string{}
	for _, field := range v.Fields() {
		text, found := response.Errors[field]
		if !found {
			continue
		}
		kept[field] = text
		if !fits(slackapi.NewErrorsViewSubmissionResponse(kept)) {
			delete(kept, field)
			break
		}
	}
	return slackapi.NewErrorsViewSubmissionResponse(kept)
}

// Plainly is what a response would have shown, as a text for another place.
func Plainly(response *slackapi.ViewSubmissionResponse) string {
	if len(response.Errors) > 0 {
		return strings.Join(slices.Sorted(maps.Values(response.Errors)), "\n")
	}
	if response.View != nil && len(response.View.Blocks.BlockSet) > 0 {
		if said, ok := response.View.Blocks.BlockSet[0].(*slackapi.SectionBlock); ok {
			return said.Text.Text
		}
	}
	return TextChanged
}
