package story

import (
	"cmp"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"signoff/engine/flow"
)

// Suffix is what the names of story files end in, before their extension.
const Suffix = ".test"

// IsFile reports whether a file is a story file, by its name.
func IsFile(name string) bool {
	ext := filepath.Ext(name)
	return (ext == ".yaml" || ext == ".yml") && strings.HasSuffix(strings.TrimSuffix(name, ext), Suffix)
}

// Begin is when the clock of a story stands unless it says otherwise: a Monday.
func Begin() time.Time { return time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC) }

// Parse reads a story file. It reports everything that is wrong in the order of
// the source; the file is nil then. Names of tasks are checked by [Run], which
// knows the flow.
func Parse(file string, src []byte) (*File, flow.Faults) {
	r := &reader{file: file}
	f := &File{Name: file}
	if root := r.document(src); root != nil {
		r.root(f, root)
	}
	r.sort()
	if r.faults.Stop() {
		return nil, r.faults
	}
	return f, r.faults
}

func (r *reader) root(f *File, root *yaml.Node) {
	ext := filepath.Ext(f.Name)
	f.Flow = Text{at(root), strings.TrimSuffix(strings.TrimSuffix(filepath.Base(f.Name), ext), Suffix) + ext}
	common := setting{now: Begin()}
	var stories *yaml.Node
	known := r.settings(&common)
	known["flow"] = r.placed(&f.Flow, "flow")
	known["with"] = func(n *yaml.Node) {
		r.items(n, func(item *yaml.Node) {
			var t Text
			r.placed(&t, "a file in with")(item)
			f.With = append(f.With, t)
		})
	}
	known["stories"] = func(n *yaml.Node) { stories = n }
	r.object(root, "a story file", known)
	switch {
	case stories == nil:
		if root.Kind == yaml.MappingNode {
			r.fault(root, ruleMissingKey, `the file needs the key "stories"`)
		}
		return
	case stories.Kind != yaml.SequenceNode || len(stories.Content) == 0:
		r.fault(stories, ruleWrongKind, `"stories" must be a list of at least one story`)
		return
	}
	names := map[string]bool{}
	for _, n := range stories.Content {
		s := r.story(resolve(n), common)
		if s.Name != "" && names[s.Name] {
			r.faultAt(s.Pos, ruleDuplicateID, "there are two stories %q", s.Name)
		}
		names[s.Name] = true
		f.Stories = append(f.Stories, s)
	}
}

// settings reads what surrounds the flow, over what is there.
func (r *reader) settings(s *setting) keys {
	return keys{
		"now":       r.moment(&s.now, "now"),
		"people":    r.people(s),
		"groups":    r.members(&s.groups, "groups"),
		"roles":     r.members(&s.roles, "roles"),
		"oncall":    r.members(&s.oncall, "oncall"),
		"approvers": r.selectors(&s.approvers),
		"deliver":   r.destinations(&s.deliver),
		"kv":        r.values(&s.kv, "kv"),
		"secrets":   r.texts(&s.secrets, "secrets"),
		"files":     r.texts(&s.files, "files"),
		"base_url":  r.text(&s.baseURL, "base_url"),
		"schedules": r.flag(&s.schedules, "schedules"),
		"stubs":     r.stubs(&s.stubs),
		"by":        r.text(&s.by, "by"),
		"inputs":    r.values(&s.inputs, "inputs"),
		"labels":    r.texts(&s.labels, "labels"),
	}
}

// clone lets a story add to what its file says.
func (s setting) clone() setting {
	s.people = slices.Clone(s.people)
	s.groups, s.roles, s.oncall = maps.Clone(s.groups), maps.Clone(s.roles), maps.Clone(s.oncall)
	s.kv, s.inputs = maps.Clone(s.kv), maps.Clone(s.inputs)
	s.secrets, s.files, s.labels = maps.Clone(s.secrets), maps.Clone(s.files), maps.Clone(s.labels)
	s.stubs.byName, s.stubs.order = maps.Clone(s.stubs.byName), slices.Clone(s.stubs.order)
	return s
}

func (r *reader) story(n *yaml.Node, common setting) *Story {
	s := &Story{Pos: at(n), setting: common.clone()}
	known := r.settings(&s.setting)
	start, starts := &Start{}, true
	known["name"] = r.text(&s.Name, "name")
	known["start"] = func(n *yaml.Node) {
		if starts = n.Value != None; starts {
			r.begin(start, n, "start")
		}
	}
	known["steps"] = func(n *yaml.Node) {
		r.items(n, func(item *yaml.Node) {
			if step := r.step(item); step != nil {
				s.Steps = append(s.Steps, step)
			}
		})
	}
	known["expect"] = func(n *yaml.Node) {
		r.items(n, func(item *yaml.Node) { s.Expect = append(s.Expect, r.expect(item)) })
	}
	r.object(n, "a story", known)
	if s.Name == "" && n.Kind == yaml.MappingNode {
		r.fault(n, ruleMissingKey, `a story needs a name`)
	}
	if starts {
		start.Pos = cmp.Or(start.Pos, s.Pos)
		s.Start = start
	}
	return s
}

// nameOf makes "Dana Field" of dana.field@example.com.
func nameOf(id string) string {
	local, _, _ := strings.Cut(id, "@")
	words := strings.FieldsFunc(local, func(c rune) bool { return c == '.' || c == '_' })
	for i, w := range words {
		first, size := utf8.DecodeRuneInString(w)
		words[i] = string(unicode.ToUpper(first)) + w[size:]
	}
	return strings.Join(words, " ")
}

// stubs reads the answers of tasks that call out. A story's own come in the
// place of the file's, name by name.
func (r *reader) stubs(s *stubs) func(*yaml.Node) {
	return func(n *yaml.Node) {
		r.entries(n, "stubs", func(key, value *yaml.Node) {
			if key.Value == "default" {
				if s.rest = value.Value == "ok"; !s.rest {
					r.fault(value, ruleBadValue, "default can only be ok: every call without a stub ends well")
				}
				return
			}
			var list []*stub
			r.items(value, func(item *yaml.Node) { list = append(list, r.stub(item)) })
			if s.byName == nil {
				s.byName = map[string][]*stub{}
			}
			if _, again := s.byName[key.Value]; !again {
				s.order = append(s.order, key.Value)
			}
			s.byName[key.Value] = list
		})
	}
}

func (r *reader) stub(n *yaml.Node) *stub {
	s := &stub{pos: at(n)}
	if n.Value == "ok" {
		return s
	}
	r.object(n, "a stub", keys{
		"match": func(n *yaml.Node) {
			r.values(&s.match, "match")(n)
			r.patterns(n)
		},
		"times":   r.number(&s.times, "times"),
		"outputs": r.values(&s.outputs, "outputs"), "problem": r.text(&s.problem, "problem"),
		"takes": r.duration(&s.takes, "takes"),
		"logs": func(n *yaml.Node) {
			r.items(n, func(item *yaml.Node) {
				l := stubLog{level: "INFO"}
				if item.Kind == yaml.MappingNode {
					r.object(item, "a log line", keys{"level": r.text(&l.level, "level"), "text": r.text(&l.text, "text")})
				} else {
					r.text(&l.text, "a log line")(item)
				}
				s.logs = append(s.logs, l)
			})
		},
	})
	return s
}
