package flow

// executionStates are the words for the state of an execution.
func executionStates() []string {
	return []string{
		"CREATED", "SUBMITTED", "RUNNING", "PAUSED", "RESTARTED", "KILLING", "SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED",
		"QUEUED", "RETRYING", "RETRIED", "SKIPPED", "BREAKPOINT", "RESUBMITTED",
	}
}

// triggering are the keys of every trigger.
func triggering() []Property {
	return with([]Property{
		{Name: "id", Kind: KindText, Required: true, Doc: "Its name, once in the flow.", Example: "every_morning"},
		{Name: "type", Kind: KindText, Required: true, Doc: "What it waits for: a short name, or Kestra's."},
		{Name: "description", Kind: KindText, Doc: "What it is for."},
		{Name: "disabled", Kind: KindFlag, Doc: "It starts nothing."},
		{Name: "when", Kind: KindTemplate, Doc: "It starts something only if this is true."},
		{Name: "inputs", Kind: KindMap, Doc: "What the execution is given."},
		{Name: "labels", Kind: KindLabels, Doc: "Labels of the execution: a map, or a list of key and value."},
		{Name: "allowConcurrent", Kind: KindFlag, Doc: "Start one while the last one still runs."},
		{Name: "stopAfter", Kind: KindTexts, Enum: executionStates(), Doc: "Disable the trigger when its execution ended so."},
		{Name: "conditions", Kind: KindList, Of: "condition", Doc: "Kestra's older conditions, which must all hold."},
	}, ignored("workerGroup", "workerSelector", "logLevel", "logToFile", "version", "assets", "failOnTriggerError"))
}

func triggerDefinitions() []Definition {
	names := func(last string) []string {
		return packages{"io.kestra.plugin.core.trigger", "io.kestra.core.models.triggers.types"}.names(last)
	}
	wait := func(name, doc string) Property {
		return Property{Name: name, Kind: KindDuration, Doc: doc, Example: "PT1H"}
	}
	clock := func(name, doc string) Property {
		return Property{Name: name, Kind: KindText, Doc: doc, Example: `"09:00:00"`}
	}
	states := Property{Name: "states", Kind: KindTexts, Enum: executionStates(), Doc: "In which states.", Example: "[SUCCESS, WARNING]"}
	upstream := []Property{
		{Name: "namespace", Kind: KindText, Doc: "In which namespace; any if absent."},
		{Name: "flowId", Kind: KindText, Doc: "Which flow; any if absent."},
		states,
		{Name: "labels", Kind: KindLabels, Doc: "Labels that it must have."},
		{Name: "when", Kind: KindTemplate, Doc: "What else must be true of it."},
	}
	return []Definition{
		{
			Sort: SortTrigger, Name: "Schedule", Names: names("Schedule"), Doc: "Starts the flow at times.",
			Properties: with(triggering(), []Property{
				{Name: "cron", Kind: KindText, Required: true, Doc: "When: minute, hour, day, month, weekday; or @daily and its like.", Example: `"0 9 * * MON-FRI"`},
				{Name: "timezone", Kind: KindText, Doc: "In whose time; UTC if absent.", Example: "Europe/Berlin"},
				{Name: "withSeconds", Kind: KindFlag, Doc: "The cron has a field for seconds in front."},
				{Name: "lateMaximumDelay", Kind: KindDuration, Doc: "A run that is later than this is left out."},
				{Name: "recoverMissedSchedules", Kind: KindWord, Enum: []string{"ALL", "LAST", "NONE"}, Doc: "Which runs are made up for that were missed."},
				{Name: "scheduleConditions", Kind: KindList, Of: "condition", AliasOf: "conditions", Doc: "The older name of conditions."},
			}, lost("run it by hand for the past", "backfill")),
			Example: "id: every_morning\ntype: Schedule\ncron: \"0 9 * * MON-FRI\"\ntimezone: Europe/Berlin\n",
		},
		{
			Sort: SortTrigger, Name: "Webhook", Names: names("Webhook"), Doc: "Starts the flow when its address is called.",
			Properties: with(triggering(), []Property{
				{Name: "key", Kind: KindTemplate, Required: true, Doc: "The secret part of the address.", Example: `"{{ secret('HOOK_KEY') }}"`},
				{Name: "wait", Kind: KindFlag, Doc: "Answer only when the execution has ended."},
				{Name: "returnOutputs", Kind: KindFlag, Doc: "Answer with the flow's outputs."},
				{Name: "responseCode", Kind: KindNumber, Doc: "The status of the answer; 200 is the default."},
			}, ignored("responseContentType"), lost("the body is in trigger.body, and no file is made of it", "fetchType")),
			Example: "id: order_placed\ntype: Webhook\nkey: \"{{ secret('HOOK_KEY') }}\"\n",
		},
		{
			Sort: SortTrigger, Name: "SlashCommand", Doc: "Starts the flow when somebody types a command in a chat.",
			Properties: with(triggering(), []Property{
				{Name: "command", Kind: KindText, Required: true, Doc: "What is typed: a slash, then at most 31 small letters, digits, - and _.", Example: "/vacation"},
				{Name: "usage", Kind: KindText, Doc: "What may follow it, for the help.", Example: "first_day=… last_day=…"},
			}),
			Example: "id: by_hand\ntype: SlashCommand\ncommand: /vacation\ndescription: Ask for time off\n",
		},
		{
			Sort: SortTrigger, Name: "Flow", Names: names("Flow"), Doc: "Starts the flow when executions of others change their state.",
			Properties: with(triggering(), []Property{
				states,
				{Name: "dependsOn", Kind: KindList, Of: "upstream", Doc: "Which executions."},
				{Name: "mode", Kind: KindWord, Enum: []string{"ALL", "ANY"}, Doc: "Whether all of dependsOn must have happened, the default, or one is enough."},
				{Name: "window", Kind: KindPart, Of: "window", Doc: "In which time they must come together."},
				{Name: "preconditions", Kind: KindPart, Of: "preconditions", Doc: "The older dependsOn."},
			}, lost("the trigger starts nothing; write dependsOn", "multipleConditions")),
			Example: "id: after_booking\ntype: Flow\ndependsOn:\n  - {namespace: hr.operations, flowId: book_leave, states: [SUCCESS]}\n",
		},
		{
			Sort: SortPart, Name: "upstream", Doc: "Executions of another flow.", Properties: upstream,
			Example: "namespace: hr.operations\nflowId: book_leave\nstates: [SUCCESS]\n",
		},
		{
			Sort: SortPart, Name: "window", Either: [][]string{{"deadline", "from", "every", "lookback"}}, Doc: "A stretch of time.",
			Properties: with([]Property{
				clock("deadline", "All before this time of the day."),
				clock("from", "All in a part of the day, which begins then."),
				clock("to", "When that part ends."),
				wait("every", "All in one of the windows of this length, from midnight on."),
				wait("offset", "By how much those windows begin later than midnight."),
				wait("lookback", "All within this time."),
			}, lost("it starts an execution each time all have happened", "fireOnce"), lost("nothing happens at a missed window", "onMiss")),
			Example: "deadline: \"09:00:00+01:00\"\n",
		},
		{
			Sort: SortPart, Name: "preconditions", Either: [][]string{{"flows", "where"}}, Doc: "The older dependsOn of a Flow trigger.",
			Properties: with([]Property{
				{Name: "id", Kind: KindText, Required: true, Doc: "Its name."},
				{Name: "flows", Kind: KindList, Of: "upstream", Doc: "Which executions; all must have happened."},
				{Name: "where", Kind: KindList, Of: "where", Doc: "Which executions, by filters."},
				{Name: "timeWindow", Kind: KindPart, Of: "timeWindow", Doc: "In which time they must come together."},
				{Name: "timeSLA", Kind: KindPart, Of: "timeWindow", AliasOf: "timeWindow", Doc: "The older name of timeWindow."},
			}, ignored("description"), lost("it starts anew each time", "resetOnSuccess")),
			Example: "id: booked\nflows:\n  - {namespace: hr.operations, flowId: book_leave, states: [SUCCESS]}\n",
		},
		{
			Sort: SortPart, Name: "where", Doc: "Executions that filters choose.",
			Properties: []Property{
				{Name: "id", Kind: KindText, Required: true, Doc: "Its name."},
				{Name: "filters", Kind: KindList, Of: "filter", Required: true, Doc: "The filters."},
				{Name: "operand", Kind: KindWord, Enum: []string{"AND", "OR"}, Doc: "Whether all filters must hold, the default, or one."},
			}, Example: "id: company\nfilters:\n  - {field: NAMESPACE, type: STARTS_WITH, value: company}\n",
		},
		{
			Sort: SortPart, Name: "filter", Doc: "What must be true of an execution.",
			Properties: []Property{
				{Name: "field", Kind: KindWord, Required: true, Enum: []string{"FLOW_ID", "NAMESPACE", "STATE", "EXPRESSION"}, Doc: "Of what."},
				{Name: "type", Kind: KindWord, Required: true, Enum: filterTypes(), Doc: "How it is compared."},
				{Name: "value", Kind: KindText, Doc: "With what."},
				{Name: "values", Kind: KindTexts, Doc: "With which ones, for IN and NOT_IN."},
			}, Example: "field: FLOW_ID\ntype: EQUAL_TO\nvalue: book_leave\n",
		},
		{
			Sort: SortPart, Name: "timeWindow", Doc: "A stretch of time, in the older form.",
			Properties: []Property{
				{Name: "type", Kind: KindWord, Enum: []string{"DURATION_WINDOW", "SLIDING_WINDOW", "DAILY_TIME_DEADLINE", "DAILY_TIME_WINDOW"}, Doc: "How it is laid; DURATION_WINDOW is the default."},
				clock("deadline", "For DAILY_TIME_DEADLINE."), clock("startTime", "For DAILY_TIME_WINDOW."), clock("endTime", "For DAILY_TIME_WINDOW."),
				wait("window", "For DURATION_WINDOW and SLIDING_WINDOW; a day if absent."), wait("windowAdvance", "For DURATION_WINDOW."),
			}, Example: "type: SLIDING_WINDOW\nwindow: PT1H\n",
		},
	}
}

func filterTypes() []string {
	return []string{
		"EQUAL_TO", "NOT_EQUAL_TO", "IN", "NOT_IN", "IS_TRUE", "IS_FALSE", "IS_NULL", "IS_NOT_NULL",
		"STARTS_WITH", "ENDS_WITH", "REGEX", "CONTAINS",
	}
}

func conditionDefinitions() []Definition {
	days := []string{"MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"}
	date := Property{Name: "date", Kind: KindTemplate, Doc: "Of which date; that of the trigger if absent."}
	text := func(name, doc string) Property { return Property{Name: name, Kind: KindText, Doc: doc} }
	define := func(kind ConditionKind, doc, example string, keys ...Property) Definition {
		name := string(kind)
		all := append(packages{"io.kestra.plugin.core.condition"}.names(name, name+"Condition"), "io.kestra.core.models.conditions.types."+name+"Condition")
		switch kind { //nolint:exhaustive // older names
		case ConditionExpression:
			all = append(all, packages{"io.kestra.plugin.core.condition", "io.kestra.core.models.conditions.types"}.names("VariableCondition", "ExecutionOutputs", "ExecutionOutputsCondition")...)
		case ConditionDayInMonth:
			all = append(all, "io.kestra.core.models.conditions.types.DayWeekInMonthCondition")
		}
		return Definition{
			Sort: SortCondition, Name: name, Names: all, Doc: doc, Example: "type: " + name + "\n" + example,
			Properties: with([]Property{{Name: "type", Kind: KindText, Required: true, Doc: "The condition."}}, keys),
		}
	}
	in := Property{Name: "in", Kind: KindTexts, Enum: executionStates(), Doc: "In one of these states."}
	notIn := Property{Name: "notIn", Kind: KindTexts, Enum: executionStates(), Doc: "In none of these states."}
	day := Property{Name: "dayOfWeek", Kind: KindWord, Required: true, Enum: days, Doc: "Which day."}
	of := Property{Name: "conditions", Kind: KindList, Of: "condition", Required: true, Doc: "The conditions."}
	need := func(p Property) Property { p.Required = true; return p }
	return []Definition{
		{
			Sort: SortCondition, Name: multipleCondition, Names: packages{"io.kestra.plugin.core.condition", "io.kestra.core.models.conditions.types"}.names(multipleCondition),
			Doc: "Of a Flow trigger: several executions have come together. The oldest dependsOn.",
			Properties: with([]Property{
				{Name: "type", Kind: KindText, Required: true, Doc: "The condition."},
				{Name: "id", Kind: KindText, Required: true, Doc: "Its name."},
				{Name: "conditions", Kind: KindMap, Of: "condition", Required: true, Doc: "A condition for each execution, by a name for it; all must have happened."},
				{Name: "timeWindow", Kind: KindPart, Of: "timeWindow", Doc: "In which time they must come together; within one day, from midnight to midnight, if absent."},
				{Name: "timeSLA", Kind: KindPart, Of: "timeWindow", AliasOf: "timeWindow", Doc: "The older name of timeWindow."},
				{Name: "sla", Kind: KindPart, Of: "timeWindow", AliasOf: "timeWindow", Doc: "The oldest name of timeWindow."},
				{Name: "window", Kind: KindDuration, Doc: "A timeWindow of type DURATION_WINDOW: its window."},
				{Name: "windowAdvance", Kind: KindDuration, Doc: "And its windowAdvance."},
			}, ignored("description"), lost("it starts anew each time", "resetOnSuccess")),
			Example: "id: both\ntype: MultipleCondition\nwindow: P1D\nconditions:\n  booked: {type: ExecutionFlow, namespace: hr.operations, flowId: book_leave}\n  paid: {type: ExecutionFlow, namespace: hr.operations, flowId: pay_leave}\n",
		},
		define(ConditionExpression, "An expression is true.", "expression: \"{{ trigger.body.hello == 'world' }}\"\n",
			Property{Name: "expression", Kind: KindTemplate, Required: true, Doc: "The expression."}),
		define(ConditionFlow, "It is an execution of a flow.", "namespace: hr\nflowId: book\n", need(text("namespace", "Its namespace.")), need(text("flowId", "Its id."))),
		define(ConditionNamespace, "It is an execution in a namespace.", "namespace: hr\ncomparison: PREFIX\n", need(text("namespace", "The namespace.")),
			Property{Name: "comparison", Kind: KindWord, Enum: []string{"EQUALS", "PREFIX", "SUFFIX"}, Doc: "How it is compared; EQUALS is the default."},
			Property{Name: "prefix", Kind: KindFlag, Doc: "The older comparison: PREFIX."}),
		define(ConditionStatus, "The execution is in a state.", "in: [FAILED]\n", in, notIn),
		define(ConditionLabels, "The execution has labels.", "labels: {team: hr}\n", Property{Name: "labels", Kind: KindLabels, Required: true, Doc: "A map, or a list of key and value."}),
		define(ConditionHasRetry, "A task of the execution was tried again.", "in: [FAILED]\n", in, notIn),
		define(ConditionDayWeek, "It is a day of the week.", "dayOfWeek: MONDAY\n", day, date),
		define(ConditionDayInMonth, "It is a day of the week, counted in the month.", "dayOfWeek: MONDAY\ndayInMonth: FIRST\n", day, date,
			Property{Name: "dayInMonth", Kind: KindWord, Required: true, Enum: []string{"FIRST", "LAST", "SECOND", "THIRD", "FOURTH"}, Doc: "Which one."}),
		define(ConditionWeekend, "It is Saturday or Sunday.", "", date),
		define(ConditionHoliday, "It is a public holiday.", "country: DE\n", need(text("country", "In which country, by its two letters.")), text("subDivision", "In which part of it."), date),
		define(ConditionDateBetween, "It is between two moments.", "after: \"2026-01-01T00:00:00Z\"\n", text("after", "Not before."), text("before", "Not after."), date),
		define(ConditionTimeBetween, "It is between two times of the day.", "after: \"08:00:00Z\"\n", text("after", "Not before."), text("before", "Not after."), date),
		define(ConditionOr, "One of several holds.", "conditions: [{type: Weekend}]\n", of, ignored("date")[0]),
		define(ConditionNot, "None of several holds.", "conditions: [{type: Weekend}]\n", of, ignored("date")[0]),
	}
}
