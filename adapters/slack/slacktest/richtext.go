package slacktest

import (
	"maps"
	"math"
)

// unlimited is for lists that Slack bounds only by the size of the message.
const unlimited = math.MaxInt32

func richText() shape {
	return shape{need: []string{"elements"}, fields: map[string]rule{
		"elements": items(1, unlimited, typed(richShapes(), nil)),
	}}
}

// richShapes are the parts of a rich text: sections, lists, quotes, code.
func richShapes() map[string]shape {
	inline := items(0, unlimited, typed(inlineShapes(), nil))
	border := whole(0, 1)
	section := shape{need: []string{"elements"}, fields: map[string]rule{"elements": inline}}
	return map[string]shape{
		"rich_text_section": section,
		"rich_text_quote": {need: []string{"elements"}, fields: map[string]rule{
			"elements": inline, "border": border,
		}},
		"rich_text_preformatted": {need: []string{"elements"}, fields: map[string]rule{
			"elements": items(0, unlimited, typed(codeShapes(), nil)), "border": border,
			"language": text(unlimited),
		}},
		"rich_text_list": {need: []string{"elements", "style"}, fields: map[string]rule{
			"elements": items(0, unlimited, typed(map[string]shape{"rich_text_section": section}, nil)),
			"style":    oneOf("bullet", "ordered"), "indent": whole(0, 8),
			"offset": whole(0, unlimited), "border": border,
		}},
	}
}

// inlineShapes are what a line of rich text is made of.
func inlineShapes() map[string]shape {
	all := codeShapes()
	style := shape{fields: map[string]rule{
		"bold": boolean, "italic": boolean, "strike": boolean, "highlight": boolean,
		"client_highlight": boolean, "unlink": boolean, "underline": boolean, "code": boolean,
	}}.check
	maps.Copy(all, map[string]shape{
		"emoji":     {need: []string{"name"}, fields: map[string]rule{"name": text(unlimited), "unicode": text(unlimited)}},
		"user":      {need: []string{"user_id"}, fields: map[string]rule{"user_id": text(unlimited)}},
		"usergroup": {need: []string{"usergroup_id"}, fields: map[string]rule{"usergroup_id": text(unlimited)}},
		"channel":   {need: []string{"channel_id"}, fields: map[string]rule{"channel_id": text(unlimited)}},
		"broadcast": {need: []string{"range"}, fields: map[string]rule{"range": oneOf("here", "channel", "everyone")}},
		"date": {need: []string{"timestamp", "format"}, fields: map[string]rule{
			"timestamp": whole(0, math.MaxInt64), "format": text(unlimited),
			"url": webURL(unlimited), "fallback": text(unlimited),
		}},
	})
	for _, s := range all {
		s.fields["style"] = style
	}
	return all
}

// codeShapes are what a code block is made of.
func codeShapes() map[string]shape {
	return map[string]shape{
		"text": {need: []string{"text"}, fields: map[string]rule{"text": text(unlimited)}},
		"link": {need: []string{"url"}, fields: map[string]rule{
			"url": text(unlimited), "text": text(unlimited), "unsafe": boolean,
		}},
	}
}

// richBlock is a whole rich text, as a field holds it.
func richBlock(r *report, at string, v any) {
	typed(map[string]shape{"rich_text": richText()}, nil)(r, at, v)
}
