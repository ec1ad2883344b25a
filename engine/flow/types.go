package flow

import (
	"slices"
	"strings"
)

// typeNames lists the names of each task type: Kestra's own, new and old. Any
// ending of a name that begins at a dot is a name too, so "core.http.Request",
// "http.Request" and "Request" all work.
func typeNames() []typeName {
	return []typeName{
		{"io.kestra.plugin.core.flow.Pause", TypePause},
		{"io.kestra.core.tasks.flows.Pause", TypePause},
		{"io.kestra.plugin.core.log.Log", TypeLog},
		{"io.kestra.core.tasks.log.Log", TypeLog},
		{"io.kestra.core.tasks.debugs.Log", TypeLog},
		{"io.kestra.plugin.core.debug.Return", TypeReturn},
		{"io.kestra.core.tasks.debugs.Return", TypeReturn},
		{"io.kestra.plugin.core.flow.If", TypeIf},
		{"io.kestra.core.tasks.flows.If", TypeIf},
		{"io.kestra.plugin.core.flow.Sequential", TypeSequential},
		{"io.kestra.core.tasks.flows.Sequential", TypeSequential},
		{"io.kestra.plugin.core.http.Request", TypeHTTPRequest},
		{"io.kestra.plugin.fs.http.Request", TypeHTTPRequest},
		{"io.kestra.plugin.notifications.slack.SlackIncomingWebhook", TypeSlackWebhook},
		{"io.kestra.plugin.slack.notifications.SlackIncomingWebhook", TypeSlackWebhook},
		{"io.kestra.plugin.slack.SlackIncomingWebhook", TypeSlackWebhook},
	}
}

type typeName struct {
	name string
	typ  Type
}

// laterTypes are the short names of Kestra's own tasks that this version does
// not run. A name that begins with io.kestra. needs no entry.
func laterTypes() []string {
	return []string{
		"AllowFailure", "Assert", "Dag", "Download", "EachParallel", "EachSequential", "Fail", "ForEach", "ForEachItem",
		"HumanTask", "Loop", "LoopUntil", "MailSend", "OutputValues", "Parallel", "Resume", "Script", "Sleep", "Subflow",
		"Switch", "TeamsIncomingWebhook", "WorkingDirectory",
	}
}

// typeOf returns the type of a name, or "".
func typeOf(name string) Type {
	if name == "" {
		return ""
	}
	for _, known := range typeNames() {
		if known.name == name || strings.HasSuffix(known.name, "."+name) {
			return known.typ
		}
	}
	return ""
}

// shortTypes lists the short names of the types that run.
func shortTypes() []string {
	var names []string
	for _, known := range typeNames() {
		if !slices.Contains(names, string(known.typ)) {
			names = append(names, string(known.typ))
		}
	}
	return names
}

// unknownType says what is wrong with a type name, and what was meant.
func unknownType(name string) string {
	last := name[strings.LastIndexByte(name, '.')+1:]
	if strings.HasPrefix(name, "io.kestra.") || slices.Contains(laterTypes(), name) {
		return "task type " + quote(name) + " is not run by this version; it runs " + strings.Join(shortTypes(), ", ") + nearType(last)
	}
	hint := nearType(last)
	if hint == "" {
		hint = "; known are " + strings.Join(shortTypes(), ", ")
	}
	return "unknown task type " + quote(name) + hint
}

// nearType looks at the last part only: people mistype that, and copy the rest.
func nearType(last string) string {
	names := shortTypes()
	lasts := make([]string, len(names))
	for i, n := range names {
		lasts[i] = n[strings.LastIndexByte(n, '.')+1:]
	}
	if i := slices.Index(lasts, nearest(last, lasts)); i >= 0 {
		return "; did you mean " + quote(names[i]) + "?"
	}
	return ""
}
