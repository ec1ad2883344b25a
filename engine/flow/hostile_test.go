package flow_test

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/tools/txtar"

	"signoff/engine/flow"
)

const (
	quarter = 256 << 10
	head    = "id: x\nnamespace: y\ntasks:\n  - id: a\n    type: Log\n    message:\n"
)

// fill repeats a text up to the size of the largest file.
func fill(before, text, after string) string {
	return before + strings.Repeat(text, (quarter-len(before)-len(after))/len(text)) + after
}

func lines(format string) string {
	var b strings.Builder
	for i := 0; b.Len() < quarter-100; i++ {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// hostile are inputs that cost a careless reader time or memory, or that are
// merely odd.
func hostile() map[string]string {
	laughs := "a0: &a0 [x,x]\n"
	for i := 1; i < 24; i++ {
		laughs += fmt.Sprintf("a%d: &a%d [*a%d,*a%d]\n", i, i, i-1, i-1)
	}
	return map[string]string{
		"anchors":                  lines("- &a%d x\n"),
		"anchors_in_flow":          "[" + lines("&a%d x,") + "]",
		"aliases":                  fill("- &a x\n", "- *a\n", ""),
		"aliases_in_flow":          fill("[&a x,", "*a,", "*a]"),
		"billion_laughs":           laughs,
		"alias_of_large_text":      fill("a: &a ", "x", strings.Repeat("\nb: *a", 40)),
		"alias_in_itself":          "a: &a {b: *a}",
		"alias_cycle_through_key":  "&a {? *a : b}",
		"alias_as_key":             "&a id: x\n*a : y\n",
		"flow_lists":               fill("", "[", ""),
		"flow_lists_closed":        strings.Repeat("[", 9000) + strings.Repeat("]", 9000),
		"flow_maps":                fill("", "{a: ", ""),
		"block_lists":              fill("", "- ", "x"),
		"explicit_keys":            fill("", "? ", "x"),
		"deep_indent":              deepIndent(),
		"many_scalars":             fill("[", "a,", "a]"),
		"many_maps":                fill("[", "a: b,", "a: b]"),
		"many_empty":               fill("[", "[],", "[]]"),
		"many_keys":                lines("k%d: v\n"),
		"many_keys_in_flow":        "{" + lines("k%d: ,") + "}",
		"one_key_many_times":       fill("", "a: b\n", ""),
		"many_explicit_keys":       fill("", "? a\n", ""),
		"comments":                 fill("", "#\n", ""),
		"comments_after_items":     fill("", "- #\n", ""),
		"comments_after_keys":      fill("", "a: #\n", ""),
		"comments_nested":          fill("", "-\n #\n", ""),
		"foot_comments":            fill("", "- a\n# b\n\n", ""),
		"colons":                   fill("", ":", ""),
		"colons_spaced":            fill("", ": ", ""),
		"tags":                     fill("", "!a ", ""),
		"tag_directives":           lines("%%TAG !a%d! b\n"),
		"documents":                fill("", "---\n", ""),
		"documents_with_content":   fill("", "--- a\n", ""),
		"long_key":                 fill("", "a", ": b"),
		"long_plain":               fill("", "a ", ""),
		"long_quoted":              fill(`"`, `\x41`, `"`),
		"long_unterminated":        fill(`"`, "a\n", ""),
		"long_single_quotes":       fill("'", "''", "'"),
		"long_literal":             fill("a: |\n", " a\n", ""),
		"long_folded":              fill("a: >\n", " a\n\n", ""),
		"blank_lines_in_literal":   fill("a: |\n", "\n", " x"),
		"tabs":                     fill("", "\t", ""),
		"newlines":                 fill("", "\n", ""),
		"line_separators":          fill("a: ", "\u2028", "b"),
		"next_lines":               fill("", "\u0085", "a: [}"),
		"bare_returns":             fill("", "a: b\r", ""),
		"utf16":                    "\xff\xfei\x00d\x00:\x00 \x00x\x00",
		"not_utf8":                 "id: \xc3\x28",
		"nul":                      "id: \x00",
		"escape":                   "id: \x1b[31m",
		"byte_order_mark_only":     "\xef\xbb\xbf",
		"byte_order_mark_twice":    "\xef\xbb\xbf\xef\xbb\xbfid: x",
		"too_large":                strings.Repeat("a", quarter+1),
		"merge_key":                "a: &a {b: c}\n<<: *a\n",
		"binary":                   "id: !!binary aGk=",
		"timestamp_key":            "2026-11-22: x",
		"null_key":                 "~: x\n? : y\n",
		"map_as_key":               "{a: b}: c",
		"huge_int":                 "variables: {a: " + strings.Repeat("9", 100_000) + "}",
		"huge_exponent":            "variables: {a: 1e999999999}",
		"expressions":              fill(head, "      - \"{{1}}\"\n", ""),
		"expressions_in_one_text":  fill(head+"      - \"", "{{a}}", "\""),
		"broken_expressions":       fill(head, "      - \"{{\"\n", ""),
		"unknown_roots":            fill(head, "      - \"{{a}}{{b}}{{c}}{{d}}\"\n", ""),
		"unknown_filters":          fill(head, "      - \"{{a|abbreviatf|substringBeforf|b is iterablf}}\"\n", ""),
		"unknown_filters_in_one":   fill(head+"      \"{{a", "|abbreviatf", "}}\"\n"),
		"unknown_filters_aliased":  head + "      [&a \"{{ a" + strings.Repeat("|abbreviatf", 500) + "}}\"" + strings.Repeat(",*a", 49) + "]\n",
		"unknown_root_far_away":    fill(head+"      - \"", " \\n", "{{a}}\""),
		"nested_parens":            fill(head+"      - \"{{", "(", "}}\""),
		"nested_nots":              fill(head+"      - \"{{", " not", " x}}\""),
		"long_sum":                 fill(head+"      - \"{{1", "+1", "}}\""),
		"long_sums":                fill(head, "      - \"{{1"+strings.Repeat("+1", 900)+"}}\"\n", ""),
		"long_filters":             fill(head, "      - \"{{'a'"+strings.Repeat("|upper", 600)+"}}\"\n", ""),
		"long_lists":               fill(head, "      - \"{{["+strings.Repeat("a,", 900)+"a]}}\"\n", ""),
		"long_paths":               fill(head, "      - \"{{inputs"+strings.Repeat(".a", 900)+"}}\"\n", ""),
		"long_alternatives":        fill(head, "      - \"{{"+strings.Repeat("a?b:", 600)+"c}}\"\n", ""),
		"deep_parens":              fill(head, "      - \"{{"+strings.Repeat("(", 60)+"a"+strings.Repeat(")", 60)+"}}\"\n", ""),
		"unknown_keys":             "id: x\n" + lines("descriptio%d: y\n"),
		"unknown_keys_in_flow":     "{" + lines("taskz%d: ,") + "}",
		"tasks_without_type":       fill("id: x\nnamespace: y\ntasks: [", "{},", "{}]"),
		"tasks_with_one_id":        fill("id: x\nnamespace: y\ntasks: [", "{id: a},", "{id: a}]"),
		"tasks_that_read_an_other": "id: x\nnamespace: y\ntasks: [" + lines("{id: a%[1]d, type: Return, format: \"{{outputs.b%[1]d}}\"},") + "]",
		"sequentials":              sequentials(),
		"selectors":                fill("id: x\nnamespace: y\ntasks: [{id: a, type: Pause, approval: {stages: [{id: a, who: [", "'user:b',", "'user:c']}]}}]"),
		"choices":                  "id: x\nnamespace: y\ninputs: [{id: a, type: SELECT, values: [" + lines("v%d,") + "]}]",
		"inputs":                   "id: x\nnamespace: y\ninputs: [" + lines("{id: i%d, type: STRING},") + "]",
		"validator":                "id: x\nnamespace: y\ninputs: [{id: a, type: STRING, validator: '" + strings.Repeat("(a{0,30}){0,30}", 60) + "'}]",
		"flowables_nested":         nestedFlowables(),
		"dag":                      hugeDag(),
		"dag_chain":                dagChain(),
		"cases":                    top + "tasks: [{id: a, type: Switch, value: x, cases: {" + lines("c%d: [{id: t%[1]d, type: Log, message: hi}],") + "}}]",
		"parallel_readers":         top + "tasks: [{id: p, type: Parallel, tasks: [" + lines("{id: a%[1]d, type: Return, format: \"{{outputs.a0.value}}\"},") + "]}]",
		"deep_readers":             deepReaders(),
		"defaults_times_tasks":     top + "pluginDefaults: [{type: Return, values: {format: [" + strings.Repeat("'{{inputs.a}}',", 5_000) + "]}}]\ntasks: [" + count(1000, "{id: t%, type: Return},") + "]",
		"default_with_a_long_text": top + "pluginDefaults: [{type: Return, values: {format: \"{{" + strings.Repeat("a+", 900) + "1}}\"}}]\ntasks: [" + count(1000, "{id: t%, type: Return},") + "]",
		"defaults":                 top + "pluginDefaults: [" + count(100, "{type: Return, values: {format: {k%: {a: {b: c}}}}},") + "]\ntasks: [" + count(1000, "{id: t%, type: Return, format: {}},") + "]",
		"many_defaults":            top + "pluginDefaults: [" + lines("{type: a%d, values: {}},") + "]",
		"rendered_variables":       top + "variables: {" + count(400, "v%: \"{{render(vars.w)}}{{inputs.x}}\",") + "w: \"{{inputs.x}}\"}\ntasks: [" + count(400, "{id: t%, type: Log, message: \"{{render(vars.v%)}}\"},") + "]",
		"variables_in_a_circle":    top + "variables: {a: \"{{render(vars.b)}}\", b: \"{{render(vars.a)}}\"}\ntasks: [{id: t, type: Log, message: \"{{render(vars.a)}}{{x}}\"}]",
		"triggers":                 top + "triggers: [" + lines("{id: t%d, type: Schedule, cron: '0 9 L-3 * MON#2', timezone: Europe/Berlin},") + "]",
		"conditions":               top + "triggers: [{id: t, type: Schedule, cron: '* * * * *', conditions: [" + strings.Repeat("{type: Not, conditions: [", 25) + "{type: Weekend}" + strings.Repeat("]}", 25) + ", x]}]",
		"filters":                  top + "triggers: [{id: t, type: Flow, preconditions: {id: p, where: [" + lines("{id: w%d, filters: [{field: FLOW_ID, type: REGEX, value: ((((a*)*)*)*)*}]},") + "]}}]",
		"foreign":                  fill(top+"tasks: [{id: a, type: com.example.Thing, all: [", "{a: '{{1}}'},", "1]}]"),
		"foreign_types":            top + "tasks: [" + lines("{id: a%d, type: com.example.Thing%[1]d},") + "]",
		"unknown_types":            top + "tasks: [" + lines("{id: a%d, type: Pauze%[1]d},") + "]",
		"json_body":                fill(top+"tasks: [{id: a, type: Request, uri: 'http://a', contentType: application/json, body: '{", "\"a\":\"{{1}}\",", "\"{{ inputs.x \"}'}]"),
		"outputs":                  top + "outputs: [" + lines("{id: o%d, type: INT, value: 1},") + "]",
		"body":                     fill("id: x\nnamespace: y\ntasks: [{id: a, type: Request, uri: 'http://a', body: [", "'{{1}}',", "1]}]"),
	}
}

func deepIndent() string {
	var b strings.Builder
	for i := 0; b.Len() < quarter-1000; i++ {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

func sequentials() string {
	var b strings.Builder
	b.WriteString("id: x\nnamespace: y\ntasks:\n")
	for i := range 30 {
		in := strings.Repeat(" ", 4*i)
		fmt.Fprintf(&b, "%s- id: s%d\n%s  type: Sequential\n%s  tasks:\n", in, i, in, in)
	}
	b.WriteString(strings.Repeat(" ", 121) + "- {id: a, type: Log, message: hi}\n")
	return b.String()
}

// Whatever the input, reading it takes at most 250 ms and 64 MiB, and every
// fault is at a place in the file.
func TestParseBounds(t *testing.T) {
	for name, src := range hostile() {
		if raceEnabled && len(src) > 4096 {
			continue // nothing runs beside it, and the detector makes it slow
		}
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, faults := flow.Parse("f.yaml", []byte(src))
			runtime.ReadMemStats(&after)
			if got := after.TotalAlloc - before.TotalAlloc; got > 64<<20 {
				t.Errorf("Parse took %d MiB, want at most 64", got>>20)
			}
			if !raceEnabled {
				if took, ok := quick(src, 250*time.Millisecond); !ok {
					t.Errorf("Parse took %v, want at most 250ms", took)
				}
			}
			if len(faults) == 0 && name != "sequentials" && name != "alias_as_key" {
				t.Error("Parse found nothing wrong")
			}
			checkPlaces(t, src, faults)
		})
	}
}

// A file that is much too large is refused without being read.
func TestParseRefusesHugeFile(t *testing.T) {
	src := []byte(strings.Repeat("a: b\n", 10<<20))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, faults := flow.Parse("f.yaml", src)
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 4<<20 {
		t.Errorf("Parse took %d MiB, want at most 4", got>>20)
	}
	if want := "f.yaml:1:1: the file has 52428800 bytes; a flow has at most 262144 [limit]\n"; text(faults) != want {
		t.Errorf("faults = %s, want %s", text(faults), want)
	}
}

func TestParseRefusesLargeFileWithMark(t *testing.T) {
	t.Parallel()
	src := "\xef\xbb\xbfid: a\nnamespace: b\ntasks: [{id: c, type: Log, message: hi}]\n#"
	src += strings.Repeat("x", quarter-len(src)) + "\nand more"
	if f, _ := flow.Parse("f.yaml", []byte(src)); f != nil {
		t.Error("Parse read a part of the file")
	}
}

// quick reports whether one of three runs stays within the limit, and the time
// of the last. It counts processor time: the machine has other work too.
func quick(src string, limit time.Duration) (took time.Duration, ok bool) {
	for range 3 {
		start := cpuTime()
		flow.Parse("f.yaml", []byte(src))
		if took = cpuTime() - start; took <= limit {
			return took, true
		}
	}
	return took, false
}

// checkPlaces checks that every fault points at something, in order, and says
// something that a terminal can show.
func checkPlaces(t *testing.T, src string, faults flow.Faults) {
	t.Helper()
	widths := lineWidths(src)
	line, col := 0, 0
	for _, f := range faults {
		switch {
		case f.Line < 1 || f.Line > len(widths) || f.Col < 1 || f.Col > max(1, widths[f.Line-1]):
			t.Errorf("%s: the file has %d lines", f, len(widths))
		case f.Line < line || f.Line == line && f.Col < col:
			t.Errorf("%s stands behind %d:%d", f, line, col)
		case f.Rule == "" || f.Message == "" || f.File != "f.yaml" || len(f.Message) > 1000:
			t.Errorf("%+v is not complete", f)
		case strings.ContainsFunc(f.Message, func(r rune) bool { return r < ' ' || r == utf8.RuneError }):
			t.Errorf("the message holds control characters: %q", f.Message)
		}
		line, col = f.Line, f.Col
	}
}

// lineWidths counts the characters of each line, its end included, as YAML
// counts lines.
func lineWidths(src string) []int {
	src = strings.TrimPrefix(src, "\xef\xbb\xbf")
	widths := []int{0}
	for i, r := range src {
		widths[len(widths)-1]++
		switch {
		case r == '\r' && strings.HasPrefix(src[i+1:], "\n"):
		case strings.ContainsRune("\r\n\u0085\u2028\u2029", r):
			widths = append(widths, 0)
		}
	}
	return widths
}

func FuzzParse(f *testing.F) {
	for _, src := range hostile() {
		if len(src) < 4096 {
			f.Add([]byte(src))
		}
	}
	files, err := filepath.Glob("testdata/err/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(a.Files[0].Data)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		got, faults := flow.Parse("f.yaml", src)
		if (got == nil) != faults.Stop() {
			t.Errorf("flow %v, Stop() = %v", got != nil, faults.Stop())
		}
		checkPlaces(t, string(src), faults)
		mapped, faults := flow.Loader{Mapped: func(string) bool { return true }}.Parse("f.yaml", src)
		if mapped != nil && mapped.Blocked() != "" {
			t.Errorf("blocked although all types are mapped: %v", faults)
		}
	})
}

// nestedFlowables is as deep as YAML lets tasks be.
func nestedFlowables() string {
	const depth = 30
	kinds := []string{"Sequential, tasks", "Parallel, tasks", "If, condition: x, then", "ForEach, values: [1], tasks", "LoopUntil, condition: x, tasks", "AllowFailure, errors: [{id: e%, type: Log, message: hi}], tasks"}
	var b strings.Builder
	b.WriteString(top + "tasks: [")
	for i := range depth {
		fmt.Fprintf(&b, "{id: t%d, type: %s: [", i, strings.ReplaceAll(kinds[i%len(kinds)], "%", fmt.Sprint(i)))
	}
	b.WriteString("{id: x, type: Log, message: '{{ outputs.t0 }}'}" + strings.Repeat("]}", depth) + "]")
	return b.String()
}

// hugeDag is a Dag in which each task depends on all before it.
func hugeDag() string {
	var b strings.Builder
	b.WriteString(top + "tasks: [{id: d, type: Dag, tasks: [")
	for i := 0; b.Len() < quarter-4000; i++ {
		fmt.Fprintf(&b, "{task: {id: t%d, type: Return, format: \"{{outputs.t0.value}}\"}, dependsOn: [", i)
		for k := range min(i, 400) {
			fmt.Fprintf(&b, "t%d,", k)
		}
		b.WriteString("]},")
	}
	return b.String() + "{}]}]"
}

// dagChain is one in which each depends on the one before, and reads the first.
func dagChain() string {
	var b strings.Builder
	b.WriteString(top + "tasks: [{id: d, type: Dag, tasks: [{task: {id: t0, type: Return}},")
	for i := 1; i < 990; i++ {
		fmt.Fprintf(&b, "{task: {id: t%d, type: Return, format: \"{{outputs.t0.value}}{{outputs.t0}}\"}, dependsOn: t%d},", i, i-1)
	}
	return b.String() + "{task: {id: last, type: Return}, dependsOn: nobody}]}]"
}

// deepReaders are tasks deep within others that read each other.
func deepReaders() string {
	var b strings.Builder
	b.WriteString(top + "tasks: [" + strings.Repeat("{id: a, type: Sequential, tasks: [", 20))
	for i := range 900 {
		fmt.Fprintf(&b, "{id: t%d, type: Return, format: \"{{outputs.t%d}}{{outputs.a}}{{outputs.t%d}}\"},", i, max(0, i-1), i+1)
	}
	return b.String() + strings.Repeat("]}", 20) + "]"
}
