package bot

import (
	"fmt"
	"strconv"
	"strings"

	"signoff/adapters"
	"signoff/bot/prose"
	"signoff/engine"
)

// subjectKind says what a sheet is about.
type subjectKind string

// The kinds of subject.
const (
	subjectNew    subjectKind = adapters.NewRequest
	subjectAway   subjectKind = adapters.NewAbsence
	subjectStart  subjectKind = "start"  // of one flow: "start:hr/vacation"
	subjectSlash  subjectKind = "slash"  // by a command of one: "slash:hr/vacation/by_command"
	subjectDecide subjectKind = "decide" // "decide:REQUEST/VERSION/ACTION"
)

// subject is what a sheet is about. It comes back from the surface and grants
// nothing: whatever it names is asked for anew.
//
// Its text is a first line, and then what the command said.
type subject struct {
	kind    subjectKind
	flow    engine.FlowRef
	trigger string

	request string
	version int
	action  string

	text string

	// about and quote are of the call and not of the subject: the message about
	// which somebody asks.
	about, quote string
}

// maxSubjectText is how much a subject carries of what was typed, in characters: a
// surface hides it in a form, where there is room for some.
const maxSubjectText = 1000

func (s subject) String() string {
	head := string(s.kind)
	switch s.kind {
	case subjectStart:
		head += ":" + s.flow.String()
	case subjectSlash:
		head += ":" + s.flow.String() + "/" + s.trigger
	case subjectDecide:
		head += fmt.Sprintf(":%s/%d/%s", s.request, s.version, s.action)
	case subjectNew, subjectAway:
	}
	if s.text == "" {
		return head
	}
	return head + "\n" + prose.Cut(prose.Clean(s.text), maxSubjectText)
}

// readSubject reads what came back; false for what is none.
func readSubject(text string) (subject, bool) {
	var s subject
	head, rest, _ := strings.Cut(text, "\n")
	s.text = rest
	kind, of, _ := strings.Cut(head, ":")
	s.kind = subjectKind(kind)
	switch s.kind {
	case subjectNew, subjectAway:
		return s, of == ""
	case subjectStart:
		var ok bool
		s.flow, ok = readFlowRef(of)
		return s, ok
	case subjectSlash:
		at := strings.LastIndexByte(of, '/')
		if at < 0 {
			return s, false
		}
		var ok bool
		s.flow, ok = readFlowRef(of[:at])
		s.trigger = of[at+1:]
		return s, ok && s.trigger != ""
	case subjectDecide:
		parts := strings.SplitN(of, "/", 3)
		if len(parts) < 3 {
			return s, false
		}
		n, err := strconv.Atoi(parts[1])
		s.request, s.version, s.action = parts[0], n, parts[2]
		return s, err == nil
	}
	return s, false
}

// readFlowRef reads "namespace/id".
func readFlowRef(text string) (engine.FlowRef, bool) {
	ns, id, ok := strings.Cut(text, "/")
	return engine.FlowRef{Namespace: ns, ID: id}, ok && ns != "" && id != "" && !strings.Contains(id, "/")
}
