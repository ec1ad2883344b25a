package flow

func httpProperties() []Property {
	return with(common(), []Property{
		{Name: "uri", Kind: KindTemplate, Required: true, Doc: "The address.", Example: "https://api.example.com/leave"},
		{Name: "method", Kind: KindTemplate, Doc: "GET is the default.", Example: "POST"},
		{Name: "headers", Kind: KindMap, Doc: "Headers by their names."},
		{Name: "params", Kind: KindMap, Doc: "What stands behind the ? of the address, by name."},
		{Name: "contentType", Kind: KindTemplate, Doc: "The type of the body.", Example: "application/json"},
		{Name: "body", Kind: KindValue, Doc: "What is sent: a text, or YAML that is sent as JSON."},
		{Name: "formData", Kind: KindMap, Doc: "A form, sent in place of a body."},
		{Name: "options", Kind: KindPart, Of: "httpOptions", Doc: "What counts as success."},
		{Name: "allowFailed", Kind: KindFlag, Doc: "The older place of options.allowFailed."},
	}, lost("the answer is stored as it comes", "encryptBody"), lost("certificates are always checked", "sslOptions"), ignored("interval"))
}

func worldDefinitions() []Definition {
	slack := packages{"io.kestra.plugin.slack.notifications", "io.kestra.plugin.slack", "io.kestra.plugin.notifications.slack"}
	teams := packages{"io.kestra.plugin.microsoft365.teams", "io.kestra.plugin.teams", "io.kestra.plugin.notifications.teams", "io.kestra.plugin.microsoft365.teams.notifications"}
	mail := packages{"io.kestra.plugin.email", "io.kestra.plugin.notifications.mail", "io.kestra.plugin.mail"}
	kv := packages{"io.kestra.plugin.core.kv"}
	webhook := Property{Name: "url", Kind: KindTemplate, Required: true, Doc: "The webhook's address; a secret.", Example: `"{{ secret('WEBHOOK') }}"`}
	key := Property{Name: "key", Kind: KindTemplate, Required: true, Doc: "The key.", Example: "last_report"}
	elsewhere := Property{Name: "namespace", Kind: KindTemplate, Doc: "Where the key is; the flow's namespace if absent."}
	strict := Property{Name: "errorOnMissing", Kind: KindFlag, Doc: "Fail if there is no such key."}
	execution := Property{Name: "executionId", Kind: KindTemplate, Required: true, Doc: "Which execution.", Example: `"{{ trigger.executionId }}"`}
	return []Definition{
		{
			Sort: SortTask, Name: string(TypeHTTPRequest), Names: packages{"io.kestra.plugin.core.http", "io.kestra.plugin.fs.http"}.names("Request"),
			Doc: "Calls an address: outputs.ID.code, body and headers.", Properties: httpProperties(),
			Example: "id: book\ntype: http.Request\nuri: https://api.example.com/leave\nmethod: POST\ncontentType: application/json\nheaders:\n  Authorization: \"Bearer {{ secret('HR_TOKEN') }}\"\nbody:\n  flow: \"{{ flow.id }}\"\n",
		},
		{
			Sort: SortTask, Name: string(TypeHTTPDownload), Names: packages{"io.kestra.plugin.core.http", "io.kestra.plugin.fs.http"}.names("Download"),
			Doc: "Keeps what an address holds as a file of the execution: outputs.ID.uri.", Properties: with(httpProperties(), ignored("failOnEmptyResponse", "saveAs")),
			Example: "id: fetch\ntype: http.Download\nuri: https://example.com/report.csv\n",
		},
		{
			Sort: SortTask, Name: string(TypeSlackWebhook), Names: slack.names("SlackIncomingWebhook"), Doc: "Posts to a Slack incoming webhook.",
			Either: [][]string{{"payload", "messageText"}},
			Properties: with(common(), []Property{
				webhook,
				{Name: "payload", Kind: KindTemplate, Doc: "The message as Slack's JSON."},
				{Name: "messageText", Kind: KindTemplate, Doc: "The message as a text, in place of payload."},
			},
				ignored("options"), lost("the message is what payload or messageText says", "templateUri", "templateRenderMap")),
			Example: "id: tell\ntype: slack.SlackIncomingWebhook\nurl: \"{{ secret('SLACK_WEBHOOK') }}\"\nmessageText: \"{{ flow.id }} is done\"\n",
		},
		{
			Sort: SortTask, Name: string(TypeSlackExecution), Names: slack.names("SlackExecution"), Doc: "Posts a summary of an execution to a Slack incoming webhook.",
			Properties: with(common(), []Property{
				webhook,
				{Name: "executionId", Kind: KindTemplate, Doc: "Which execution; this one if absent."},
				{Name: "customMessage", Kind: KindTemplate, Doc: "A text above the summary."},
				{Name: "customFields", Kind: KindMap, Doc: "More lines, by name."},
				{Name: "channel", Kind: KindTemplate, Doc: "Where it is posted, if the webhook lets one choose."},
			},
				ignored("options", "username", "iconUrl", "iconEmoji", "templateUri", "templateRenderMap")),
			Example: "id: alert\ntype: slack.SlackExecution\nurl: \"{{ secret('SLACK_WEBHOOK') }}\"\ncustomMessage: Look at this\n",
		},
		{
			Sort: SortTask, Name: string(TypeTeamsWebhook), Names: teams.names("TeamsIncomingWebhook"), Doc: "Posts to a Teams Workflows webhook.",
			Either: [][]string{{"payload", "messageText"}},
			Properties: with(common(), []Property{
				webhook,
				{Name: "payload", Kind: KindTemplate, Doc: "The message as JSON."},
				{Name: "messageText", Kind: KindTemplate, Doc: "The message as a text, in place of payload."},
			}, ignored("options")),
			Example: "id: tell\ntype: teams.TeamsIncomingWebhook\nurl: \"{{ secret('TEAMS_WEBHOOK') }}\"\nmessageText: \"{{ flow.id }} is done\"\n",
		},
		{
			Sort: SortTask, Name: string(TypeMailSend), Names: mail.names("MailSend"), Doc: "Sends a mail.",
			Properties: with(common(), []Property{
				{Name: "from", Kind: KindTemplate, Doc: "The sender; the configured one if absent.", Example: "hr@example.com"},
				{Name: "to", Kind: KindTexts, Required: true, Doc: "Who gets it: addresses.", Example: `"{{ inputs.mail }}"`},
				{Name: "cc", Kind: KindTexts, Doc: "Who gets a copy."},
				{Name: "bcc", Kind: KindTexts, Doc: "Who gets a copy that the others do not see."},
				{Name: "subject", Kind: KindTemplate, Doc: "The subject."},
				{Name: "htmlTextContent", Kind: KindTemplate, Doc: "The text, as HTML."},
				{Name: "plainTextContent", Kind: KindTemplate, Doc: "The text, as it stands."},
				{Name: "host", Kind: KindTemplate, Doc: "The server; the configured one if absent."},
				{Name: "port", Kind: KindTemplate, Doc: "Its port."},
				{Name: "username", Kind: KindTemplate, Doc: "Who signs in."},
				{Name: "password", Kind: KindTemplate, Doc: "With what; a secret."},
				{Name: "transportStrategy", Kind: KindTemplate, Doc: "SMTPS, SMTP_TLS or SMTP; by the port if absent."},
			},
				ignored("sessionTimeout", "options", "trustAllHosts"), lost("the mail is sent without it", "attachments", "embeddedImages")),
			Example: "id: mail\ntype: mail.MailSend\nto: dana@example.com\nsubject: Booked\nplainTextContent: Have a good time.\n",
		},
		{
			Sort: SortTask, Name: string(TypeKVSet), Names: append(kv.names("Set", "Put"), "io.kestra.plugin.kestra.kv.Set"), Doc: "Keeps a value under a key of the namespace.",
			Properties: with(common(), []Property{
				key, elsewhere,
				{Name: "value", Kind: KindValue, Required: true, Doc: "The value."},
				{Name: "kvType", Kind: KindWord, Enum: []string{"STRING", "NUMBER", "BOOLEAN", "DATETIME", "DATE", "DURATION", "JSON"}, Doc: "Its type; what the value looks like if absent."},
				{Name: "ttl", Kind: KindDuration, Doc: "How long it is kept; for ever if absent.", Example: "P30D"},
				{Name: "overwrite", Kind: KindFlag, Doc: "Replace what is there; true is the default."},
			}, ignored("kvDescription")),
			Example: "id: keep\ntype: kv.Set\nkey: last_run\nvalue: \"{{ execution.id }}\"\nttl: P30D\n",
		},
		{
			Sort: SortTask, Name: string(TypeKVGet), Names: kv.names("Get"), Doc: "Reads a key: outputs.ID.value.",
			Properties: with(common(), []Property{key, elsewhere, strict}), Example: "id: look\ntype: kv.Get\nkey: last_run\n",
		},
		{
			Sort: SortTask, Name: string(TypeKVDelete), Names: kv.names("Delete"), Doc: "Removes a key: outputs.ID.deleted.",
			Properties: with(common(), []Property{key, elsewhere, strict}), Example: "id: forget\ntype: kv.Delete\nkey: last_run\n",
		},
		{
			Sort: SortTask, Name: string(TypeResume), Names: append(packages{"io.kestra.plugin.core.execution", "io.kestra.core.tasks.executions"}.names("Resume"), "io.kestra.plugin.kestra.executions.Resume"),
			Doc: "Ends the wait of another execution, where that asks no person.",
			Properties: with(common(), []Property{execution, {Name: "inputs", Kind: KindValue, Doc: "What it is given."}},
				ignored("namespace", "flowId", "kestraUrl", "auth", "tenantId")),
			Example: "id: go_on\ntype: execution.Resume\nexecutionId: \"{{ trigger.executionId }}\"\n",
		},
		{
			Sort: SortTask, Name: string(TypeKill), Names: append(packages{"io.kestra.plugin.core.execution"}.names("Kill"), "io.kestra.plugin.kestra.executions.Kill"),
			Doc:        "Ends another execution.",
			Properties: with(common(), []Property{execution}, ignored("namespace", "flowId", "kestraUrl", "auth", "tenantId", "propagateKill")),
			Example:    "id: end\ntype: execution.Kill\nexecutionId: \"{{ trigger.executionId }}\"\n",
		},
	}
}
