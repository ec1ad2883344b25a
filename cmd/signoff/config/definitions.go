package config

import (
	"signoff/engine/flow"
	"signoff/engine/flow/schema"
)

// Schema is the language of signoff.yaml, for editors. The parser does not read
// it; a test holds the two together.
func Schema() schema.Document {
	return schema.Document{Title: "The configuration of signoff", Root: "configuration", Definitions: append(rootDefinitions(), taskDefinitions()...)}
}

// own is a key that is a text.
func own(name, doc, example string) flow.Property {
	return flow.Property{Name: name, Kind: flow.KindText, Doc: doc, Example: example}
}

// within is a key whose value is a part, a list or a map of parts.
func within(name string, kind flow.Kind, of, doc string) flow.Property {
	return flow.Property{Name: name, Kind: kind, Of: of, Doc: doc}
}

func part(name, doc string, keys ...flow.Property) flow.Definition {
	return flow.Definition{Sort: flow.SortPart, Name: name, Doc: doc, Properties: keys}
}

func secretKey(name, doc string) flow.Property { return within(name, flow.KindPart, "secret", doc) }

func rootDefinitions() []flow.Definition {
	person := part("person", "A human whom signoff knows.",
		own("id", "The name in groups and flows; the mail address if absent.", ""),
		own("name", "The name for people; the id if absent.", ""),
		own("email", "The mail address.", "dana@example.com"),
		own("slack", "The user's id in Slack; found by the mail address if absent.", "U0123456789"),
		own("entra", "The object id in Entra; found by the mail address if absent.", ""),
		own("manager", "The id of whom the person reports to.", "kim@example.com"),
		own("hours", "When the person works; always if absent.", "09:00-17:00 mon-fri"),
		own("zone", "The time zone of the hours; UTC if absent.", "Europe/Berlin"),
		flow.Property{Name: "inactive", Kind: flow.KindFlag, Doc: "The person left, or was switched off."})
	person.Either = [][]string{{"id", "email"}}
	signing := within("signing_secret", flow.KindList, "secret", "Proves that a request comes from Slack over HTTP; a list while it is rotated.")
	signing.Lone = true
	return []flow.Definition{
		part("configuration", "What signoff is told when it starts.",
			own("listen", "Where it listens: HOST:PORT.", DefaultListen),
			own("base_url", "Its address as people reach it.", "https://signoff.example.com"),
			own("data", "The folder of its data.", ""),
			own("flows", "The folder of the flows.", ""),
			within("slack", flow.KindPart, "slack", "How it reaches its Slack workspace."),
			within("people", flow.KindList, "person", "Everybody who may be asked."),
			flow.Property{Name: "groups", Kind: flow.KindMap, Doc: "Lists of ids of people, by the name of the group; or members, and slack, entra and oncall for those whom others keep."},
			within("entra", flow.KindPart, "entra", "How it reads groups of Microsoft Entra ID."),
			within("oncall", flow.KindMap, "rota", "Services that say who is on duty, by the name of the rota."),
			flow.Property{Name: "owned_domains", Kind: flow.KindWords, Doc: "The mail domains that are yours.", Example: "[example.com]"},
			within("namespaces", flow.KindMap, "namespace", "What holds for the flows of a namespace and those below it."),
			flow.Property{Name: "kv", Kind: flow.KindMap, Doc: "Values that flows read with kv(), by namespace and key."},
			within("secrets", flow.KindPart, "secrets", "Where flows' secrets are kept."),
			within("egress", flow.KindPart, "egress", "Where flows may call although it would be refused."),
			within("api", flow.KindPart, "api", "Who may call the API."),
			flow.Property{Name: "roles", Kind: flow.KindMap, Doc: "Roles of your own: lists of verbs, by the name of the role."},
			within("access", flow.KindList, "grant", "Who has which role where. Without it everybody may see, start and answer."),
			within("alerts", flow.KindPart, "destination", "Where it is told that a request could not be delivered."),
			secretKey("secret_key", "Seals the answers to SECRET inputs; without it they are refused."),
			within("files", flow.KindPart, "files", "What holds for the files that people hand in."),
			within("tasks", flow.KindPart, "tasks", "What tasks may do on this machine, and what runs other types."),
			within("mail", flow.KindPart, "mail", "The server that sends flows' mail."),
			within("triggers", flow.KindPart, "triggers", "What holds for everything that starts flows by itself."),
			within("environment", flow.KindPart, "environment", "What flows may read of where they run."),
		),
		part("slack", "How signoff reaches its Slack workspace.",
			secretKey("token", "The bot's token."),
			secretKey("app_token", "Opens the sockets of Socket Mode."),
			flow.Property{Name: "sockets", Kind: flow.KindNumber, Doc: "How many sockets, 1 to 5."},
			flow.Property{Name: "broadcast_rejections", Kind: flow.KindFlag, Doc: "A rejection is shown in the channel, and not only below its card."},
			flow.Property{Name: "away", Kind: flow.KindWords, Doc: "Emoji of a status that mean that somebody is away; without them no status is read.", Example: `[":palm_tree:"]`},
			signing,
			own("api_url", "The address of the Web API; Slack's own if absent.", ""),
			own("client_id", "The app's client id: workspaces install it by signoff's own page.", "1234567890.1234567890"),
			secretKey("client_secret", "The app's client secret."),
			own("workspace", "The workspace of channels that are named without one.", "T012AB3CD")),
		part("secret", "Where a secret is kept: one of the two.",
			own("file", "In a file.", "/run/secrets/slack_token"), own("env", "In an environment variable.", "SLACK_TOKEN")),
		person,
		part("entra", "How it reads groups of Microsoft Entra ID.",
			own("tenant", "The id of the directory.", ""),
			own("client_id", "The id of the application.", ""),
			secretKey("client_secret", "The application's secret."),
			own("login_url", "Where tokens are asked for; Microsoft's own if absent.", ""),
			own("graph_url", "Where groups are read; Microsoft's own if absent.", "")),
		part("rota", "A service that says who is on duty.",
			own("url", "What is asked, with GET.", "https://oncall.example.com/oncalls?schedule=payments"),
			within("headers", flow.KindMap, "setting", "Headers of the call."),
			own("people", "Where mail addresses or ids of people stand in the answer.", "oncalls[].user.email")),
		part("namespace", "What holds for the flows of a namespace and those below it.",
			flow.Property{Name: "approvers", Kind: flow.KindWords, Doc: "Who may answer where a flow names nobody.", Example: `["group:finance"]`},
			within("deliver", flow.KindList, "destination", "Where questions go where a flow names no place."),
			within("secrets", flow.KindMap, "secret", "Secrets of this namespace alone, by name.")),
		part("destination", "A place.", own("slack", "A Slack channel, or a person.", `"#approvals"`),
			flow.Property{Name: flow.Requester, Kind: flow.KindWord, Enum: []string{"none"}, Doc: "none: whoever asked gets no copy."}),
		part("secrets", "Where flows' secrets are kept.",
			own("dir", "A folder of files, each a secret.", ""), within("names", flow.KindMap, "secret", "Secrets by name.")),
		part("egress", "Where flows may call although it would be refused.",
			flow.Property{Name: "allow", Kind: flow.KindWords, Doc: "HOST:PORT pairs and ranges of addresses.", Example: "[10.1.0.0/16]"}),
		part("environment", "What flows may read of where they run.",
			own("name", "What kestra.environment gives.", "production"),
			flow.Property{Name: "envs", Kind: flow.KindWords, Doc: "Environment variables that flows may read below envs, in lower case; none with a secret.", Example: "[STAGE]"},
			flow.Property{Name: "globals", Kind: flow.KindMap, Doc: "Values below globals."}),
		part("api", "Who may call the API.",
			own("local_person", "The id of whoever holds the token in the data folder; it decides nothing if absent.", ""),
			within("tokens", flow.KindList, "token", "Tokens of people and services.")),
		part("token", "A token of a person or a service.",
			own("name", "Its name in the audit log.", "dana-laptop"),
			own("person", "The id of whoever acts with it.", "dana@example.com"),
			flow.Property{Name: "service", Kind: flow.KindFlag, Doc: "It stands for nobody and decides nothing."},
			secretKey("secret", "The token itself, at least 32 characters."),
			own("expires", "From when on it is refused.", "2027-01-31")),
		part("grant", "A role for some in some namespaces.",
			own("role", "The role.", "operator"),
			flow.Property{Name: "to", Kind: flow.KindWords, Doc: "Who has it: user:, group: or service:.", Example: `["group:ops"]`},
			flow.Property{Name: "in", Kind: flow.KindWords, Doc: "The namespaces, with those below them; an empty name is all.", Example: "[platform]"}),
		part("files", "What holds for the files that people hand in.", own("max_size", "The largest.", "16 MiB")),
	}
}

func taskDefinitions() []flow.Definition {
	taskType := part("taskType", "How a type of task is run: by a program or at an address.",
		flow.Property{Name: "command", Kind: flow.KindWords, Doc: "The program, with its whole path, and its arguments."},
		within("env", flow.KindMap, "setting", "What the program finds in its environment."),
		own("url", "The address.", "https://build.example.com/run"),
		within("headers", flow.KindMap, "setting", "Headers of the call."),
		flow.Property{Name: "timeout", Kind: flow.KindDuration, Doc: "How long it may take.", Example: "PT10M"})
	taskType.Either = [][]string{{"command", "url"}}
	setting := part("setting", "A text, or the place of a secret.", own("file", "In a file.", ""), own("env", "In an environment variable.", ""))
	setting.Alone = "value"
	return []flow.Definition{
		part("tasks", "What tasks may do on this machine, and what runs other types.",
			flow.Property{Name: "scripts", Kind: flow.KindWord, Enum: []string{"allow", "refuse"}, Doc: "Whether scripts run on this machine."},
			own("path", "Where scripts find programs.", "/usr/local/bin:/usr/bin:/bin"),
			flow.Property{Name: "max_time", Kind: flow.KindDuration, Doc: "The longest time that a flow may give to a script.", Example: "PT1H"},
			flow.Property{Name: "reach", Kind: flow.KindMap, Doc: "Lists of further namespaces that the flows of a namespace may reach; \"*\" is all."},
			within("types", flow.KindMap, "taskType", "Types of tasks, by name or by a beginning and *.")),
		taskType,
		setting,
		part("mail", "The server that sends flows' mail.",
			flow.Property{Name: "host", Kind: flow.KindText, Required: true, Doc: "The server."},
			flow.Property{Name: "port", Kind: flow.KindNumber, Doc: "Its port."},
			own("username", "Who signs in.", ""), secretKey("password", "With what."), own("from", "The sender.", "signoff@example.com")),
		part("triggers", "What holds for everything that starts flows by itself.",
			flow.Property{Name: "missed", Kind: flow.KindWord, Enum: []string{"ALL", "LAST", "NONE", "all", "last", "none"}, Doc: "What schedules do about runs that were missed."},
			flow.Property{Name: "per_minute", Kind: flow.KindNumber, Doc: "How many executions the triggers of a namespace may start within a minute."},
			flow.Property{Name: "webhook_get", Kind: flow.KindFlag, Doc: "GET starts a flow by its webhook."}),
	}
}
