package schema_test

import (
	"strings"
	"testing"

	"signoff/engine/flow"
	"signoff/engine/flow/schema"
	"signoff/engine/flow/schema/schematest"
)

// samples is a flow for each definition, which holds its example.
func samples() map[string][]byte {
	indent := func(by, text string) string {
		return by + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n"+strings.Repeat(" ", len(by))) + "\n"
	}
	const top = "id: demo\nnamespace: demo\n"
	const say = "tasks:\n  - {id: say, type: Log, message: \"{{ inputs }}\"}\n"
	flows := map[string][]byte{}
	for _, d := range flow.Definitions() {
		text := ""
		switch d.Sort {
		case flow.SortFlow:
			text = d.Example
		case flow.SortTask:
			text = top + "tasks:\n" + indent("  - ", d.Example)
		case flow.SortInput:
			text = top + "inputs:\n" + indent("  - ", d.Example) + say
		case flow.SortTrigger:
			text = top + say + "triggers:\n" + indent("  - ", d.Example)
		case flow.SortCondition:
			on := "Schedule\n    cron: '* * * * *'"
			if d.Name == "MultipleCondition" {
				on = "Flow"
			}
			text = top + say + "triggers:\n  - id: t\n    type: " + on + "\n    conditions:\n" + indent("      - ", d.Example)
		case flow.SortPart:
			text = around(d, indent)
		}
		if text != "" {
			flows[string(d.Sort)+" "+d.Name] = []byte(text)
		}
	}
	return flows
}

// around is a flow in which the example of a part stands.
func around(d flow.Definition, indent func(by, text string) string) string {
	const top = "id: demo\nnamespace: demo\n"
	const log = "tasks: [{id: say, type: Log, message: x}]\n"
	const ask = top + "tasks:\n  - id: ask\n    type: Pause\n    onResume: [{id: ok, type: BOOL}, {id: reason, type: STRING}]\n"
	const after = top + log + "triggers:\n  - id: t\n    type: Flow\n"
	switch d.Name {
	case "request", "approval", "assignment", "retry":
		return ask + "    " + d.Name + ":\n" + indent("      ", d.Example)
	case "link":
		return ask + "    request:\n      links:\n" + indent("        - ", d.Example)
	case "stage":
		return ask + "    approval:\n      stages:\n" + indent("        - ", strings.Replace(d.Example, "need: 2", "need: all", 1))
	case "group":
		return ask + "    approval:\n      stages:\n        - id: a\n          groups:\n" + indent("            - ", d.Example)
	case "escalation":
		return ask + "    approval:\n      stages:\n        - id: a\n          who: 'group:a'\n          escalate:\n" + indent("            - ", d.Example)
	case "delegate", "auto":
		return ask + "    approval:\n      stages: [{id: a, who: 'group:a'}]\n      " + d.Name + ":\n" + indent("        ", d.Example)
	case "reject":
		return ask + "    approval:\n      stages: [{id: a, who: 'group:a'}]\n      reject:\n" + indent("        ", d.Example)
	case "destination":
		return ask + "    deliver:\n" + indent("      - ", d.Example)
	case "output", "sla":
		return top + log + map[string]string{"output": "outputs", "sla": "sla"}[d.Name] + ":\n" + indent("  - ", strings.Replace(d.Example, "outputs.count.value", "1", 1))
	case "concurrency":
		return top + log + "concurrency:\n" + indent("  ", d.Example)
	case "pluginDefault":
		return top + "tasks: [{id: say, type: slack.SlackIncomingWebhook, messageText: x}]\npluginDefaults:\n" + indent("  - ", d.Example)
	case "foreign task":
		return top + "tasks:\n" + indent("  - ", d.Example)
	case "label":
		return top + log + "labels:\n" + indent("  - ", d.Example)
	case "choice":
		return top + "inputs:\n  - id: a\n    type: SELECT\n    values:\n" + indent("      - ", d.Example) + log
	case "dependsOn":
		return top + "inputs:\n  - {id: kind, type: STRING}\n  - id: a\n    type: STRING\n    dependsOn:\n" + indent("      ", d.Example) + log
	case "upstream":
		return after + "    dependsOn:\n" + indent("      - ", d.Example)
	case "window", "preconditions":
		return after + "    " + d.Name + ":\n" + indent("      ", d.Example)
	case "where":
		return after + "    preconditions:\n      id: p\n      where:\n" + indent("        - ", d.Example)
	case "filter":
		return after + "    preconditions:\n      id: p\n      where:\n        - id: w\n          filters:\n" + indent("            - ", d.Example)
	case "timeWindow":
		return after + "    preconditions:\n      id: p\n      flows: [{flowId: x}]\n      timeWindow:\n" + indent("        ", d.Example)
	case "httpOptions":
		return top + "tasks:\n  - id: a\n    type: http.Request\n    uri: https://example.com\n    options:\n" + indent("      ", d.Example)
	case "httpAuth":
		return top + "tasks:\n  - id: a\n    type: http.Request\n    uri: https://example.com\n    options:\n      auth:\n" + indent("        ", d.Example)
	case "checkFrequency":
		return top + "tasks:\n  - id: a\n    type: LoopUntil\n    condition: \"{{ 1 }}\"\n    tasks: [{id: b, type: Return}]\n    checkFrequency:\n" + indent("      ", d.Example)
	case "dagTask":
		return top + "tasks:\n  - id: a\n    type: Dag\n    tasks:\n      - task: {id: base, type: Return}\n" + indent("      - ", d.Example)
	}
	return ""
}

// Each example loads where it belongs, those of parts included, and an editor
// finds nothing wrong with it.
func TestExamplesFitTheSchema(t *testing.T) {
	t.Parallel()
	s := schematest.Compile(t, schema.Flow())
	flows := samples()
	for _, d := range flow.Definitions() {
		name := string(d.Sort) + " " + d.Name
		src, ok := flows[name]
		if !ok {
			t.Errorf("%s stands nowhere", name)
			continue
		}
		if _, faults := flow.Parse("example.yaml", src); faults.Stop() {
			t.Errorf("%s does not load: %v\n%s", name, faults, src)
		}
		if err := s.Validate(schematest.Read(t, src)); err != nil {
			t.Errorf("%s is refused: %v\n%s", name, err, src)
		}
	}
}
