package config

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Environment is what flows may read of where they run.
type Environment struct {
	// Name is kestra.environment.
	Name string
	// Envs are the environment variables that flows may read, by their names in
	// lower case below envs.
	Envs []string
	// Globals are the values below globals.
	Globals map[string]any
}

func (p *parser) environment(n *yaml.Node) {
	p.mapping(n, "environment", keys{
		"name":    p.text(&p.c.Environment.Name, "environment.name"),
		"envs":    p.envs,
		"globals": p.globals,
	})
}

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,99}$`)

// envs reads names. What holds a secret is not among them: flows show what they
// read.
func (p *parser) envs(n *yaml.Node) {
	p.items(n, "environment.envs", func(item *yaml.Node) {
		var name string
		p.text(&name, "a name in environment.envs")(item)
		upper := strings.ToUpper(name)
		switch {
		case name == "":
		case !variableName.MatchString(name):
			p.fault(item, "bad-value", "environment.envs lists names of environment variables, and %.80q is none", name)
		case strings.HasPrefix(upper, "SECRET_"), strings.HasPrefix(upper, "SIGNOFF_"):
			p.fault(item, "bad-value", "environment.envs must not list %s: it may be a secret, and flows show what they read; use secret() in the flow", name)
		default:
			p.later = append(p.later, func() { p.checkEnv(item, name) })
			p.c.Environment.Envs = append(p.c.Environment.Envs, name)
		}
	})
}

func (p *parser) checkEnv(n *yaml.Node, name string) {
	for _, ref := range slices.AppendSeq(p.c.Own(), maps.Values(p.c.Secrets.Names)) {
		if ref.Env == name {
			p.fault(n, "bad-value", "environment.envs must not list %s, which holds a secret by this file", name)
			return
		}
	}
}

func (p *parser) globals(n *yaml.Node) {
	p.c.Environment.Globals = map[string]any{}
	p.entries(n, "environment.globals", func(key, value *yaml.Node) {
		if v, ok := p.value(value, 0); ok {
			p.c.Environment.Globals[key.Value] = v
		}
	})
}
