package story

import (
	"fmt"
	"strings"

	"signoff/engine"
	"signoff/engine/flow"
)

// Source is a flow file that stories run.
type Source struct {
	Name  string
	Bytes []byte
}

// Suite is a story file with its flows, ready to be run.
type Suite struct {
	File  *File
	flows []loaded // the story's own first
	// mapped are the types of task that stubs name.
	mapped map[string]bool
}

type loaded struct {
	Source
	flow *flow.Flow
}

// Load reads the flows of a story file by read, which gets their names as the
// file writes them. Types of task that signoff does not run by itself are taken
// as mapped, for stubs answer them; one that could be a misspelt type of signoff
// or of Kestra's core only if a stub names it. It returns what is wrong with the flows and with
// what the stories say of them; the suite is nil if anything stops it.
func Load(f *File, read func(Text) (Source, error)) (*Suite, flow.Faults) {
	r := &reader{file: f.Name}
	s := &Suite{File: f, mapped: map[string]bool{}}
	for _, story := range f.Stories {
		for name := range story.stubs.byName {
			s.mapped[name] = true
		}
	}
	var faults flow.Faults
	for _, name := range append([]Text{f.Flow}, f.With...) {
		src, err := read(name)
		if err != nil {
			r.faultAt(name.Pos, ruleUnknownName, "the flow cannot be read: %v", err)
			continue
		}
		parsed, wrong := flow.Loader{Mapped: s.maps}.Parse(src.Name, src.Bytes)
		for _, w := range wrong {
			if w.Severity != flow.Warning {
				faults = append(faults, w)
			}
		}
		if parsed != nil {
			s.flows = append(s.flows, loaded{src, parsed})
		}
	}
	if faults = append(faults, r.faults...); len(faults) > 0 {
		return nil, faults
	}
	r.names(s)
	if r.faults.Stop() {
		r.sort()
		return nil, r.faults
	}
	return s, nil
}

// maps reports whether a type of task is taken as mapped.
func (s *Suite) maps(name string) bool {
	core := strings.HasPrefix(name, "io.kestra.plugin.core.") || strings.HasPrefix(name, "io.kestra.core.")
	return s.mapped[name] || strings.Count(name, ".") > 1 && !core
}

// find returns the flow with an id, also with its namespace before it; the first
// for "".
func (s *Suite) find(id string) (*flow.Flow, bool) {
	for _, l := range s.flows {
		if id == "" || id == l.flow.ID || id == l.flow.Namespace+"/"+l.flow.ID {
			return l.flow, true
		}
	}
	return nil, false
}

// Failure is one thing that a story found to be otherwise.
type Failure struct {
	File string   `json:"file"`
	Pos  flow.Pos `json:"-"`
	Text string   `json:"text"`
}

func (f Failure) String() string {
	return fmt.Sprintf("%s:%d:%d: %s", f.File, f.Pos.Line, f.Pos.Col, f.Text)
}

// Ends lists what stories can reach of the file's own flow: its tasks, as
// "namespace/flow/task", and the ends of each gate, as "namespace/flow/gate:
// approved".
func (s *Suite) Ends() []string {
	own := s.flows[0].flow
	var out []string
	for t := range own.Walk() {
		if t.Disabled {
			continue
		}
		name := own.Namespace + "/" + own.ID + "/" + t.ID
		out = append(out, name)
		if gate, ok := t.Spec.(*flow.Pause); ok && !gate.Timer() {
			for _, outcome := range outcomes(t, gate) {
				out = append(out, name+": "+string(outcome))
			}
		}
	}
	return out
}

// outcomes are the ways in which a gate can end by itself or by an answer.
func outcomes(t *flow.Task, gate *flow.Pause) []engine.Outcome {
	out := []engine.Outcome{engine.Answered}
	if gate.Verdict != "" {
		out = []engine.Outcome{engine.Approved, engine.Rejected}
	}
	if gate.Duration != nil || gate.Timeout != nil || t.Timeout != nil {
		out = append(out, engine.Expired)
	}
	return out
}
