package flow

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
)

// OwnCommand is the name of signoff's own command. No flow can have it.
const OwnCommand = "/signoff"

// What Slack takes of a command besides its name, in characters.
const (
	maxCommandDoc   = 2000
	maxCommandUsage = 1000
)

func (p *parser) slashCommand(s *section, t *Trigger) *SlashCommand {
	c := &SlashCommand{Usage: s.text("usage"), Conditions: p.conditions(s.find("conditions"), t)}
	e := s.need("command")
	if e != nil {
		c.Command = p.word(e.value, `"command"`)
	}
	switch {
	case c.Command == "": // told
	case c.Command == OwnCommand:
		p.errorf(pos(e.value), ruleCommandTaken, "%s is signoff's own command; take another name", OwnCommand)
	case !regexp.MustCompile(`^/[a-z0-9_-]{1,31}$`).MatchString(c.Command):
		p.errorf(pos(e.value), ruleBadValue, `"command" must be a slash and then 1 to 31 small letters, digits, - and _, such as /vacation, not %s`, quote(c.Command))
	}
	for _, long := range []struct {
		key, text string
		most      int
	}{{"description", t.Description, maxCommandDoc}, {"usage", c.Usage, maxCommandUsage}} {
		if n := len([]rune(long.text)); n > long.most {
			p.errorf(pos(s.find(long.key).value), ruleBadValue, "%q of a command must be at most %d characters, not %d", long.key, long.most, n)
		}
	}
	return c
}

// ownOnce reports a command that two triggers of the flow have.
func (p *parser) ownOnce(t *Trigger, first map[string]Pos) {
	c, ok := t.Spec.(*SlashCommand)
	if !ok || t.Disabled || c.Command == "" {
		return
	}
	if before, twice := first[c.Command]; twice {
		p.errorf(t.Pos, ruleCommandTaken, "the command %s is used twice; the first is at line %d", quote(c.Command), before.Line)
		return
	}
	first[c.Command] = t.Pos
}

// Command is a command of a chat that a flow owns.
type Command struct {
	Name        string // "/vacation"
	Description string
	Usage       string
	// Namespace, Flow and Trigger say whose it is.
	Namespace, Flow, Trigger string
}

// Owner is the flow, for people.
func (c Command) Owner() string { return c.Namespace + "/" + c.Flow }

// Commands are the commands that flows own, by name and then by flow. What is
// disabled owns nothing.
func Commands(flows []*Flow) []Command {
	var all []Command
	for _, f := range flows {
		if f == nil || f.Disabled {
			continue
		}
		for _, t := range f.Triggers {
			if spec, ok := t.Spec.(*SlashCommand); ok && !t.Disabled {
				all = append(all, Command{
					Name: spec.Command, Description: t.Description, Usage: spec.Usage,
					Namespace: f.Namespace, Flow: f.ID, Trigger: t.ID,
				})
			}
		}
	}
	slices.SortFunc(all, func(a, b Command) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Owner(), b.Owner()), cmp.Compare(a.Trigger, b.Trigger))
	})
	return all
}

// CommandsTaken are the commands of a flow, read from a file, that another flow
// owns: one command cannot start two. Others may hold the flow itself, which
// takes nothing from itself.
func CommandsTaken(f *Flow, file string, others []Command) Faults {
	var faults Faults
	if f.Disabled {
		return nil
	}
	for _, t := range f.Triggers {
		spec, ok := t.Spec.(*SlashCommand)
		if !ok || t.Disabled {
			continue
		}
		for _, o := range others {
			if o.Name == spec.Command && o.Owner() != f.Namespace+"/"+f.ID {
				faults = append(faults, Fault{
					File: file, Line: max(t.Pos.Line, 1), Col: max(t.Pos.Col, 1), Severity: Error, Rule: string(ruleCommandTaken),
					Message: fmt.Sprintf("the command %s of %s/%s belongs to %s, too; one of them must take another name", o.Name, f.Namespace, f.ID, o.Owner()),
				})
				break
			}
		}
	}
	return faults
}
