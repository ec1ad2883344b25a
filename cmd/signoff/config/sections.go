package config

import (
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/engine/approval"
	"signoff/engine/flow"
)

// parser fills a Config from nodes. What refers to people or groups is checked
// at the end, because they may stand below.
type parser struct {
	*reader
	c     *Config
	later []func()
}

func (p *parser) root(n *yaml.Node) {
	p.mapping(n, "the configuration", keys{
		"listen":        p.listen,
		"base_url":      p.baseURL,
		"data":          p.text(&p.c.Data, "data"),
		"flows":         p.text(&p.c.Flows, "flows"),
		"slack":         p.slack,
		"people":        p.people,
		"groups":        p.groups,
		"entra":         p.entra,
		"oncall":        p.oncall,
		"owned_domains": p.ownedDomains,
		"namespaces":    p.namespaces,
		"kv":            p.kv,
		"secrets":       p.secrets,
		"egress":        p.egress,
		"api":           p.api,
		"roles":         p.roles,
		"access":        p.access,
		"alerts":        p.alerts,
		"secret_key":    p.secret(&p.c.SecretKey, "secret_key"),
		"files":         p.files,
		"tasks":         p.tasks,
		"mail":          p.mail,
		"triggers":      p.triggers,
		"environment":   p.environment,
	})
}

func (p *parser) slack(n *yaml.Node) {
	p.mapping(n, "slack", keys{
		"token":                p.secret(&p.c.Slack.Token, "slack.token"),
		"app_token":            p.secret(&p.c.Slack.AppToken, "slack.app_token"),
		"sockets":              p.sockets,
		"broadcast_rejections": func(n *yaml.Node) { p.c.Slack.BroadcastRejections = p.yes(n, "slack.broadcast_rejections") },
		"signing_secret":       p.signingSecret,
		"api_url":              p.slackURL,
		"client_id":            p.text(&p.c.Slack.ClientID, "slack.client_id"),
		"client_secret":        p.secret(&p.c.Slack.ClientSecret, "slack.client_secret"),
		"workspace":            p.slackWorkspace,
		"away":                 p.slackAway,
	})
}

// slackWorkspace reads the id of a workspace or an organisation.
func (p *parser) slackWorkspace(n *yaml.Node) {
	var text string
	p.text(&text, "slack.workspace")(n)
	if text != "" && !regexp.MustCompile(`^[TE][A-Z0-9]+$`).MatchString(text) {
		p.fault(n, "bad-value", "slack.workspace must be the id of a workspace or an organisation, such as T012AB3CD")
		return
	}
	p.c.Slack.Workspace = text
}

// slackAway reads the emoji that mean away.
func (p *parser) slackAway(n *yaml.Node) {
	emoji := regexp.MustCompile(`^:[\p{L}\p{M}0-9_+'.-]{1,100}:$`)
	p.items(n, "slack.away", func(item *yaml.Node) {
		var name string
		p.text(&name, "an item of slack.away")(item)
		switch {
		case name == "":
		case !emoji.MatchString(name):
			p.fault(item, "bad-value", "slack.away lists emoji by their names in Slack, such as \":palm_tree:\", and %.40q is none", name)
		default:
			p.c.Slack.Away = append(p.c.Slack.Away, name)
		}
	})
}

// maxSockets leaves room below Slack's ten for the replacement of each.
const maxSockets = 5

func (p *parser) sockets(n *yaml.Node) {
	var text string
	p.text(&text, "slack.sockets")(n)
	if text == "" {
		return
	}
	count, err := strconv.Atoi(text)
	if err != nil || count < 1 || count > maxSockets {
		p.fault(n, "bad-value", "slack.sockets must be a number from 1 to %d", maxSockets)
		return
	}
	p.c.Slack.Sockets = count
}

// signingSecret is one place, or a list of them while the secret is rotated.
func (p *parser) signingSecret(n *yaml.Node) {
	read := func(n *yaml.Node) {
		var ref SecretRef
		p.secret(&ref, "slack.signing_secret")(n)
		if !ref.IsZero() {
			p.c.Slack.SigningSecrets = append(p.c.Slack.SigningSecrets, ref)
		}
	}
	if n.Kind == yaml.SequenceNode {
		p.items(n, "slack.signing_secret", read)
		return
	}
	read(n)
}

// secret reads where a secret is kept and refuses the secret itself.
func (p *parser) secret(out *SecretRef, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind == yaml.ScalarNode {
			p.fault(n, "secret-in-file", "%s must not stand here; write {file: PATH} or {env: NAME}", what)
			return
		}
		var ref SecretRef
		p.mapping(n, what, keys{
			"file": p.text(&ref.File, what+".file"),
			"env":  p.text(&ref.Env, what+".env"),
		})
		if ref.File != "" && ref.Env != "" {
			p.fault(n, "bad-value", "%s names both a file and an environment variable; keep one", what)
			return
		}
		*out = ref
	}
}

func (p *parser) ownedDomains(n *yaml.Node) {
	p.texts(&p.c.OwnedDomains, "owned_domains")(n)
	for i, d := range p.c.OwnedDomains {
		p.c.OwnedDomains[i] = strings.ToLower(strings.TrimPrefix(d, "@"))
	}
}

func (p *parser) namespaces(n *yaml.Node) {
	p.entries(n, "namespaces", func(key, value *yaml.Node) {
		var ns Namespace
		p.mapping(value, "the namespace "+key.Value, keys{
			"approvers": func(n *yaml.Node) { p.approvers(n, &ns.Approvers) },
			"deliver":   func(n *yaml.Node) { p.deliver(n, &ns.Deliver) },
			"secrets":   func(n *yaml.Node) { ns.Secrets = p.secretNames(n, "the secrets of "+key.Value) },
		})
		p.c.Namespaces[key.Value] = ns
	})
}

func (p *parser) approvers(n *yaml.Node, out *[]approval.Selector) {
	p.items(n, "approvers", func(item *yaml.Node) {
		var text string
		p.text(&text, "an approver")(item)
		if text == "" {
			return
		}
		sel, ok := selector(text)
		if !ok {
			p.fault(item, "approver", "%q names nobody; write user:ID, group:NAME, role:NAME, oncall:ROTA or manager-of:requester", text)
			return
		}
		*out = append(*out, sel)
		p.later = append(p.later, func() { p.knownSelector(item, sel) })
	})
}

func (p *parser) deliver(n *yaml.Node, out *[]flow.Destination) {
	p.items(n, "deliver", func(item *yaml.Node) {
		if d, ok := p.destination(item, "a destination"); ok {
			*out = append(*out, d)
		}
	})
}

func (p *parser) destination(n *yaml.Node, what string) (flow.Destination, bool) {
	var d flow.Destination
	p.mapping(n, what, keys{
		"slack": func(v *yaml.Node) { d.Surface = "slack"; p.text(&d.To, what)(v) },
		flow.Requester: func(v *yaml.Node) {
			d.Surface = flow.Requester
			if p.text(&d.To, what)(v); d.To != "none" {
				p.fault(v, "bad-value", "requester can only be none; for a copy of their own write slack: requester")
			}
		},
	})
	return d, d.Surface != "" && d.To != ""
}

func (p *parser) alerts(n *yaml.Node) {
	if d, ok := p.destination(n, "alerts"); ok {
		if d.To == flow.Approvers || d.To == flow.Requester || d.Surface == flow.Requester {
			p.fault(n, "bad-value", "alerts go to one channel or person, not to the approvers of a request")
			return
		}
		p.c.Alerts = &d
	}
}
