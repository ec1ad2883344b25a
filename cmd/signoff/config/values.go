package config

import (
	"net"
	"net/netip"
	"net/url"
	"strings"

	"gopkg.in/yaml.v3"
)

func (p *parser) listen(n *yaml.Node) {
	var text string
	p.text(&text, "listen")(n)
	if text == "" {
		return
	}
	if _, _, err := net.SplitHostPort(text); err != nil {
		p.fault(n, "address", "listen must be HOST:PORT, such as %s", DefaultListen)
		return
	}
	p.c.Listen = text
}

func (p *parser) baseURL(n *yaml.Node) {
	if u, ok := p.address(n, "base_url"); ok {
		p.c.BaseURL = strings.TrimSuffix(u, "/")
	}
}

func (p *parser) slackURL(n *yaml.Node) {
	if u, ok := p.address(n, "slack.api_url"); ok {
		p.c.Slack.APIURL = strings.TrimSuffix(u, "/") + "/"
	}
}

// address reads a plain http or https address: no user, query or fragment.
func (p *parser) address(n *yaml.Node, what string) (string, bool) {
	var text string
	p.text(&text, what)(n)
	if text == "" {
		return "", false
	}
	u, err := url.Parse(text)
	switch {
	case err != nil, u.Host == "", u.Scheme != "https" && u.Scheme != "http":
		p.fault(n, "address", "%s must be an address such as https://signoff.example.com", what)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		p.fault(n, "address", "%s must not hold a user, a query or a fragment", what)
	case u.Scheme == "http" && !loopback(u.Hostname()):
		p.fault(n, "address", "%s must be https unless it is on this machine", what)
	default:
		return text, true
	}
	return "", false
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

func (p *parser) egress(n *yaml.Node) {
	p.mapping(n, "egress", keys{
		"allow": func(list *yaml.Node) {
			p.items(list, "egress.allow", func(item *yaml.Node) {
				var text string
				p.text(&text, "an entry of egress.allow")(item)
				if text == "" {
					return
				}
				if !allowable(text) {
					p.fault(item, "egress", "%q is neither HOST:PORT nor an address range such as 10.1.0.0/16", text)
					return
				}
				p.c.Egress.Allow = append(p.c.Egress.Allow, text)
			})
		},
	})
}

func allowable(text string) bool {
	if _, err := netip.ParsePrefix(text); err == nil {
		return true
	}
	host, port, err := net.SplitHostPort(text)
	return err == nil && host != "" && port != ""
}

// kv reads the values that flows see; numbers stay numbers.
func (p *parser) kv(n *yaml.Node) {
	p.entries(n, "kv", func(ns, values *yaml.Node) {
		if strings.HasPrefix(ns.Value, "~") {
			p.fault(ns, "bad-value", "%q is not the name of a namespace", ns.Value)
			return
		}
		p.c.KV[ns.Value] = map[string]any{}
		p.entries(values, "kv."+ns.Value, func(key, value *yaml.Node) {
			if v, ok := p.value(value, 0); ok {
				p.c.KV[ns.Value][key.Value] = v
			}
		})
	})
}

// maxDepth bounds nested values.
const maxDepth = 16

func (p *parser) value(n *yaml.Node, depth int) (any, bool) {
	switch {
	case depth > maxDepth:
		p.fault(n, "bad-value", "the value is nested too deeply")
		return nil, false
	case n.Kind == yaml.AliasNode:
		p.fault(n, "wrong-kind", "aliases are not read here; write the value out")
		return nil, false
	case n.Kind == yaml.MappingNode:
		out := map[string]any{}
		p.entries(n, "a value", func(key, value *yaml.Node) {
			if v, ok := p.value(value, depth+1); ok {
				out[key.Value] = v
			}
		})
		return out, true
	case n.Kind == yaml.SequenceNode:
		out := []any{}
		for _, item := range n.Content {
			if v, ok := p.value(item, depth+1); ok {
				out = append(out, v)
			}
		}
		return out, true
	default:
		return p.scalar(n)
	}
}

func (p *parser) scalar(n *yaml.Node) (any, bool) {
	var v any
	if err := n.Decode(&v); err != nil {
		p.fault(n, "bad-value", "the value cannot be read")
		return nil, false
	}
	switch v := v.(type) {
	case int:
		return int64(v), true
	case string, bool, float64, nil:
		return v, true
	default:
		return n.Value, true // a date or a large number stays the text it was
	}
}

// references checks what could not be checked on the way down.
func (p *parser) references() {
	for _, check := range p.later {
		check()
	}
}
