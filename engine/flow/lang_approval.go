package flow

func pauseProperties() []Property {
	return with(around(), []Property{
		{Name: "request", Kind: KindPart, Of: "request", Doc: "What people read."},
		{Name: "approval", Kind: KindPart, Of: "approval", Doc: "Who may answer; the namespace's approvers if absent."},
		{Name: "assignment", Kind: KindPart, Of: "assignment", Doc: "Who may answer, as Kestra writes it."},
		{Name: "deliver", Kind: KindList, Of: "destination", Doc: "Where the question goes; each approver if absent."},
		{Name: "onResume", Kind: KindInputs, Doc: "The form. Its first BOOL is the verdict: Approve or Reject."},
		{Name: "onReject", Kind: KindWord, Enum: []string{"CONTINUE", "FAIL", "CANCEL"}, Doc: "What follows a rejection: CONTINUE if something reads the verdict, else FAIL."},
		{Name: "onPause", Kind: KindTask, Doc: "A task that runs beside it when it begins."},
		{Name: "pauseDuration", Kind: KindDuration, Doc: "How long it waits; for ever if absent.", Example: "P3D"},
		{Name: "delay", Kind: KindDuration, AliasOf: "pauseDuration", Doc: "The older name of pauseDuration."},
		{Name: "behavior", Kind: KindChoice, Enum: []string{"RESUME", "WARN", "FAIL", "CANCEL"}, Doc: "What happens if nobody answers; FAIL, or RESUME if nobody is asked."},
		{Name: "tasks", Kind: KindTasks, Doc: "Run after the answer (the older form)."},
	})
}

func approvalDefinitions() []Definition {
	return []Definition{
		{
			Sort: SortTask, Name: string(TypePause), Names: coreFlow().names("Pause"), Doc: "Asks people and waits for their answer, or waits for a time.",
			Properties: pauseProperties(),
			Example:    "id: ask\ntype: Pause\nrequest: {title: Book the room}\napproval:\n  stages:\n    - {id: manager, who: [\"user:dana@example.com\"]}\nonResume:\n  - {id: approved, type: BOOL}\npauseDuration: P3D\nbehavior: FAIL\nonReject: FAIL\n",
		},
		{
			Sort: SortTask, Name: string(TypeHumanTask), Names: packages{"io.kestra.plugin.ee.flow"}.names("HumanTask"),
			Doc: "Kestra's Pause for named people; silence fails it.", Properties: pauseProperties(),
			Example: "id: review\ntype: HumanTask\nassignment:\n  users: [dana@example.com]\n  groups: [finance]\n",
		},
		{
			Sort: SortPart, Name: "request", Doc: "What people read.",
			Properties: []Property{
				{Name: "title", Kind: KindTemplate, Doc: "One line: what is asked.", Example: `"Vacation for {{ inputs.employee }}"`},
				{Name: "description", Kind: KindTemplate, Doc: "More, in Markdown."},
				{Name: "facts", Kind: KindMap, Doc: "Labels and values, in this order."},
				{Name: "links", Kind: KindList, Of: "link", Doc: "Where to read on."},
			}, Example: "title: Book the room?\nfacts: {Seats: 12}\n",
		},
		{
			Sort: SortPart, Name: "link", Doc: "A text and an address.",
			Properties: []Property{
				{Name: "text", Kind: KindTemplate, Required: true, Doc: "What people see."},
				{Name: "url", Kind: KindTemplate, Required: true, Doc: "Where it leads.", Example: "https://example.com/rooms"},
			}, Example: "text: All rooms\nurl: https://example.com/rooms\n",
		},
		{
			Sort: SortPart, Name: "approval", Doc: "Who may answer, and when enough people have.",
			Properties: []Property{
				{Name: "stages", Kind: KindList, Of: "stage", Required: true, Doc: "Who is asked, one stage after the other."},
				{Name: "exclude", Kind: KindWords, Doc: "Who may not answer; [requester] is the default, and only [] lifts it.", Example: "[requester]"},
				{Name: "distinct", Kind: KindFlag, Doc: "One person answers once in all stages; true is the default."},
				{Name: "verdict", Kind: KindText, Doc: "The input that carries yes or no; the first BOOL if absent."},
				{Name: "reject", Kind: KindPart, Of: "reject", Doc: "What a rejection must carry."},
			}, Example: "stages:\n  - {id: manager, who: [\"user:dana@example.com\"]}\n",
		},
		{
			Sort: SortPart, Name: "stage", Doc: "People who answer side by side.",
			Properties: []Property{
				{Name: "id", Kind: KindText, Required: true, Doc: "Its name."},
				{Name: "who", Kind: KindTexts, Required: true, Doc: "user:MAIL and group:NAME.", Example: `["group:finance"]`},
				{Name: "need", Kind: KindText, Doc: "How many must approve: any (the default), all or a number."},
			}, Example: "id: finance\nwho: [\"group:finance\"]\nneed: 2\n",
		},
		{
			Sort: SortPart, Name: "reject", Doc: "What a rejection must carry.",
			Properties: []Property{{Name: "needs", Kind: KindText, Required: true, Doc: "The input that must be filled in."}}, Example: "needs: reason\n",
		},
		{
			Sort: SortPart, Name: "assignment", Doc: "Who may answer: one of them is enough.",
			Properties: []Property{
				{Name: "users", Kind: KindTexts, Doc: "People, by mail address or configured name."},
				{Name: "groups", Kind: KindTexts, Doc: "Groups, by name."},
			}, Example: "users: [dana@example.com]\n",
		},
		{
			Sort: SortPart, Name: "destination", Single: true, Doc: "A place where the question goes: one key.",
			Properties: []Property{
				{Name: "slack", Kind: KindText, Doc: "A Slack channel."},
				{Name: "teams", Kind: KindText, Doc: "A Teams channel."},
				{Name: "email", Kind: KindText, Doc: "A mail address, or approvers."},
			}, Example: "slack: \"#vacation-approvals\"\n",
		},
	}
}
