package flow

// asking are the keys of every input.
func asking() []Property {
	return []Property{
		{Name: "id", Kind: KindText, Required: true, Doc: "Its name. A dot nests: request.name is inputs.request.name.", Example: "employee"},
		{Name: "name", Kind: KindText, AliasOf: "id", Doc: "The older name of id."},
		{Name: "type", Kind: KindText, Required: true, Doc: "What is asked for."},
		{Name: "displayName", Kind: KindTemplate, Doc: "Its name for people."},
		{Name: "description", Kind: KindTemplate, Doc: "What it is for."},
		{Name: "required", Kind: KindFlag, Doc: "It must be filled in; true is the default."},
		{Name: "defaults", Kind: KindValue, Doc: "The value if nobody says another."},
		{Name: "prefill", Kind: KindValue, Doc: "What the form suggests."},
		{Name: "dependsOn", Kind: KindPart, Of: "dependsOn", Doc: "When it is asked at all."},
	}
}

func inputDefinitions() []Definition {
	number := func(name, doc string) Property { return Property{Name: name, Kind: KindNumber, Doc: doc} }
	text := func(name, doc string) Property { return Property{Name: name, Kind: KindText, Doc: doc} }
	shortest := Property{Name: "min", Kind: KindDuration, Doc: "The shortest that is taken."}
	longest := Property{Name: "max", Kind: KindDuration, Doc: "The longest that is taken."}
	least, most := number("min", "The smallest that is taken."), number("max", "The largest that is taken.")
	after, before := text("after", "The earliest that is taken."), text("before", "The latest that is taken.")
	pattern := text("validator", "A regular expression that the whole text must fit.")
	choices := []Property{
		{Name: "values", Kind: KindList, Of: "choice", Doc: "What is offered: texts, or maps of value and label.", Example: "[HR, Finance, IT]"},
		{Name: "expression", Kind: KindTemplate, Doc: "What is offered, computed: it must yield a list.", Example: `"{{ kv('teams') }}"`},
		{Name: "allowCustomValue", Kind: KindFlag, Doc: "Take other texts, too."},
		{Name: "autoSelectFirst", Kind: KindFlag, Doc: "The first choice is the default."},
	}
	items := Property{Name: "itemType", Kind: KindWord, Enum: []string{
		"STRING", "INT", "FLOAT", "BOOL", "BOOLEAN", "DATE", "TIME", "DATETIME", "DURATION", "EMAIL", "URI", "JSON", "YAML", "FILE",
	}, Doc: "The type of each item; STRING is the default."}
	define := func(name, doc, example string, own ...Property) Definition {
		return Definition{
			Sort: SortInput, Name: name, Doc: doc, Properties: with(asking(), own),
			Example: "id: answer\ntype: " + name + "\n" + example,
		}
	}
	offering := func(d Definition) Definition {
		d.Either = [][]string{{"values", "expression"}}
		return d
	}
	return []Definition{
		define("STRING", "A text.", "validator: '[A-Z]{2}[0-9]+'\n", pattern),
		define("INT", "A whole number.", "min: 1\nmax: 30\n", least, most),
		define("FLOAT", "A number.", "min: 0\n", least, most),
		define("BOOL", "Yes or no.", "displayName: Approve?\n"),
		define("BOOLEAN", "The older name of BOOL.", ""),
		define("DATE", "A day.", "after: 2026-01-01\n", after, before),
		define("TIME", "A time of the day.", "before: \"18:00:00\"\n", after, before),
		define("DATETIME", "A moment, with its zone.", "after: 2026-01-01T00:00:00Z\n", after, before),
		define("DURATION", "A length of time, as ISO 8601 writes it.", "min: PT1H\nmax: P7D\n", shortest, longest),
		offering(define("SELECT", "One of several.", "values: [HR, Finance, IT]\n", append(choices, Property{Name: "isRadio", Kind: KindFlag, Doc: "Show all choices at once."})...)),
		offering(define("ENUM", "The older name of SELECT.", "values: [A, B]\n", append(choices, Property{Name: "isRadio", Kind: KindFlag, Doc: "Show all choices at once."})...)),
		offering(define("MULTISELECT", "Some of several.", "values: [Laptop, Phone, Badge]\n", append(choices, items)...)),
		define("EMAIL", "A mail address.", ""),
		define("URI", "An address with its scheme.", ""),
		define("JSON", "Any JSON.", "jsonSchema: '{\"type\": \"object\"}'\n", Property{Name: "jsonSchema", Kind: KindValue, Doc: "A JSON Schema that it must fit."}),
		define("YAML", "Any YAML.", ""),
		define("ARRAY", "A list.", "itemType: INT\n", items),
		define("FILE", "A file that is uploaded.", "allowedFileExtensions: [.pdf]\n",
			Property{Name: "allowedFileExtensions", Kind: KindWords, Doc: "How its name may end.", Example: "[.pdf]"}, text("extension", "The older allowedFileExtensions: one ending.")),
		define("TEXT", "A text of several lines.", "validator: '(?s).{20,}'\n", pattern),
		define("RICHTEXT", "A text of several lines that may be formatted, as CommonMark.", ""),
		define("USER", "A person of signoff's directory, by name or mail address; the value is the person's name there.", ""),
		define("USERS", "Several people of signoff's directory.", ""),
		define("GROUP", "A group of signoff's directory.", ""),
		define("CHANNEL", "A channel, as the chat calls it.", ""),
		define("SECRET", "A text that is kept sealed and never shown.", "", pattern),
		{
			Sort: SortInput, Name: typeForm, Doc: "Inputs under one name: inputs.FORM.ID.",
			Properties: append(asking()[:6:6], asking()[8], Property{Name: "inputs", Kind: KindInputs, Required: true, Doc: "The inputs."}),
			Example:    "id: answer\ntype: FORM\ninputs:\n  - {id: city, type: STRING}\n",
		},
		{
			Sort: SortPart, Name: "choice", Alone: "value", Doc: "What is offered.",
			Properties: []Property{
				{Name: "value", Kind: KindText, Required: true, Doc: "The value."},
				text("label", "What people see in place of it."),
			}, Example: "value: hr\nlabel: Human resources\n",
		},
		{
			Sort: SortPart, Name: "dependsOn", Either: [][]string{{"inputs", "condition"}}, Doc: "When an input is asked.",
			Properties: []Property{
				{Name: "inputs", Kind: KindWords, Doc: "The inputs that must have a value."},
				{Name: "condition", Kind: KindTemplate, Doc: "What must be true.", Example: `"{{ inputs.kind == 'other' }}"`},
			}, Example: "inputs: [kind]\ncondition: \"{{ inputs.kind == 'other' }}\"\n",
		},
	}
}
