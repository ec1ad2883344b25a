package flow

import (
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/engine/expr"
)

// script reads a task that runs commands or a script. Commands are always the
// shell's, whatever the language of the type.
func (p *parser) script(s *section, at *seat, lang Language, isCommands bool) *Script {
	in := scope{zone: zoneCall, seat: at}
	r := &scriptReader{p: p, in: in}
	out := &Script{
		Language:    lang,
		Env:         p.named(s.find("env"), in),
		InputFiles:  p.inputFiles(s, in),
		OutputFiles: p.outputFiles(s),
		Interpreter: s.words("interpreter"),
		FailFast:    s.flag("failFast", true),
		WarnOnError: s.flag("warningOnStdErr", false),
	}
	p.scriptNames(s.find("env"), "environment variable", isVariable)
	out.Before = r.shell(s.find("beforeCommands"), out.Interpreter)
	key := "script"
	if isCommands {
		out.Language, key = Shell, "commands"
	}
	e := s.needItems(key)
	switch {
	case e == nil:
	case !isCommands && e.value.Kind != yaml.ScalarNode:
		p.errorf(pos(e.value), ruleWrongKind, "%s must be a text, not %s", quote(key), kindOf(e.value))
	case out.Language == Shell:
		out.Source = r.shell(e, out.Interpreter)
	default:
		out.Source = r.code(e, out.Language)
	}
	out.Values = r.values
	return out
}

// words reads a list of plain texts.
func (s *section) words(name string) []string {
	e := s.find(name)
	if e == nil {
		return nil
	}
	var out []string
	for _, item := range s.p.list(e) {
		if w := s.p.word(item, "an entry of "+quote(name)); w != "" {
			out = append(out, w)
		}
	}
	return out
}

// scriptNames checks the keys of a map against what they name.
func (p *parser) scriptNames(e *entry, what string, ok func(string) bool) {
	if e == nil || e.value.Kind != yaml.MappingNode {
		return
	}
	for _, pair := range p.entries(e.value) {
		if !ok(pair.name) {
			p.errorf(pair.at, ruleBadValue, "%s is not the name of %s %s", quote(pair.name), articleOf(what), what)
		}
	}
}

func articleOf(noun string) string {
	if strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an"
	}
	return "a"
}

// isVariable takes the names that every shell can read, but for those with
// which values reach the script.
func isVariable(name string) bool {
	for i, r := range name {
		letter := r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return name != "" && !strings.HasPrefix(name, valuePrefix)
}

// IsLocalPath takes a path, or a pattern, that stays below where it starts.
func IsLocalPath(name string) bool {
	if name == "" || len(name) > 255 || strings.ContainsAny(name, "\\\x00") || strings.HasPrefix(name, "/") {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part == "." || part == ".." {
			return false
		}
	}
	return true
}

// valuePrefix begins the name of each variable that holds a value.
const valuePrefix = "SIGNOFF_V"

// scriptReader takes the expressions out of the sources of one task.
type scriptReader struct {
	p      *parser
	in     scope
	values []ScriptValue
}

// valueOf returns the name of the variable for an expression; the same
// expression has one name. The expression has been compiled as part of its text.
func (r *scriptReader) valueOf(source string, asJSON bool) string {
	for _, v := range r.values {
		if v.Value.Source() == source && v.JSON == asJSON {
			return v.Name
		}
	}
	t, err := expr.Parse(source)
	if err != nil {
		// It stood in a text that compiled, and holds what it held there.
		panic("flow: an expression of a script does not compile by itself: " + err.Error())
	}
	name := valuePrefix + decimal(len(r.values)+1)
	r.values = append(r.values, ScriptValue{Name: name, Value: t, JSON: asJSON})
	return name
}
