package story

import "signoff/engine/flow"

// deedDefinitions are what people do with requests besides answering them, and
// that they are away.
func deedDefinitions() []flow.Definition {
	deed := func(k DeedKind, doc string, keys ...flow.Property) flow.Definition {
		return part(string(k), doc, append([]flow.Property{
			key("of", flow.KindText, "At which execution; the story's own if absent."),
			needed(key("gate", flow.KindText, "The id of the Pause; ask[b] is that of a value in a loop.")),
			key("value", flow.KindText, "Which value of a loop."), key("iteration", flow.KindNumber, "Which round of a loop, from 1."),
			needed(key("by", flow.KindText, "Who does it.")),
			key("refused", flow.KindText, "It must be refused, with this in the text."),
			key("invalid", flow.KindMap, "What must be told of each field."),
		}, keys...)...)
	}
	reason, text := key("reason", flow.KindText, "Why."), key("text", flow.KindText, "What they write.")
	to := needed(key("to", flow.KindText, "Who gets the seat."))
	return []flow.Definition{
		deed(Delegate, "Somebody lets another person answer for them.", to, key("until", flow.KindText, "Until when, as a person would write it: a moment, a day or a duration; to the end if absent."), reason),
		deed(Reassign, "Somebody with the right to gives a seat to another person.", needed(key("from", flow.KindText, "Whose seat.")), to, reason),
		deed(SendBack, "Somebody who could answer asks for changes.", text),
		deed(Resubmit, "The requester answers with changed inputs.", key("inputs", flow.KindMap, "The changed inputs."), text),
		deed(Comment, "Somebody asks a question, or replies.", text),
		deed(Withdraw, "The requester takes the request back.", reason),
		deed(Override, "Somebody with the right to approves over the heads of those who are asked.", reason,
			key("values", flow.KindMap, "What is filled in.")),
		short(part("away", "Somebody is away.", needed(key("by", flow.KindText, "Who.")),
			key("from", flow.KindText, "Since when; now if absent."), key("until", flow.KindText, "Until when; open if absent."),
			key("stand_in", flow.KindText, "Who answers for them meanwhile."), key("refused", flow.KindText, "It must be refused, with this in the text.")), "by"),
		short(part("back", "Somebody is back.", needed(key("by", flow.KindText, "Who.")),
			key("refused", flow.KindText, "It must be refused, with this in the text.")), "by"),
	}
}
