package config

import (
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"signoff/engine/flow"
)

// Triggers is what holds for everything that starts flows by itself.
type Triggers struct {
	// Missed is what schedules do that do not say what to do about runs that
	// were missed; empty is to make all of them up.
	Missed flow.Missed
	// PerMinute is how many executions the triggers of a namespace may start
	// within a minute; 0 is signoff's own bound.
	PerMinute int
	// WebhookGet lets GET start a flow by its webhook.
	WebhookGet bool
}

// maxPerMinute is more than a machine starts.
const maxPerMinute = 100_000

func (p *parser) triggers(n *yaml.Node) {
	p.mapping(n, "triggers", keys{
		"missed": p.missed, "per_minute": p.perMinute, "webhook_get": p.webhookGet,
	})
}

func (p *parser) missed(n *yaml.Node) {
	var text string
	p.text(&text, "triggers.missed")(n)
	switch m := flow.Missed(strings.ToUpper(text)); m {
	case flow.MissedAll, flow.MissedLast, flow.MissedNone:
		p.c.Triggers.Missed = m
	case "":
	default:
		p.fault(n, "bad-value", "triggers.missed must be ALL, LAST or NONE")
	}
}

func (p *parser) perMinute(n *yaml.Node) {
	var text string
	p.text(&text, "triggers.per_minute")(n)
	if text == "" {
		return
	}
	count, err := strconv.Atoi(text)
	if err != nil || count < 1 || count > maxPerMinute {
		p.fault(n, "bad-value", "triggers.per_minute must be a number from 1 to %d", maxPerMinute)
		return
	}
	p.c.Triggers.PerMinute = count
}

func (p *parser) webhookGet(n *yaml.Node) {
	var text string
	p.text(&text, "triggers.webhook_get")(n)
	switch text {
	case "true", "false":
		p.c.Triggers.WebhookGet = text == "true"
	case "":
	default:
		p.fault(n, "bad-value", "triggers.webhook_get must be true or false")
	}
}
