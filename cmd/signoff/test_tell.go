package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"signoff/engine/flow"
	"signoff/story"
)

// teller tells what comes of stories, as they come.
type teller interface {
	// begin and end are a story, by the file and its own name.
	begin(file, name string)
	end(file, name string, r story.Result, took time.Duration)
	// file is the end of a file, of which so many stories were run.
	file(file string, ok bool, ran int, took time.Duration)
	// broken is a file that cannot be run.
	broken(file string, faults flow.Faults, err error)
	// untold is a flow without stories.
	untold(file string)
}

// textTeller writes as `go test` does.
type textTeller struct {
	out     io.Writer
	verbose bool
}

func (t *textTeller) say(format string, args ...any) { _, _ = fmt.Fprintf(t.out, format+"\n", args...) }

func (t *textTeller) begin(_, name string) {
	if t.verbose {
		t.say("=== RUN   %s", visible(name))
	}
}

func (t *textTeller) end(_, name string, r story.Result, took time.Duration) {
	word := "PASS"
	if len(r.Failures) > 0 {
		word = "FAIL"
	} else if !t.verbose {
		return
	}
	t.say("--- %s: %s (%.2fs)", word, visible(name), took.Seconds())
	for _, line := range outcome(r, t.verbose) {
		t.say("    %s", line)
	}
}

// outcome are the lines below a story: what was otherwise, and what happened.
func outcome(r story.Result, all bool) []string {
	var lines []string
	add := func(text string) {
		for i, line := range strings.Split(text, "\n") {
			if i > 0 {
				line = "    " + line
			}
			lines = append(lines, visible(line))
		}
	}
	if all || len(r.Failures) > 0 {
		for _, line := range r.Log {
			add(line)
		}
	}
	for _, f := range r.Failures {
		add(f.String())
	}
	return lines
}

func (t *textTeller) file(file string, ok bool, ran int, took time.Duration) {
	switch {
	case !ok:
		t.say("FAIL")
		t.say("FAIL\t%s\t%.3fs", file, took.Seconds())
	case ran == 0:
		t.say("ok  \t%s\t%.3fs [no stories to run]", file, took.Seconds())
	default:
		t.say("ok  \t%s\t%.3fs", file, took.Seconds())
	}
}

func (t *textTeller) broken(file string, faults flow.Faults, err error) {
	for _, f := range faults {
		src, _ := os.ReadFile(f.File) // without it the source line is left out
		printFault(t.out, f, src)
	}
	if err != nil {
		t.say("%s: %s", file, visible(err.Error()))
	}
	t.say("FAIL\t%s [faults]", file)
}

func (t *textTeller) untold(file string) { t.say("?   \t%s\t[no stories]", file) }

// jsonTeller writes one event a line, as `go test -json` does.
type jsonTeller struct {
	out io.Writer
	now func() time.Time
}

// testEvent is one line: what `go tool test2json` calls TestEvent.
type testEvent struct {
	Time    time.Time `json:"Time"`
	Action  string    `json:"Action"`
	Package string    `json:"Package"`
	Test    string    `json:"Test,omitempty"`
	Elapsed *float64  `json:"Elapsed,omitempty"` // seconds
	Output  string    `json:"Output,omitempty"`
}

func (t *jsonTeller) tell(e testEvent) {
	e.Time = t.now().UTC()
	if raw, err := json.Marshal(e); err == nil {
		_, _ = fmt.Fprintf(t.out, "%s\n", raw)
	}
}

func (t *jsonTeller) begin(file, name string) {
	t.tell(testEvent{Action: "run", Package: file, Test: name})
}

func (t *jsonTeller) end(file, name string, r story.Result, took time.Duration) {
	for _, line := range outcome(r, true) {
		t.tell(testEvent{Action: "output", Package: file, Test: name, Output: line + "\n"})
	}
	t.tell(testEvent{Action: passed(len(r.Failures) == 0), Package: file, Test: name, Elapsed: seconds(took)})
}

func passed(ok bool) string {
	if ok {
		return "pass"
	}
	return "fail"
}

func seconds(d time.Duration) *float64 {
	s := d.Seconds()
	return &s
}

func (t *jsonTeller) file(file string, ok bool, _ int, took time.Duration) {
	t.tell(testEvent{Action: passed(ok), Package: file, Elapsed: seconds(took)})
}

func (t *jsonTeller) broken(file string, faults flow.Faults, err error) {
	for _, f := range faults {
		t.tell(testEvent{Action: "output", Package: file, Output: f.String() + "\n"})
	}
	if err != nil {
		t.tell(testEvent{Action: "output", Package: file, Output: err.Error() + "\n"})
	}
	t.tell(testEvent{Action: "fail", Package: file})
}

func (t *jsonTeller) untold(file string) {
	t.tell(testEvent{Action: "skip", Package: file, Output: "no stories\n"})
}
