package flow

// common are the keys of every task.
func common() []Property {
	return with([]Property{
		{Name: "id", Kind: KindText, Required: true, Doc: "Its name, once in the flow: letters, digits, - and _.", Example: "ask_manager"},
		{Name: "type", Kind: KindText, Required: true, Doc: "What it does: a short name, or Kestra's.", Example: "Pause"},
		{Name: "description", Kind: KindText, Doc: "What it is for."},
		{Name: "runIf", Kind: KindTemplate, Doc: "The task is skipped if this is false, 0 or nothing.", Example: `"{{ inputs.days > 3 }}"`},
		{Name: "when", Kind: KindTemplate, AliasOf: "runIf", Doc: "Another name of runIf."},
		{Name: "disabled", Kind: KindFlag, Doc: "The task is left out."},
		{Name: "allowFailure", Kind: KindFlag, Doc: "A failure is a warning, and the flow goes on."},
		{Name: "allowWarning", Kind: KindFlag, Doc: "A warning is a success."},
		{Name: "retry", Kind: KindPart, Of: "retry", Doc: "How often and when it is tried again."},
		{Name: "timeout", Kind: KindDuration, Doc: "How long it may take; then it fails.", Example: "PT30S"},
	},
		ignored("workerGroup", "workerSelector", "logLevel", "logToFile", "version", "assets"),
		lost("the task runs each time", "taskCache"))
}

// around are the keys of the tasks that are made of tasks.
func around() []Property {
	return with(common(), []Property{
		{Name: "errors", Kind: KindTasks, Doc: "Run when one of its tasks failed."},
		{Name: "finally", Kind: KindTasks, Doc: "Run at its end, whatever came of it."},
	})
}

func tasksOf(doc string) Property {
	return Property{Name: "tasks", Kind: KindTasks, Required: true, Doc: doc}
}

func coreFlow() packages {
	return packages{"io.kestra.plugin.core.flow", "io.kestra.core.tasks.flows"}
}

func flowableDefinitions() []Definition {
	return []Definition{
		{
			Sort: SortTask, Name: string(TypeIf), Names: coreFlow().names("If"), Doc: "Runs one list of tasks or the other.",
			Properties: with(around(), []Property{
				{Name: "condition", Kind: KindTemplate, Required: true, Doc: "False, 0 and nothing choose else; all other values choose then.", Example: `"{{ outputs.ask.onResume.approved }}"`},
				{Name: "then", Kind: KindTasks, Required: true, Doc: "Run if the condition is true."},
				{Name: "else", Kind: KindTasks, Doc: "Run if it is not."},
			}),
			Example: "id: large\ntype: If\ncondition: \"{{ 2 > 1 }}\"\nthen:\n  - {id: say_large, type: Log, message: large}\nelse:\n  - {id: say_small, type: Log, message: small}\n",
		},
		{
			Sort: SortTask, Name: string(TypeSwitch), Names: coreFlow().names("Switch"), Doc: "Runs the list of tasks whose name is the value.",
			Either: [][]string{{"cases", "defaults"}},
			Properties: with(around(), []Property{
				{Name: "value", Kind: KindTemplate, Required: true, Doc: "What is looked up in cases.", Example: `"{{ outputs.ask.onResume.team }}"`},
				{Name: "cases", Kind: KindCases, Doc: "A list of tasks for each value."},
				{Name: "defaults", Kind: KindTasks, Doc: "Run if no case fits."},
			}),
			Example: "id: by_weekday\ntype: Switch\nvalue: \"{{ now() | date('EEEE') }}\"\ncases:\n  Saturday:\n    - {id: rest, type: Log, message: closed}\ndefaults:\n  - {id: work, type: Log, message: open}\n",
		},
		{
			Sort: SortTask, Name: string(TypeSequential), Names: coreFlow().names("Sequential"), Doc: "Runs tasks one after the other.",
			Properties: with(around(), []Property{tasksOf("What is run.")}),
			Example:    "id: group\ntype: Sequential\ntasks:\n  - {id: one, type: Log, message: first}\n  - {id: two, type: Log, message: second}\n",
		},
		{
			Sort: SortTask, Name: string(TypeAllowFailure), Names: coreFlow().names("AllowFailure"), Doc: "Runs tasks one after the other; a failure among them is a warning.",
			Properties: with(around(), []Property{tasksOf("What is run.")}),
			Example:    "id: try\ntype: AllowFailure\ntasks:\n  - {id: fragile, type: Fail}\n",
		},
		{
			Sort: SortTask, Name: string(TypeWorkingDirectory), Names: coreFlow().names("WorkingDirectory", "Worker"),
			Doc: "Runs tasks one after the other; its scripts share one folder. Nobody can be asked in it.",
			Properties: with(around(), []Property{
				tasksOf("What is run."),
				inputFiles("Files that are in the folder from the start, by name."),
				outputFiles("Files of the folder that are kept at the end, in the output outputFiles: names or patterns."),
			},
				lost("the folder begins with inputFiles alone", "namespaceFiles"),
				lost("each run begins with a new folder, so what it would have found there is made or fetched again", "cache")),
			Example: "id: folder\ntype: WorkingDirectory\ninputFiles: {note: hi}\noutputFiles: [count]\ntasks:\n  - {id: write, type: shell.Commands, commands: [\"wc -w note > count\"]}\n  - {id: read, type: shell.Commands, commands: [\"cat count\"]}\n",
		},
		{
			Sort: SortTask, Name: string(TypeParallel), Names: coreFlow().names("Parallel"), Doc: "Runs tasks at the same time.",
			Properties: with(around(), []Property{
				tasksOf("What is run."),
				{Name: "concurrent", Kind: KindNumber, Doc: "How many at once; 0, the default, is all."},
			}, lost("when a task has failed, those that have begun end and no other begins", "failFast")),
			Example: "id: both\ntype: Parallel\ntasks:\n  - {id: left, type: Log, message: left}\n  - {id: right, type: Log, message: right}\n",
		},
		{
			Sort: SortTask, Name: string(TypeDag), Names: coreFlow().names("Dag"), Doc: "Runs each task as soon as those that it depends on have ended well.",
			Properties: with(around(), []Property{
				{Name: "tasks", Kind: KindList, Of: "dagTask", Required: true, Doc: "Each task, and what it waits for."},
				{Name: "concurrent", Kind: KindNumber, Doc: "How many at once; 0, the default, is all."},
			}, lost("when a task has failed, those that have begun end and no other begins", "failFast")),
			Example: "id: graph\ntype: Dag\ntasks:\n  - task: {id: base, type: Return, format: 1}\n  - task: {id: above, type: Log, message: \"{{ outputs.base.value }}\"}\n    dependsOn: [base]\n",
		},
		{
			Sort: SortTask, Name: string(TypeForEach), Names: coreFlow().names("ForEach"), Doc: "Runs tasks once for each value, which they read as taskrun.value.",
			Properties: with(around(), []Property{
				tasksOf("What is run for each value, one after the other."),
				{Name: "values", Kind: KindValue, Required: true, Doc: "A list, or a text that is one in JSON.", Example: `["north", "south"]`},
				{Name: "concurrencyLimit", Kind: KindNumber, Doc: "How many values at once; 1 is the default, 0 is all."},
			}, lost("one failed value fails the loop when all that have begun have ended", "childFailurePolicy")),
			Example: "id: each_region\ntype: ForEach\nvalues: [north, south]\ntasks:\n  - {id: region, type: Log, message: \"{{ taskrun.value }}\"}\n",
		},
		{
			Sort: SortTask, Name: string(TypeEachSequential), Names: coreFlow().names("EachSequential"), Doc: "The older ForEach, one value after the other.",
			Properties: with(around(), []Property{
				tasksOf("What is run for each value."),
				{Name: "value", Kind: KindValue, Required: true, Doc: "A list, or a text that is one in JSON."},
			}),
			Example: "id: each_file\ntype: EachSequential\nvalue: [a.csv, b.csv]\ntasks:\n  - {id: file, type: Log, message: \"{{ taskrun.value }}\"}\n",
		},
		{
			Sort: SortTask, Name: string(TypeEachParallel), Names: coreFlow().names("EachParallel"), Doc: "The older ForEach, the values at the same time.",
			Properties: with(around(), []Property{
				tasksOf("What is run for each value."),
				{Name: "value", Kind: KindValue, Required: true, Doc: "A list, or a text that is one in JSON."},
				{Name: "concurrent", Kind: KindNumber, Doc: "How many values at once; 0, the default, is all."},
			}),
			Example: "id: each_host\ntype: EachParallel\nvalue: [one, two]\ntasks:\n  - {id: host, type: Log, message: \"{{ taskrun.value }}\"}\n",
		},
		{
			Sort: SortTask, Name: string(TypeLoop), Names: packages{"io.kestra.plugin.core.flow"}.names("Loop"), Doc: "Runs tasks once for each value, which they read as item.value.",
			Properties: with(around(), []Property{
				tasksOf("What is run for each value, one after the other."),
				{Name: "values", Kind: KindValue, Required: true, Doc: "A list, or a text that is one in JSON."},
				{Name: "concurrencyLimit", Kind: KindNumber, Doc: "How many values at once; 1 is the default, 0 is all."},
			},
				lost("one failed value fails the loop when all have ended", "failOnFirstError", "transmitFailed"),
				ignored("fetchType", "fetchOutputs", "concurrency")),
			Example: "id: each_item\ntype: Loop\nvalues: [1, 2]\ntasks:\n  - {id: item, type: Log, message: \"{{ item.value }}\"}\n",
		},
		{
			Sort: SortTask, Name: string(TypeLoopUntil), Names: coreFlow().names("LoopUntil", "WaitFor"), Doc: "Repeats tasks until a condition is true.",
			Properties: with(around(), []Property{
				tasksOf("What is repeated."),
				{Name: "condition", Kind: KindTemplate, Required: true, Doc: "Looked at after each round; true ends the loop.", Example: `"{{ outputs.poll.code == 200 }}"`},
				{Name: "checkFrequency", Kind: KindPart, Of: "checkFrequency", Doc: "How long to wait between the rounds, and how many there are at most."},
				{Name: "failOnMaxReached", Kind: KindFlag, Doc: "Reaching a bound fails the task; without it, the flow goes on."},
			}),
			Example: "id: until_ready\ntype: LoopUntil\ncondition: \"{{ outputs.poll.value == 'ready' }}\"\ncheckFrequency: {interval: PT10S, maxIterations: 6}\ntasks:\n  - {id: poll, type: Return, format: ready}\n",
		},
		{
			Sort: SortTask, Name: string(TypeSubflow), Names: append(coreFlow().names("Subflow"), "io.kestra.core.tasks.flows.Flow", "io.kestra.plugin.core.flow.Flow"), Doc: "Starts another flow.",
			Properties: with(common(), []Property{
				{Name: "namespace", Kind: KindTemplate, Required: true, Doc: "Where the flow is.", Example: "hr.operations"},
				{Name: "flowId", Kind: KindTemplate, Required: true, Doc: "Its id.", Example: "book_leave"},
				{Name: "revision", Kind: KindNumber, Doc: "Which revision; the latest if absent."},
				{Name: "inputs", Kind: KindMap, Doc: "What it is given."},
				{Name: "labels", Kind: KindValue, Doc: "Labels for its execution: a map, or a list of key and value."},
				{Name: "wait", Kind: KindFlag, Doc: "Wait for its end; true is the default."},
				{Name: "transmitFailed", Kind: KindFlag, Doc: "Fail if it fails; true is the default."},
				{Name: "inheritLabels", Kind: KindFlag, Doc: "Give it this execution's labels."},
				{Name: "scheduleDate", Kind: KindTemplate, Doc: "Start it then, and not at once."},
				{Name: "scheduleOn", Kind: KindTemplate, AliasOf: "scheduleDate", Doc: "Another name of scheduleDate."},
			},
				lost("a restart begins the other flow anew", "restartBehavior"),
				lost("name the flow's outputs in the flow itself", "outputs")),
			Example: "id: book\ntype: Subflow\nnamespace: hr.operations\nflowId: book_leave\ninputs: {days: 3}\n",
		},
	}
}
