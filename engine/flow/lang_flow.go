package flow

func flowDefinitions() []Definition {
	return []Definition{{
		Sort: SortFlow, Name: "flow", Doc: "What runs, what it is given, and when it starts.",
		Properties: with([]Property{
			{Name: "id", Kind: KindText, Required: true, Doc: "Its name in the namespace: letters, digits, ., - and _.", Example: "vacation_approval"},
			{Name: "namespace", Kind: KindText, Required: true, Doc: "The dotted folder of the flow; rights and secrets follow it.", Example: "hr.operations"},
			{Name: "description", Kind: KindText, Doc: "What it is for, in Markdown."},
			{Name: "labels", Kind: KindLabels, Doc: "Labels of each execution: a map, or a list of key and value."},
			{Name: "inputs", Kind: KindInputs, Doc: "What whoever starts it must say."},
			{Name: "variables", Kind: KindMap, Doc: "Values for expressions: vars.NAME is the text as written, render(vars.NAME) evaluates the expressions in it."},
			{Name: "tasks", Kind: KindTasks, Required: true, Doc: "What is run, one after the other."},
			{Name: "errors", Kind: KindTasks, Doc: "Run when a task failed."},
			{Name: "finally", Kind: KindTasks, Doc: "Run at the end, whatever came of it."},
			{Name: "afterExecution", Kind: KindTasks, Doc: "Run when the final state is known."},
			{Name: "outputs", Kind: KindList, Of: "output", Doc: "What it gives to whoever started it."},
			{Name: "triggers", Kind: KindList, Of: "trigger", Doc: "What starts it by itself."},
			{Name: "concurrency", Kind: KindPart, Of: "concurrency", Doc: "How many executions run at once."},
			{Name: "sla", Kind: KindList, Of: "sla", Doc: "What an execution must keep to."},
			{Name: "retry", Kind: KindPart, Of: "retry", Doc: "How a failed execution is tried again."},
			{Name: "disabled", Kind: KindFlag, Doc: "It is kept and not started."},
			{Name: "pluginDefaults", Kind: KindList, Of: "pluginDefault", Doc: "Keys for all tasks of a type."},
			{Name: "taskDefaults", Kind: KindList, Of: "pluginDefault", AliasOf: "pluginDefaults", Doc: "The older name of pluginDefaults."},
		}, ignored("extend", "revision", "tenantId", "deleted", "updated", "source", "workerGroup", "workerSelector"),
			lost("nothing is checked before it starts", "checks"), lost("nothing is counted", "quotas"),
			lost("write a Flow trigger in the flow that listens", "listeners")),
		Example: "id: hello\nnamespace: demo\ninputs:\n  - {id: who, type: STRING}\ntasks:\n  - id: say\n    type: Log\n    message: \"Hello {{ inputs.who }}\"\n",
	}}
}

// foreignLists are the keys under which tasks of other types hold tasks.
func foreignLists() []Property {
	var list []Property
	for _, name := range taskLists() {
		list = append(list, Property{Name: name, Kind: KindTasks, Doc: "Tasks, which are checked and not run."})
	}
	return list
}

func labelParts() []Property {
	return []Property{
		{Name: "key", Kind: KindText, Required: true, Doc: "Its name."},
		{Name: "value", Kind: KindText, Doc: "Its value; an empty one if absent."},
	}
}

func partDefinitions() []Definition {
	wait := func(name, doc string) Property {
		return Property{Name: name, Kind: KindDuration, Doc: doc, Example: "PT1M"}
	}
	return []Definition{
		{
			Sort: SortPart, Name: "retry", Doc: "How often and when something that failed is tried again.",
			Properties: []Property{
				{Name: "type", Kind: KindWord, Required: true, Enum: []string{"constant", "exponential", "random"}, Doc: "How the waits grow."},
				wait("interval", "The wait of a constant retry, and the first of an exponential one."),
				wait("minInterval", "The shortest wait of a random retry."),
				wait("maxInterval", "The longest wait of an exponential or random retry."),
				{Name: "delayFactor", Kind: KindNumber, Doc: "By how much each wait of an exponential retry is longer; 2 is the default."},
				{Name: "maxAttempts", Kind: KindNumber, Doc: "How many tries, the first included."},
				{Name: "maxAttempt", Kind: KindNumber, AliasOf: "maxAttempts", Doc: "The older name of maxAttempts."},
				wait("maxDuration", "How long after the first try it is given up."),
				{Name: "warningOnRetry", Kind: KindFlag, Doc: "A task that needed more than one try ends with a warning."},
				{Name: "behavior", Kind: KindWord, Enum: []string{"RETRY_FAILED_TASK", "CREATE_NEW_EXECUTION"}, Doc: "What is tried again."},
			}, Example: "type: constant\ninterval: PT10S\nmaxAttempts: 3\n",
		},
		{
			Sort: SortPart, Name: "checkFrequency", Doc: "When and how often a LoopUntil looks.",
			Properties: []Property{
				wait("interval", "The wait between two rounds."),
				{Name: "maxIterations", Kind: KindTemplate, Doc: "How many rounds at most."},
				wait("maxDuration", "How long it goes on at most."),
			},
			Example: "interval: PT10S\nmaxIterations: 30\n",
		},
		{
			Sort: SortPart, Name: "dagTask", Doc: "A task of a Dag.",
			Properties: []Property{
				{Name: "task", Kind: KindTask, Required: true, Doc: "The task."},
				{Name: "dependsOn", Kind: KindTexts, Doc: "The ids of the tasks that must have ended well."},
			},
			Example: "task: {id: above, type: Log, message: hi}\ndependsOn: [base]\n",
		},
		{
			Sort: SortPart, Name: "output", Doc: "A value that the flow gives to whoever started it.",
			Properties: []Property{
				{Name: "id", Kind: KindText, Required: true, Doc: "Its name."},
				{Name: "type", Kind: KindWord, Required: true, Enum: outputTypes(), Doc: "Its type, as of an input."},
				{Name: "value", Kind: KindValue, Required: true, Doc: "The value."},
				{Name: "displayName", Kind: KindText, Doc: "Its name for people."},
				{Name: "description", Kind: KindText, Doc: "What it is."},
				{Name: "required", Kind: KindFlag, Doc: "The execution fails without it; true is the default."},
			}, Example: "id: days\ntype: INT\nvalue: \"{{ outputs.count.value }}\"\n",
		},
		{
			Sort: SortPart, Name: "concurrency", Doc: "How many executions of the flow run at once.",
			Properties: with([]Property{
				{Name: "limit", Kind: KindNumber, Required: true, Doc: "How many."},
				{Name: "behavior", Kind: KindWord, Enum: []string{"QUEUE", "CANCEL", "FAIL"}, Doc: "What happens to one more; QUEUE is the default."},
				{Name: "releaseOnPause", Kind: KindFlag, Doc: "An execution that waits for people gives its place back."},
			},
				lost("any number of executions wait", "queueSize"),
				lost("an execution keeps its place until it ends", "duration")),
			Example: "limit: 1\nbehavior: QUEUE\nreleaseOnPause: true\n",
		},
		{
			Sort: SortPart, Name: "sla", Doc: "What an execution must keep to.",
			Properties: []Property{
				{Name: "id", Kind: KindText, Required: true, Doc: "Its name."},
				{Name: "type", Kind: KindWord, Required: true, Enum: []string{"MAX_DURATION", "EXECUTION_ASSERTION"}, Doc: "What is measured."},
				{Name: "duration", Kind: KindDuration, Doc: "How long an execution may take, for MAX_DURATION.", Example: "PT8H"},
				{Name: "assert", Kind: KindTemplate, Doc: "What must be true, for EXECUTION_ASSERTION."},
				{Name: "behavior", Kind: KindWord, Required: true, Enum: []string{"FAIL", "CANCEL", "NONE"}, Doc: "What follows a breach."},
				{Name: "labels", Kind: KindLabels, Doc: "Labels that a breach puts on the execution."},
			}, Example: "id: in_time\ntype: MAX_DURATION\nduration: PT8H\nbehavior: CANCEL\n",
		},
		{
			Sort: SortPart, Name: "pluginDefault", Doc: "Keys for all tasks and triggers of a type.",
			Properties: []Property{
				{Name: "type", Kind: KindText, Required: true, Doc: "A type, or the beginning of one up to a dot."},
				{Name: "values", Kind: KindMap, Required: true, Doc: "The keys and their values."},
				{Name: "forced", Kind: KindFlag, Doc: "They count even where a task says otherwise."},
			}, Example: "type: io.kestra.plugin.slack\nvalues:\n  url: \"{{ secret('SLACK_WEBHOOK') }}\"\n",
		},
		{
			Sort: SortPart, Name: "foreign task", Doc: "A task of a type that the configuration maps to a command or an address. All other keys are handed over.",
			Properties: with(common(), foreignLists()), Example: "id: build\ntype: io.kestra.plugin.docker.Build\ntags: [demo]\n",
		},
		{Sort: SortPart, Name: "label", Doc: "A label.", Properties: labelParts(), Example: "key: team\nvalue: hr\n"},
		{
			Sort: SortPart, Name: "httpAuth", Doc: "Who calls an address.",
			Properties: []Property{
				{Name: "type", Kind: KindWord, Enum: []string{"BASIC", "BEARER"}, Doc: "How one signs in; BASIC is the default."},
				{Name: "username", Kind: KindTemplate, Doc: "For BASIC: a text, or one expression."},
				{Name: "password", Kind: KindTemplate, Doc: "For BASIC: a text, or one expression; a secret."},
				{Name: "token", Kind: KindTemplate, Doc: "For BEARER; a secret."},
			}, Example: "type: BEARER\ntoken: \"{{ secret('TOKEN') }}\"\n",
		},
		{
			Sort: SortPart, Name: "httpOptions", Doc: "What counts as success of a call.",
			Properties: with([]Property{
				{Name: "allowFailed", Kind: KindFlag, Doc: "Every status is a success."},
				{Name: "allowedResponseCodes", Kind: KindWords, Doc: "Statuses that are a success besides 2xx.", Example: "[404]"},
				{Name: "auth", Kind: KindPart, Of: "httpAuth", Doc: "Who calls: another way to write the header Authorization."},
			}, ignored("timeout", "connectTimeout", "readTimeout", "readIdleTimeout", "connectionPoolIdleTimeout", "maxContentLength", "logs", "logLevel", "defaultCharset"),
				lost("calls go where the configuration lets them", "proxy", "proxyAddress", "proxyPort", "proxyPassword", "proxyUsername", "proxyType"),
				lost("the call is made without it; write auth", "basicAuthUser", "basicAuthPassword"),
				lost("certificates are always checked", "ssl"), lost("redirects are followed as the configuration says", "followRedirects"),
				lost("write it in headers", "headers")),
			Example: "allowFailed: true\n",
		},
	}
}
