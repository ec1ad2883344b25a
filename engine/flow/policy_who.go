package flow

import (
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/engine/approval"
)

// maxSelectors bounds who is asked at one place.
const maxSelectors = 200

// selectors says how people are named, for messages.
const selectors = "user:NAME, group:NAME, role:NAME, manager-of:requester or oncall:NAME"

// who reads selectors; it reports whether all of them could be read.
func (p *parser) who(e *entry) ([]approval.Selector, bool) {
	items := []*yaml.Node{e.value}
	if e.value.Kind != yaml.ScalarNode {
		items = p.list(e)
	}
	if len(items) == 0 || len(items) > maxSelectors {
		if e.value.Kind == yaml.SequenceNode {
			p.errorf(pos(e.value), ruleBadSelector, "%s must name 1 to %d people or groups, not %d", quote(e.name), maxSelectors, len(items))
		}
		return nil, false
	}
	var who []approval.Selector
	for _, item := range items {
		if sel, ok := p.selector(item, selectors); ok {
			who = append(who, sel)
		}
	}
	return who, len(who) == len(items)
}

// selector reads "user:dana@example.com" or "group:finance". What is expected is
// for the message.
func (p *parser) selector(n *yaml.Node, expected string) (approval.Selector, bool) {
	if n.Kind != yaml.ScalarNode {
		p.errorf(pos(n), ruleBadSelector, "expected %s, found %s", expected, kindOf(n))
		return approval.Selector{}, false
	}
	text := p.word(n, "who answers")
	if text == "" && n.Value != "" {
		return approval.Selector{}, false // reported
	}
	kind, name, found := strings.Cut(text, ":")
	name = strings.TrimSpace(name)
	s := approval.Selector{Kind: approval.SelectorKind(kind), Name: name}
	switch s.Kind {
	case approval.User, approval.ManagerOf:
		s.Name = strings.ToLower(name)
	case approval.Group, approval.Role, approval.OnCall:
	default:
		found = false
	}
	if !found || name == "" {
		p.errorf(pos(n), ruleBadSelector, "expected %s, found %s", expected, quote(text))
		return approval.Selector{}, false
	}
	return s, true
}

// quorum reads any, all or a number.
func (p *parser) quorum(e *entry) approval.Need {
	text := p.word(e.value, quote(e.name))
	switch text {
	case "any":
		return approval.Need{}
	case "all":
		return approval.Need{All: true}
	}
	n, err := strconv.Atoi(text)
	switch {
	case err != nil:
		if e.value.Kind == yaml.ScalarNode {
			p.errorf(pos(e.value), ruleBadValue, `"need" must be any, all or a number, not %s`, quote(e.value.Value))
		}
	case n < 1:
		p.errorf(pos(e.value), ruleQuorumRange, `"need" must be at least 1, not %d`, n)
	default:
		return approval.Need{Count: n}
	}
	return approval.Need{}
}

// people lists the names that a party asks, each once, without those who are
// excluded; false if some of them are known only to a directory.
func people(who, exclude []approval.Selector) ([]string, bool) {
	var names []string
	for _, sel := range who {
		switch {
		case slices.Contains(exclude, sel):
		case sel.Kind != approval.User:
			return nil, false
		case !slices.Contains(names, sel.Name):
			names = append(names, sel.Name)
		}
	}
	return names, true
}

func peopleCount(n int) string {
	if n == 1 {
		return "only 1 person"
	}
	return "only " + strconv.Itoa(n) + " people"
}
