package flow

import (
	"slices"
	"strings"
)

// triggers finds what starts the flow in ways that its author did not mean.
func (r reviewer) triggers() {
	seen := map[string]*Trigger{}
	for _, t := range r.flow.Triggers {
		if t.Disabled {
			continue
		}
		r.conditionAt(r.keyOr(t, "when"), t.When)
		switch spec := t.Spec.(type) {
		case *Schedule:
			r.schedule(t, spec, seen)
			r.given(t)
		case *Webhook:
			if spec.Key != "" && !strings.Contains(spec.Key, "{{") {
				r.warnf(r.keyOr(t, "key"), ruleWebhookKey,
					`who reads the file can start the flow; write key: "{{ secret('NAME') }}"`)
			}
			r.given(t)
		case *FlowTrigger:
			r.listens(t, spec)
			r.given(t)
		case *SlashCommand, *ForeignTrigger, nil: // a form asks for what is missing
		}
	}
}

func (r reviewer) schedule(t *Trigger, s *Schedule, seen map[string]*Trigger) {
	fields := strings.Fields(s.Cron)
	hour := 1
	if s.Seconds {
		hour = 2
	}
	if s.Timezone == "" && (strings.HasPrefix(s.Cron, "@") && s.Cron != "@hourly" || hour < len(fields) && !strings.HasPrefix(fields[hour], "*")) {
		r.warnf(r.keyOr(t, "cron"), ruleScheduleZone, "the times are in UTC; write a timezone, such as Europe/Berlin, or UTC to confirm that")
	}
	if len(s.Conditions) > 0 || t.When != nil || len(t.Inputs) > 0 {
		return // each may have its own
	}
	same := strings.Join(append(fields, s.Timezone), " ")
	if first, twice := seen[same]; twice {
		r.warnf(t.Pos, ruleDuplicateCron, "%s starts the flow at the same times as %s does", quote(t.ID), quote(first.ID))
		return
	}
	seen[same] = t
}

// given finds inputs that the flow needs and the trigger does not give, so that
// it never starts anything.
func (r reviewer) given(t *Trigger) {
	for _, in := range r.flow.Inputs {
		if !in.Required || in.Defaults != nil || in.First || len(in.DependsOn) > 0 || len(in.Conditions) > 0 {
			continue
		}
		top := topName(in.ID)
		if !slices.ContainsFunc(t.Inputs, func(p Pair) bool { return p.Name == in.ID || p.Name == top }) {
			r.warnf(t.Pos, ruleInputsMissing, "%s gives the flow no %s, which it needs, so it cannot start it; write it under \"inputs\", or give the input a default",
				quote(t.ID), quote(in.ID))
			return
		}
	}
}

// listens finds a trigger that its own flow sets off.
func (r reviewer) listens(t *Trigger, f *FlowTrigger) {
	if t.When != nil || len(f.Conditions) > 0 {
		return
	}
	own := len(f.Upstream) == 0 || slices.ContainsFunc(f.Upstream, func(u Upstream) bool {
		return u.When == nil && len(u.Labels) == 0 && len(u.Conditions) == 0 && (u.Flow == "" || u.Flow == r.flow.ID) && (u.Namespace == "" || u.Namespace == r.flow.Namespace)
	})
	if own && (f.Any || len(f.Upstream) < 2) {
		r.warnf(t.Pos, ruleTriggerLoop, "%s listens to its own flow too, so each execution starts the next; name the flows that it depends on", quote(t.ID))
	}
}

// keyOr is where a key of a trigger stands, or the trigger itself.
func (r reviewer) keyOr(t *Trigger, key string) Pos {
	if at, ok := r.p.keys[keyOf{t.Pos, key}]; ok {
		return at
	}
	return t.Pos
}
