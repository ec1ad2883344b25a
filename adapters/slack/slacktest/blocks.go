package slacktest

import (
	"fmt"

	"signoff/adapters/slack/draw"
)

// checker knows the rules of Block Kit.
type checker struct {
	block rule
	modal shape
	home  shape
}

func newChecker() *checker {
	c := &checker{}
	c.block = typed(blockShapes(), func(surface, kind string) bool {
		return kind != "markdown" || surface == onMessage
	})
	label := plain(draw.MaxModalTitle)
	c.modal = shape{
		need: []string{"title", "blocks"},
		fields: map[string]rule{
			"title": label, "submit": label, "close": label,
			"blocks":           items(0, draw.MaxViewBlocks, c.block),
			"private_metadata": optional(draw.MaxPrivateMetadata),
			"callback_id":      optional(draw.MaxID),
			"external_id":      optional(draw.MaxID),
			"clear_on_close":   boolean, "notify_on_close": boolean,
		},
		also: needsSubmit,
	}
	c.home = shape{
		need: []string{"blocks"},
		fields: map[string]rule{
			"blocks":           items(0, draw.MaxViewBlocks, c.block),
			"private_metadata": optional(draw.MaxPrivateMetadata),
			"callback_id":      optional(draw.MaxID),
			"external_id":      optional(draw.MaxID),
		},
	}
	return c
}

// message checks the blocks of a message.
func (c *checker) message(blocks []any) []complaint {
	r := &report{surface: onMessage}
	items(0, draw.MaxMessageBlocks, c.block)(r, "/blocks", blocks)
	uniqueIDs(r, "/blocks", blocks)
	return r.faults
}

// view checks a modal or a Home tab.
func (c *checker) view(surface string, v object) []complaint {
	r := &report{surface: surface}
	if str(v, "type") != surface {
		r.fault("/view/type", "must be a valid enum value")
		return r.faults
	}
	if surface == onHome {
		c.home.check(r, "/view", v)
	} else {
		c.modal.check(r, "/view", v)
	}
	uniqueIDs(r, "/view/blocks", list(v, "blocks"))
	return r.faults
}

func needsSubmit(r *report, at string, v object) {
	for _, b := range list(v, "blocks") {
		if block, ok := b.(object); ok && str(block, "type") == "input" && v["submit"] == nil {
			r.fault(at, "missing required field: submit")
			return
		}
	}
}

// uniqueIDs refuses a block_id twice in a surface, and an action_id twice in a
// block.
func uniqueIDs(r *report, at string, blocks []any) {
	seen := map[string]bool{}
	for i, b := range blocks {
		block, ok := b.(object)
		if !ok {
			continue
		}
		if id := str(block, "block_id"); id != "" {
			if seen[id] {
				r.fault(fmt.Sprintf("%s/%d/block_id", at, i), "block_id %q already exists", id)
			}
			seen[id] = true
		}
		actions := map[string]bool{}
		for _, e := range interactive(block) {
			id := str(e, "action_id")
			if id != "" && actions[id] {
				r.fault(fmt.Sprintf("%s/%d", at, i), "action_id %q already exists", id)
			}
			actions[id] = true
		}
	}
}

func blockShapes() map[string]shape {
	all := map[string]shape{
		"header":  {need: []string{"text"}, fields: map[string]rule{"text": plain(draw.MaxHeader)}},
		"divider": {fields: map[string]rule{}},
		"section": {
			fields: map[string]rule{
				"text":      anyText(draw.MaxSectionText),
				"fields":    items(1, draw.MaxSectionFields, anyText(draw.MaxSectionField)),
				"accessory": element(inAccessory), "expand": boolean,
			},
			also: func(r *report, at string, o object) {
				if o["text"] == nil && o["fields"] == nil {
					r.fault(at, "missing required field: text")
				}
			},
		},
		"context": {need: []string{"elements"}, fields: map[string]rule{
			"elements": items(1, draw.MaxContextElements, contextElement()),
		}},
		"actions": {need: []string{"elements"}, fields: map[string]rule{
			"elements": items(1, draw.MaxActionsElements, element(inActions)),
		}},
		"input": {need: []string{"label", "element"}, fields: map[string]rule{
			"label": plain(draw.MaxInputLabel), "hint": plain(draw.MaxInputHint),
			"element": element(inInput), "optional": boolean, "dispatch_action": boolean,
		}},
		"image": {need: []string{"alt_text", "image_url"}, fields: map[string]rule{
			"alt_text": text(draw.MaxImageAlt), "image_url": webURL(draw.MaxImageURL),
			"title": plain(draw.MaxImageAlt),
		}},
		"markdown":  {need: []string{"text"}, fields: map[string]rule{"text": text(maxMarkdown)}},
		"rich_text": richText(),
	}
	for _, s := range all {
		s.fields["block_id"] = text(draw.MaxID)
	}
	return all
}

// maxMarkdown is the text of all markdown blocks together.
const maxMarkdown = 12_000

func contextElement() rule {
	texts, image := anyText(draw.MaxContextText), elementShapes()["image"]
	return func(r *report, at string, v any) {
		if o, ok := v.(object); ok && str(o, "type") == "image" {
			image.check(r, at, o)
			return
		}
		texts(r, at, v)
	}
}
