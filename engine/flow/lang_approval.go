package flow

func pauseProperties() []Property {
	return with(around(), []Property{
		{Name: "request", Kind: KindPart, Of: "request", Doc: "What people read."},
		{Name: "approval", Kind: KindPart, Of: "approval", Doc: "Who may answer; the namespace's approvers if absent."},
		{Name: "assignment", Kind: KindPart, Of: "assignment", Doc: "Who may answer, as Kestra writes it."},
		{Name: "deliver", Kind: KindList, Of: "destination", Doc: "Where the question goes; each approver if absent. Whoever asked gets a copy, too."},
		{Name: "onResume", Kind: KindInputs, Doc: "The form. Its first BOOL is the verdict: Approve or Reject."},
		{Name: "onReject", Kind: KindWord, Enum: []string{"CONTINUE", "FAIL", "CANCEL"}, Doc: "What follows a rejection: CONTINUE if something reads the verdict, else FAIL."},
		{Name: "onPause", Kind: KindTask, Doc: "A task that runs beside it when it begins."},
		{Name: "pauseDuration", Kind: KindDuration, Doc: "How long it waits; for ever if absent.", Example: "P3D"},
		{Name: "delay", Kind: KindDuration, AliasOf: "pauseDuration", Doc: "The older name of pauseDuration."},
		{Name: "behavior", Kind: KindChoice, Enum: []string{"RESUME", "WARN", "FAIL", "CANCEL"}, Doc: "What happens if nobody answers; FAIL, or RESUME if nobody is asked."},
		{Name: "tasks", Kind: KindTasks, Doc: "Run after the answer (the older form)."},
	})
}

// What the definitions of stages and of their groups have in common.
const (
	whoDoc  = "Who is asked: user:MAIL, group:NAME, role:NAME (of the namespace), manager-of:requester, oncall:NAME."
	needDoc = "How many must approve: any (the default), all or a number."
)

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
				{Name: "risk", Kind: KindWord, Enum: []string{"normal", "high"}, Doc: "Whoever answers what is high, but for a rejection, is asked once more, with what it is about; normal is the default."},
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
				{Name: "exclude", Kind: KindWords, Doc: "Who may not answer: requester, author (who wrote this revision of the flow), or people as in who. [requester] is the default, and only [] lifts it.", Example: "[requester, author]"},
				{Name: "distinct", Kind: KindFlag, Doc: "One person answers once in all stages; true is the default."},
				{Name: "delegate", Kind: KindPart, Of: "delegate", Doc: "Whether who is asked may hand their seat on; once is the default."},
				{Name: "auto", Kind: KindPart, Of: "auto", Doc: "When nobody needs to look; nothing else approves by itself."},
				{Name: "changes", Kind: KindWords, Doc: "The flow's inputs that the requester may edit when somebody asks for changes; nobody can if absent.", Example: "[amount, reason]"},
				{Name: "override", Kind: KindFlag, Doc: "Whether people with the right to may decide over the heads of those who are asked, with a reason; true is the default."},
				{Name: "verdict", Kind: KindText, Doc: "The input that carries yes or no; the first BOOL if absent."},
				{Name: "reject", Kind: KindPart, Of: "reject", Doc: "What a rejection must carry."},
			}, Example: "stages:\n  - {id: manager, who: [\"user:dana@example.com\"]}\n",
		},
		{
			Sort: SortPart, Name: "stage", Doc: "People who answer side by side.",
			Properties: []Property{
				{Name: "id", Kind: KindText, Required: true, Doc: "Its name."},
				{Name: "who", Kind: KindTexts, Doc: whoDoc, Example: `["group:finance"]`},
				{Name: "need", Kind: KindText, Doc: needDoc},
				{Name: "groups", Kind: KindList, Of: "group", Doc: "Several groups that are asked at the same time, each with its own need, in place of who and need. One person's answer counts for one group."},
				{Name: "when", Kind: KindTemplate, Doc: "The condition without which the stage is left out; decided when the question is asked.", Example: `"{{ inputs.amount > 100 }}"`},
				{Name: "deny", Kind: KindNumber, Doc: "How many must reject to end the request; 1 if absent."},
				{Name: "within", Kind: KindText, Doc: "How long the stage may take, as an ISO 8601 duration; then follows what behavior says.", Example: "P1D"},
				{Name: "remind", Kind: KindTexts, Doc: "When whoever has not answered is reminded, counted from the beginning of the stage; in the working hours of each.", Example: "[PT4H, P1D]"},
				{Name: "urgent", Kind: KindFlag, Doc: "Reminders come outside working hours, too."},
				{Name: "escalate", Kind: KindList, Of: "escalation", Lone: true, Doc: "Who else is asked when nobody answers, step by step."},
			}, Either: [][]string{{"who", "groups"}}, Example: "id: finance\nwho: [\"group:finance\"]\nneed: 2\n",
		},
		{
			Sort: SortPart, Name: "group", Doc: "One of several groups of a stage.",
			Properties: []Property{
				{Name: "id", Kind: KindText, Required: true, Doc: "Its name."},
				{Name: "who", Kind: KindTexts, Required: true, Doc: whoDoc, Example: `["group:security"]`},
				{Name: "need", Kind: KindText, Doc: needDoc},
			}, Example: "id: security\nwho: [\"group:security\"]\n",
		},
		{
			Sort: SortPart, Name: "escalation", Doc: "A step of a ladder: who is asked when a stage has taken so long.",
			Properties: []Property{
				{Name: "after", Kind: KindText, Required: true, Doc: "How long after the beginning of the stage, as an ISO 8601 duration.", Example: "P2D"},
				{Name: "to", Kind: KindTexts, Required: true, Doc: "Who is asked then, as in who.", Example: `["group:leads"]`},
				{Name: "replace", Kind: KindFlag, Doc: "Takes the question away from those who were asked before; else these are asked besides them."},
			}, Example: "after: P2D\nto: [\"group:leads\"]\n",
		},
		{
			Sort: SortPart, Name: "delegate", Alone: "hops", Doc: "Whether a seat may be handed on. Exclusions hold over it.",
			Properties: []Property{{Name: "hops", Kind: KindText, Required: true, Doc: "How often: true (once), false (never) or a number."}}, Example: "hops: 2\n",
		},
		{
			Sort: SortPart, Name: "auto", Doc: "A rule that approves in place of people. It is shown and audited as such.",
			Properties: []Property{
				{Name: "when", Kind: KindTemplate, Required: true, Doc: "The condition, decided when the question would be asked. Only true approves; a number or a text does not.", Example: `"{{ inputs.amount < 50 }}"`},
				{Name: "reason", Kind: KindTemplate, Required: true, Doc: "Why nobody needs to look.", Example: "Below 50 nobody needs to look."},
			}, Example: "when: \"{{ 1 < 2 }}\"\nreason: Below 50 nobody needs to look.\n",
		},
		{
			Sort: SortPart, Name: "reject", Doc: "What a rejection must carry.",
			Properties: []Property{
				{Name: "needs", Kind: KindText, Required: true, Doc: "The input that must be filled in."},
				{Name: "reasons", Kind: KindWords, Doc: "Common answers to it to choose from, at most five; another can still be written.", Example: "[Over budget, Not the right time]"},
			}, Example: "needs: reason\n",
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
				{Name: "slack", Kind: KindText, Doc: "A Slack channel; approvers, for a direct message to each; or requester, for one to whoever asked."},
				{Name: "teams", Kind: KindText, Doc: "A Teams channel."},
				{Name: "email", Kind: KindText, Doc: "A mail address, or approvers."},
				{Name: "requester", Kind: KindWord, Enum: []string{"none"}, Doc: "none: whoever asked gets no copy."},
			}, Example: "slack: \"#vacation-approvals\"\n",
		},
	}
}
