package config

import (
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"signoff/engine/flow"
)

// Tasks is what tasks may do on this machine, and what runs the types that
// signoff does not know.
type Tasks struct {
	// Scripts is "allow" or "refuse"; empty is what the command takes for granted.
	Scripts string
	// Path is where scripts find programs; empty is the usual folders.
	Path string
	// MaxTime is the longest time that a flow may give to a script or a mapped
	// type; zero is the default.
	MaxTime time.Duration
	// Reach lists further namespaces whose values and executions the flows of a
	// namespace may reach; "*" is all.
	Reach map[string][]string
	// Types are mapped task types, by name or by a pattern that ends in *.
	Types map[string]TaskType
}

// TaskType is how a mapped type is run: by a program or at an address.
type TaskType struct {
	Command []string
	Env     map[string]Setting
	URL     string
	Headers map[string]Setting
	Timeout time.Duration
}

// Setting is a plain text, or the place of a secret.
type Setting struct {
	Text string
	Ref  SecretRef
}

// Mail is the server that sends flows' mail.
type Mail struct {
	Host     string
	Port     int
	Username string
	Password SecretRef
	From     string
}

// Mapped reports whether a task type is mapped.
func (t Tasks) Mapped(name string) bool {
	if _, ok := t.Types[name]; ok {
		return true
	}
	for pattern := range t.Types {
		if prefix, ok := strings.CutSuffix(pattern, "*"); ok && strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

func (p *parser) tasks(n *yaml.Node) {
	t := &p.c.Tasks
	p.mapping(n, "tasks", keys{
		"scripts": func(v *yaml.Node) {
			p.text(&t.Scripts, "tasks.scripts")(v)
			if t.Scripts != "" && t.Scripts != "allow" && t.Scripts != "refuse" {
				p.fault(v, "bad-value", "tasks.scripts must be allow or refuse")
			}
		},
		"path":     p.text(&t.Path, "tasks.path"),
		"max_time": p.duration(&t.MaxTime, "tasks.max_time"),
		"reach":    p.reach,
		"types":    p.types,
	})
}

func (p *parser) reach(n *yaml.Node) {
	p.c.Tasks.Reach = map[string][]string{}
	p.entries(n, "tasks.reach", func(ns, value *yaml.Node) {
		var to []string
		p.texts(&to, "tasks.reach."+ns.Value)(value)
		p.c.Tasks.Reach[ns.Value] = to
	})
}

func (p *parser) types(n *yaml.Node) {
	p.c.Tasks.Types = map[string]TaskType{}
	p.entries(n, "tasks.types", func(name, value *yaml.Node) {
		if strings.Contains(strings.TrimSuffix(name.Value, "*"), "*") || name.Value == "" || name.Value == "*" {
			p.fault(name, "bad-value", "%q is not a task type, nor one with a * at its end", name.Value)
			return
		}
		if t, ok := p.taskType(value, "the task type "+name.Value); ok {
			p.c.Tasks.Types[name.Value] = t
		}
	})
}

func (p *parser) taskType(n *yaml.Node, what string) (TaskType, bool) {
	var t TaskType
	before := len(p.faults)
	p.mapping(n, what, keys{
		"command": p.texts(&t.Command, "command"),
		"env":     p.settings(&t.Env, "env"),
		"url": func(v *yaml.Node) {
			if u, ok := p.address(v, "url"); ok {
				t.URL = u
			}
		},
		"headers": p.settings(&t.Headers, "headers"),
		"timeout": p.duration(&t.Timeout, "timeout"),
	})
	switch {
	case len(p.faults) > before:
		return t, false
	case (len(t.Command) > 0) == (t.URL != ""):
		p.fault(n, "bad-value", "%s needs a command or a url, and one of them only", what)
	case len(t.Command) > 0 && len(t.Headers) > 0, t.URL != "" && len(t.Env) > 0:
		p.fault(n, "bad-value", "%s: env goes with a command, headers go with a url", what)
	case len(t.Command) > 0 && !strings.HasPrefix(t.Command[0], "/"):
		p.fault(n, "bad-value", "%s: write the whole path of the program, such as /usr/local/bin/build", what)
	}
	return t, len(p.faults) == before
}

// settings reads texts by name, each plain or the place of a secret.
func (p *parser) settings(out *map[string]Setting, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		*out = map[string]Setting{}
		p.entries(n, what, func(name, value *yaml.Node) {
			var s Setting
			if value.Kind == yaml.MappingNode {
				p.secret(&s.Ref, what+"."+name.Value)(value)
			} else {
				p.text(&s.Text, what+"."+name.Value)(value)
			}
			(*out)[name.Value] = s
		})
	}
}

func (p *parser) duration(out *time.Duration, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		var text string
		p.text(&text, what)(n)
		if text == "" {
			return
		}
		d, err := flow.ParseDuration(text)
		if err != nil || d <= 0 {
			p.fault(n, "bad-value", "%s must be a duration such as PT10M", what)
			return
		}
		*out = d
	}
}

func (p *parser) mail(n *yaml.Node) {
	m := &p.c.Mail
	var port string
	p.mapping(n, "mail", keys{
		"host":     p.text(&m.Host, "mail.host"),
		"port":     p.text(&port, "mail.port"),
		"username": p.text(&m.Username, "mail.username"),
		"password": p.secret(&m.Password, "mail.password"),
		"from":     p.text(&m.From, "mail.from"),
	})
	if port != "" {
		number, err := strconv.ParseUint(port, 10, 16)
		if err != nil || number == 0 {
			p.fault(n, "bad-value", "mail.port must be a number from 1 to 65535")
		}
		m.Port = int(number)
	}
	if n.Kind == yaml.MappingNode && m.Host == "" {
		p.fault(n, "bad-value", "mail needs a host")
	}
}
