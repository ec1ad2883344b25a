package config

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Secrets is where flows' secrets are kept, beside the environment.
type Secrets struct {
	// Dir is a folder whose files are secrets of all namespaces.
	Dir string
	// Names are secrets of all namespaces, by name in upper case.
	Names map[string]SecretRef
}

func (p *parser) secrets(n *yaml.Node) {
	p.mapping(n, "secrets", keys{
		"dir":   p.text(&p.c.Secrets.Dir, "secrets.dir"),
		"names": func(v *yaml.Node) { p.c.Secrets.Names = p.secretNames(v, "secrets.names") },
	})
}

// secretNames reads where named secrets are kept. Case does not tell names apart.
func (p *parser) secretNames(n *yaml.Node, what string) map[string]SecretRef {
	refs := map[string]SecretRef{}
	p.entries(n, what, func(key, value *yaml.Node) {
		name := strings.ToUpper(key.Value)
		if !regexp.MustCompile(`^[A-Z0-9_.-]{1,100}$`).MatchString(name) {
			p.fault(key, "bad-value", "%q is not the name of a secret: letters, digits, and _ . -", key.Value)
			return
		}
		if _, twice := refs[name]; twice {
			p.fault(key, "duplicate-key", "%q stands twice in %s; case does not count", key.Value, what)
			return
		}
		var ref SecretRef
		p.secret(&ref, what+"."+key.Value)(value)
		if ref.IsZero() && value.Kind == yaml.MappingNode && len(value.Content) == 0 {
			p.fault(value, "bad-value", "%s.%s names no place; write {file: PATH} or {env: NAME}", what, key.Value)
		}
		refs[name] = ref
	})
	return refs
}

// Own lists the places that no flow may read as a secret of all namespaces:
// those of signoff's own secrets, and those of one namespace alone.
func (c Config) Own() []SecretRef {
	own := append([]SecretRef{c.Slack.Token, c.Slack.AppToken, c.Mail.Password, c.SecretKey}, c.Slack.SigningSecrets...)
	if c.Entra != nil {
		own = append(own, c.Entra.ClientSecret)
	}
	for _, r := range c.OnCall {
		for _, s := range r.Headers {
			own = append(own, s.Ref)
		}
	}
	for _, t := range c.API.Tokens {
		own = append(own, t.Secret)
	}
	for _, t := range c.Tasks.Types {
		for _, settings := range []map[string]Setting{t.Env, t.Headers} {
			for _, s := range settings {
				own = append(own, s.Ref)
			}
		}
	}
	for _, ns := range c.Namespaces {
		own = slices.AppendSeq(own, maps.Values(ns.Secrets))
	}
	return slices.DeleteFunc(own, SecretRef.IsZero)
}
