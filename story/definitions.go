package story

import (
	"slices"

	"signoff/engine/flow"
	"signoff/engine/flow/schema"
)

// Schema is the language of story files, for editors. The parser does not read
// it; a test holds the two together.
func Schema() schema.Document {
	return schema.Document{
		Title: "Stories of a flow", Root: "file", Empty: true,
		Definitions: slices.Concat(fileDefinitions(), stepDefinitions(), actDefinitions(), deedDefinitions()),
	}
}

func key(name string, kind flow.Kind, doc string) flow.Property {
	return flow.Property{Name: name, Kind: kind, Doc: doc}
}

func needed(p flow.Property) flow.Property { p.Required = true; return p }

// some is a key whose value is a list of parts, or one of them.
func some(name, of, doc string) flow.Property {
	return flow.Property{Name: name, Kind: flow.KindList, Of: of, Lone: true, Doc: doc}
}

func one(name, of, doc string) flow.Property {
	return flow.Property{Name: name, Kind: flow.KindPart, Of: of, Doc: doc}
}

func part(name, doc string, keys ...flow.Property) flow.Definition {
	return flow.Definition{Sort: flow.SortPart, Name: name, Doc: doc, Properties: keys}
}

// short lets a text stand in place of a part; it is the value of the key.
func short(d flow.Definition, alone string) flow.Definition { d.Alone = alone; return d }

// surrounding are the keys of a file and of each of its stories.
func surrounding() []flow.Property {
	return []flow.Property{
		{Name: "now", Kind: flow.KindText, Doc: "When the story begins; a Monday if absent.", Example: `"2026-01-05T09:00:00Z"`},
		some("people", "person", "Everybody whom the story knows."),
		key("groups", flow.KindMap, "Lists of ids of people, by the name of the group."),
		key("roles", flow.KindMap, "Lists of ids of people, by the role that they have in all namespaces; with them nobody may do more than their roles allow."),
		key("oncall", flow.KindMap, "Lists of ids of people who are on duty, by the name of the rota."),
		{Name: "approvers", Kind: flow.KindTexts, Doc: "Who may answer where the flow names nobody.", Example: `["group:finance"]`},
		some("deliver", "place", "Where questions go where the flow names no place."),
		key("kv", flow.KindMap, "Values that the flow reads with kv(), by key."),
		key("secrets", flow.KindMap, "Secrets by name."),
		key("files", flow.KindMap, "Texts that are there as files, by name."),
		{Name: "base_url", Kind: flow.KindText, Doc: "The address in links."},
		key("schedules", flow.KindFlag, "The flow's schedules start it as time passes."),
		{Name: "stubs", Kind: flow.KindMap, Of: "stub", Lone: true, Doc: "What tasks that call out answer, by id or type."},
		key("by", flow.KindText, "Who starts the flow."),
		key("inputs", flow.KindMap, "What the flow is given."),
		key("labels", flow.KindMap, "Labels of the execution."),
	}
}

func fileDefinitions() []flow.Definition {
	return []flow.Definition{
		part("file", "The stories of a flow, and what surrounds them.", append(surrounding(),
			key("flow", flow.KindText, "The file of the flow; the one beside this if absent."),
			key("with", flow.KindTexts, "Files of further flows."),
			flow.Property{Name: "stories", Kind: flow.KindList, Of: "story", Required: true, Doc: "The stories."})...),
		part("story", "What is put in, what happens, and what must come of it.", append(surrounding(),
			needed(key("name", flow.KindText, "What it is about.")),
			one("start", "start", "How the flow is started; none does not start it."),
			some("steps", "step", "What happens, in this order."),
			some("expect", "expect", "What must be true in the end."))...),
		short(part("person", "Somebody.",
			key("id", flow.KindText, "The mail address."), key("name", flow.KindText, "The name; made of the id if absent."),
			key("inactive", flow.KindFlag, "The account is closed."), key("manager", flow.KindText, "The id of whom they report to."),
			flow.Property{Name: "hours", Kind: flow.KindText, Doc: "When they work; always if absent.", Example: "09:00-17:00 mon-fri"},
			flow.Property{Name: "zone", Kind: flow.KindText, Doc: "The time zone of their hours; UTC if absent.", Example: "Europe/Zurich"}), "id"),
		part("place", "Where questions go.",
			key("slack", flow.KindText, "In Slack."), key("teams", flow.KindText, "In Teams."), key("email", flow.KindText, "By mail.")),
		short(part("stub", "What a task answers that calls out; ok is an empty success.",
			key("match", flow.KindMap, "What is sent must fit."),
			key("times", flow.KindNumber, "How often it is given."),
			key("outputs", flow.KindMap, "Its outputs."),
			key("problem", flow.KindText, "It fails, with this text."),
			flow.Property{Name: "takes", Kind: flow.KindDuration, Doc: "How long it takes.", Example: "PT5M"},
			some("logs", "line", "What it logs.")), "ok"),
		short(part("line", "A line of the log.", key("level", flow.KindText, "How grave it is."), key("text", flow.KindText, "What it says.")), "text"),
	}
}

func stepDefinitions() []flow.Definition {
	step := part("step", "Something that happens.",
		flow.Property{Name: "wait", Kind: flow.KindDuration, Doc: "Time passes.", Example: "P1D"},
		flow.Property{Name: "until", Kind: flow.KindText, Doc: "Time passes until a moment.", Example: `"2026-01-06T09:00:00Z"`},
		one("start", "start", "Somebody starts a flow; it needs as."),
		one("answer", "answer", "Somebody answers a request."),
		one("expect", "expect", "What must be true now."))
	for _, v := range verbs() {
		step.Properties = append(step.Properties, one(string(v), actOf(v), "What somebody does to an execution."))
	}
	for _, k := range deeds() {
		step.Properties = append(step.Properties, one(string(k), string(k), "What somebody does with a request."))
	}
	step.Properties = append(step.Properties, one("away", "away", "Somebody is away from now on."), one("back", "back", "Somebody is back."))
	step.Single = true
	expect := part("expect", "What must be true of an execution.", key("of", flow.KindText, "Of which one; the story's own if absent."))
	for _, k := range lists() {
		kind := flow.KindValue
		if k == State || k == Problem {
			kind = flow.KindText
		}
		expect.Properties = append(expect.Properties, key(string(k), kind, "What it must be."))
	}
	for _, k := range tables() {
		expect.Properties = append(expect.Properties, key(string(k), flow.KindMap, "What each of them must be, by name."))
	}
	return []flow.Definition{
		step, short(expect, string(State)),
		short(part("start", "How a flow is started.",
			key("as", flow.KindText, "What later steps call the execution."),
			key("flow", flow.KindText, "Which flow of the file; the story's own if absent."),
			key("by", flow.KindText, "Who starts it."),
			key("inputs", flow.KindMap, "What it is given."), key("labels", flow.KindMap, "Labels of the execution."),
			key("refused", flow.KindText, "It must be refused, with this in the text."),
			key("webhook", flow.KindText, "The id of a webhook that is called in place of that."),
			key("body", flow.KindValue, "What the webhook is sent."),
			key("headers", flow.KindMap, "Headers of the call."), key("parameters", flow.KindMap, "What stands behind the ? of the address.")), None),
		part("answer", "What a person does at a request.",
			key("of", flow.KindText, "At which execution; the story's own if absent."),
			needed(key("gate", flow.KindText, "The id of the Pause; ask[b] is that of a value in a loop.")),
			key("value", flow.KindText, "Which value of a loop."), key("iteration", flow.KindNumber, "Which round of a loop, from 1."),
			needed(key("by", flow.KindText, "Who answers.")),
			flow.Property{Name: "on", Kind: flow.KindWord, Enum: surfaces(), Doc: "Where; slack if absent."},
			key("approve", flow.KindFlag, "Approve or reject."), key("press", flow.KindText, "Which button, by its id or label."),
			key("values", flow.KindMap, "What is filled in."), key("seen", flow.KindNumber, "Which version of the request the person saw; the latest if absent."),
			key("refused", flow.KindText, "It must be refused, with this in the text."),
			key("invalid", flow.KindMap, "What must be told of each field.")),
	}
}

func verbs() []Verb { return []Verb{Kill, Cancel, Hold, Release, Restart, Replay, Relabel, ForceRun} }

// actOf names the part that says what a verb takes.
func actOf(v Verb) string {
	switch v {
	case Cancel, Relabel, Replay:
		return string(v)
	case Kill, Hold, Release, Restart, ForceRun:
	}
	return "act"
}

func actDefinitions() []flow.Definition {
	act := func(name string, keys ...flow.Property) flow.Definition {
		return short(part(name, "What somebody does to an execution.", append([]flow.Property{
			key("of", flow.KindText, "To which one; the story's own if absent."), key("by", flow.KindText, "Who does it."),
			key("refused", flow.KindText, "It must be refused, with this in the text."),
		}, keys...)...), "by")
	}
	return []flow.Definition{
		act("act"),
		act(string(Cancel), key("reason", flow.KindText, "Why.")),
		act(string(Relabel), key("labels", flow.KindMap, "The labels.")),
		act(string(Replay), key("from", flow.KindText, "From which task on."),
			key("inputs", flow.KindMap, "Other inputs."), key("as", flow.KindText, "What later steps call the new execution.")),
	}
}
