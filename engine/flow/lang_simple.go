package flow

// simpleDefinitions are the tasks that the engine does by itself.
func simpleDefinitions() []Definition {
	return []Definition{
		{
			Sort: SortTask, Name: string(TypeLog), Names: packages{"io.kestra.plugin.core.log", "io.kestra.core.tasks.log", "io.kestra.core.tasks.debugs"}.names("Log"),
			Doc: "Writes lines into the execution's log.",
			Properties: with(common(), []Property{
				{Name: "message", Kind: KindTexts, Required: true, Doc: "The line, or a list of lines.", Example: `"Booked for {{ inputs.employee }}"`},
				{Name: "level", Kind: KindWord, Enum: []string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR"}, Doc: "How grave it is; INFO is the default."},
			}),
			Example: "id: say\ntype: Log\nmessage: Hello\n",
		},
		{
			Sort: SortTask, Name: string(TypeReturn),
			Names:      packages{"io.kestra.plugin.core.debug", "io.kestra.core.tasks.debugs"}.names("Return", "Echo"),
			Doc:        "Puts a text into its output: outputs.ID.value. OutputValues keeps numbers, lists and maps as they are.",
			Properties: with(common(), []Property{{Name: "format", Kind: KindValue, Doc: "The text; a list or map that is written out stays one.", Example: `"{{ inputs.days * 8 }}"`}}, ignored("level")),
			Example:    "id: hours\ntype: Return\nformat: \"{{ 3 * 8 }}\"\n",
		},
		{
			Sort: SortTask, Name: string(TypeOutputValues), Names: packages{"io.kestra.plugin.core.output"}.names("OutputValues"), Doc: "Names values: outputs.ID.values.NAME.",
			Properties: with(common(), []Property{{Name: "values", Kind: KindMap, Required: true, Doc: "The values by their names."}}),
			Example:    "id: result\ntype: OutputValues\nvalues:\n  days: 3\n  who: \"{{ flow.id }}\"\n",
		},
		{
			Sort: SortTask, Name: string(TypeLabels), Names: packages{"io.kestra.plugin.core.execution", "io.kestra.core.tasks.executions"}.names("Labels"),
			Doc:        "Puts labels on the execution.",
			Properties: with(common(), []Property{{Name: "labels", Kind: KindValue, Required: true, Doc: "A map, or a list of key and value."}}),
			Example:    "id: mark\ntype: Labels\nlabels:\n  team: hr\n",
		},
		{
			Sort: SortTask, Name: string(TypeFail), Names: packages{"io.kestra.plugin.core.execution", "io.kestra.core.tasks.executions"}.names("Fail"),
			Doc: "Fails the execution.",
			Properties: with(common(), []Property{
				{Name: "condition", Kind: KindTemplate, Doc: "Fail only if this is true.", Example: `"{{ outputs.check.code >= 400 }}"`},
				{Name: "errorMessage", Kind: KindTemplate, Doc: "Why."},
			}),
			Example: "id: stop\ntype: Fail\ncondition: \"{{ 1 > 2 }}\"\nerrorMessage: The order is too large.\n",
		},
		{
			Sort: SortTask, Name: string(TypeAssert), Names: packages{"io.kestra.plugin.core.execution"}.names("Assert"), Doc: "Fails unless all conditions are true.",
			Properties: with(common(), []Property{
				{Name: "conditions", Kind: KindTexts, Required: true, Doc: "What must be true."},
				{Name: "errorMessage", Kind: KindTemplate, Doc: "Why it failed."},
			}),
			Example: "id: check\ntype: Assert\nconditions:\n  - \"{{ 2 > 1 }}\"\nerrorMessage: Numbers are broken.\n",
		},
		{
			Sort: SortTask, Name: string(TypeSleep), Names: packages{"io.kestra.plugin.core.flow"}.names("Sleep"), Doc: "Waits for a time.",
			Properties: with(common(), []Property{{Name: "duration", Kind: KindDuration, Required: true, Doc: "How long.", Example: "PT10S"}}),
			Example:    "id: wait\ntype: Sleep\nduration: PT10S\n",
		},
	}
}
