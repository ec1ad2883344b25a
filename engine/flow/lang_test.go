package flow

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

// example is a flow that holds a definition's example where it belongs.
func example(d Definition) string {
	indent := func(by, text string) string {
		return by + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n"+strings.Repeat(" ", len(by))) + "\n"
	}
	const top = "id: demo\nnamespace: demo\n"
	const say = "tasks:\n  - {id: say, type: Log, message: \"{{ inputs }}\"}\n"
	switch d.Sort {
	case SortFlow:
		return d.Example
	case SortTask:
		return top + "tasks:\n" + indent("  - ", d.Example)
	case SortInput:
		return top + "inputs:\n" + indent("  - ", d.Example) + say
	case SortTrigger:
		return top + say + "triggers:\n" + indent("  - ", d.Example)
	case SortCondition:
		if d.Name == multipleCondition {
			return top + say + "triggers:\n  - id: t\n    type: Flow\n    conditions:\n" + indent("      - ", d.Example)
		}
		return top + say + "triggers:\n  - id: t\n    type: Schedule\n    cron: '* * * * *'\n    conditions:\n" + indent("      - ", d.Example)
	case SortPart:
	}
	return ""
}

// Whoever copies an example gets something that works.
func TestExamplesLoad(t *testing.T) {
	t.Parallel()
	mapped := Loader{Mapped: func(string) bool { return true }}
	for _, d := range Definitions() {
		if d.Sort == SortPart {
			continue
		}
		t.Run(string(d.Sort)+"_"+d.Name, func(t *testing.T) {
			t.Parallel()
			if f, faults := mapped.Parse("example.yaml", []byte(example(d))); f == nil {
				t.Errorf("the example does not load: %v\n%s", faults, example(d))
			}
		})
	}
}

// A part's example is a map of its own keys.
func TestPartExamplesHoldTheirKeys(t *testing.T) {
	t.Parallel()
	for _, d := range Definitions() {
		if d.Sort != SortPart || d.Name == "foreign task" {
			continue
		}
		var n map[string]any
		if err := yaml.Unmarshal([]byte(d.Example), &n); err != nil || len(n) == 0 {
			t.Errorf("%s: the example is no map: %v", d.Name, err)
		}
		for key := range n {
			if d.property(key) == nil {
				t.Errorf("%s: the example has the key %s, which is not defined", d.Name, key)
			}
		}
		for _, key := range d.Properties {
			if _, ok := n[key.Name]; key.Required && !ok {
				t.Errorf("%s: the example lacks the key %s", d.Name, key.Name)
			}
		}
	}
}

// What the definitions say is what the parser asks for, and nothing else.
func TestDefinitionsAreWhatIsRead(t *testing.T) {
	t.Parallel()
	seen := &spy{asked: map[*Definition]map[string]bool{}}
	for _, d := range Definitions() {
		p := Loader{Mapped: func(string) bool { return true }}.parser("example.yaml", []byte(example(d)))
		p.spy = seen
		p.parse()
	}
	for _, src := range everything() {
		p := Loader{}.parser("everything.yaml", []byte(src))
		p.spy = seen
		if _, faults := p.parse(); faults.Stop() {
			t.Fatalf("%v", faults)
		}
	}
	for i := range lang.all {
		d := &lang.all[i]
		if d.Sort == SortInput || slices.Contains([]string{"choice", "dependsOn", "destination"}, d.Name) {
			continue // read by other means; see the next tests
		}
		for _, key := range d.Properties {
			if !key.Ignored && !seen.asked[d][key.Name] {
				t.Errorf("%s %s: nobody reads the key %s", d.Sort, d.Name, key.Name)
			}
		}
		for key := range seen.asked[d] {
			if d.property(key) == nil {
				t.Errorf("%s %s: the key %s is read and not defined", d.Sort, d.Name, key)
			}
		}
	}
}

// everything holds each part of the language once.
func everything() []string {
	return []string{`
id: demo
namespace: demo
labels: [{key: a, value: b}]
inputs: [{id: a, type: STRING}]
tasks:
  - {id: other, type: com.example.Thing}
  - id: ask
    type: Pause
    request: {title: x, description: x, facts: {a: b}, links: [{text: a, url: https://example.com}]}
    approval:
      stages:
        - {id: s, who: ["user:a"], need: 1, when: x, deny: 1, within: P3D, remind: P1D, urgent: true, escalate: {after: P2D, to: "user:b", replace: true}}
        - {id: t, groups: [{id: g, who: ["group:a"], need: 1}]}
      exclude: []
      distinct: true
      delegate: {hops: 2}
      auto: {when: "{{ 1 < 2 }}", reason: small}
      changes: [a]
      override: true
      verdict: ok
      reject: {needs: why}
    onResume: [{id: ok, type: BOOL}, {id: why, type: STRING}]
    retry: {type: constant, interval: PT1S}
  - {id: human, type: HumanTask, assignment: {users: [a], groups: [b]}}
  - {id: d, type: Dag, tasks: [{task: {id: e, type: Return}, dependsOn: []}]}
  - {id: l, type: LoopUntil, condition: x, checkFrequency: {interval: PT1S, maxIterations: 2, maxDuration: PT1M}, tasks: [{id: m, type: Return}]}
  - {id: h, type: http.Request, uri: https://example.com, options: {allowFailed: true, allowedResponseCodes: [404], auth: {username: a, password: "{{ secret('B') }}"}}}
outputs: [{id: o, type: INT, value: 1, displayName: x, description: x, required: true}]
concurrency: {limit: 1, behavior: QUEUE, releaseOnPause: true}
sla: [{id: s, type: MAX_DURATION, duration: PT1H, assert: x, behavior: FAIL, labels: {a: b}}]
pluginDefaults: [{type: Return, values: {}, forced: false}]
taskDefaults: []
triggers:
  - id: t
    type: Flow
    inputs: {a: b}
    preconditions:
      id: p
      flows: [{namespace: a, flowId: b}]
      where: [{id: w, filters: [{field: STATE, type: IN, values: [SUCCESS]}], operand: OR}]
      timeWindow: {type: DAILY_TIME_DEADLINE, deadline: "09:00:00"}
  - id: u
    type: Flow
    inputs: {a: b}
    dependsOn: [{namespace: a, flowId: b}]
    window: {every: PT1H, offset: PT1M}
  - id: v
    type: Flow
    inputs: {a: b}
    conditions:
      - {id: m, type: MultipleCondition, timeWindow: {window: PT1H}, conditions: {a: {type: ExecutionFlow, namespace: a, flowId: b}}}
`}
}

// Inputs ask for their keys by their type; what they take is what is defined.
func TestInputsTakeTheirKeys(t *testing.T) {
	t.Parallel()
	read := map[string]bool{}
	for _, d := range Definitions() {
		for _, key := range d.Properties {
			read[key.Name] = read[key.Name] || d.Sort == SortInput
		}
	}
	for _, d := range Definitions() {
		if d.Sort != SortInput {
			continue
		}
		for key, ofInput := range read {
			if !ofInput {
				continue
			}
			src := "id: a\nnamespace: b\ninputs:\n  - {id: x, type: " + d.Name + ", " + key + ": }\n"
			if key == "id" || key == "type" {
				continue
			}
			_, faults := Parse("f", []byte(src))
			refused := slices.ContainsFunc(faults, func(f Fault) bool { return f.Rule == string(ruleUnknownKey) })
			if defined := d.property(key) != nil; defined == refused {
				t.Errorf("%s: the key %s is defined %v and refused %v", d.Name, key, defined, refused)
			}
		}
	}
}

// The names of input types and of definitions are one list.
func TestInputTypesAreDefined(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(inputTypes(), lang.shorts(SortInput)); diff != "" {
		t.Errorf("input types (-read +defined):\n%s", diff)
	}
}

// Each type says what it is, each key what it means, and each part that is
// named exists.
func TestDefinitionsAreComplete(t *testing.T) {
	t.Parallel()
	for _, d := range Definitions() {
		if d.Doc == "" || d.Example == "" || !strings.HasSuffix(d.Doc, ".") {
			t.Errorf("%s %s: doc %q, example %q", d.Sort, d.Name, d.Doc, d.Example)
		}
		seen := map[string]bool{}
		for _, key := range d.Properties {
			where := string(d.Sort) + " " + d.Name + "." + key.Name
			switch {
			case key.Doc == "" || !strings.HasSuffix(key.Doc, "."):
				t.Errorf("%s has the doc %q", where, key.Doc)
			case seen[key.Name]:
				t.Errorf("%s is defined twice", where)
			case key.Kind == KindWord && len(key.Enum) == 0 && key.Name != "type":
				t.Errorf("%s has no words", where)
			case key.AliasOf != "" && d.property(key.AliasOf) == nil:
				t.Errorf("%s is an alias of nothing", where)
			case (key.Kind == KindPart || key.Kind == KindList) && key.Of == "":
				t.Errorf("%s does not say of what", where)
			}
			if key.Of != "" && key.Of != "condition" && key.Of != "trigger" {
				lang.part(key.Of) // panics
			}
			seen[key.Name] = true
		}
	}
}

// A full name belongs to one type.
func TestTypeNamesAreOneTypes(t *testing.T) {
	t.Parallel()
	for _, index := range []map[string][]*Definition{lang.tasks, lang.triggers, lang.conditions} {
		for name, types := range index {
			if strings.HasPrefix(name, "io.kestra.") && len(types) > 1 {
				t.Errorf("%s names %d types", name, len(types))
			}
		}
	}
	for _, d := range Definitions() {
		if d.Sort != SortTask {
			continue
		}
		for _, name := range append(d.Names, d.Name) {
			if got, _ := taskType(name); got == nil || got.Name != d.Name {
				t.Errorf("the name %s is not one of %s", name, d.Name)
			}
		}
	}
}
