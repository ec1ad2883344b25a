package adaptertest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"signoff/adapters"
)

// Press does what a person does, and returns what they see.
func (m *Memory) Press(ctx context.Context, p Press) (Feedback, error) {
	m.mu.Lock()
	msg := m.find(p.Ref)
	m.presses++
	n := m.presses
	var card adapters.Card
	if msg != nil && msg.card != nil {
		card = *msg.card
	}
	m.mu.Unlock()
	action, ok := actionOf(card, p.Action)
	if !ok {
		return Feedback{}, fmt.Errorf("press %s: %w", p.Action, errNotThere)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %+v", n, p.By.Account.ID, p.Ref))
	click := adapters.Click{
		Actor: p.By.Account, Request: card.Request, Version: card.Version, Action: action.ID, Copy: p.Ref,
		Once: m.name + strconv.Itoa(n), Evidence: hex.EncodeToString(sum[:]),
	}
	if len(action.Asks) > 0 {
		return m.fillIn(ctx, click, p)
	}
	ans, err := m.handler.Click(ctx, click)
	m.tell(p.By, said(ans, err))
	return Feedback{}, nil
}

// fillIn opens a form and submits it.
func (m *Memory) fillIn(ctx context.Context, click adapters.Click, p Press) (Feedback, error) {
	ans, err := m.handler.Look(ctx, adapters.Look{
		Actor: click.Actor, Request: click.Request, Copy: click.Copy, Action: click.Action, Version: click.Version,
	})
	if err != nil || ans.Kind != adapters.Shown || ans.Card == nil {
		m.tell(p.By, said(ans, err))
		return Feedback{}, nil
	}
	action, ok := actionOf(*ans.Card, click.Action)
	if !ok {
		return Feedback{}, fmt.Errorf("press %s: %w", p.Action, errNotThere)
	}
	click.Version, click.Values = ans.Card.Version, map[string]any{}
	for _, field := range action.Asks {
		click.Values[field] = p.Values[field]
	}
	ans, err = m.handler.Click(ctx, click)
	switch {
	case err == nil && ans.Kind == adapters.Invalid:
		return Feedback{Form: true, Fields: ans.Fields, Filled: p.Values}, nil
	case err != nil || ans.Kind == adapters.Refused:
		return Feedback{Notice: said(ans, err)}, nil
	}
	return Feedback{}, nil
}

// said is what an answer says to the person who pressed.
func said(ans adapters.Answer, err error) string {
	switch {
	case err != nil:
		return "Something went wrong. Try again in a minute."
	case ans.Kind == adapters.Refused, ans.Kind == adapters.Invalid:
		return ans.Text
	}
	return ""
}

func actionOf(card adapters.Card, id string) (adapters.Action, bool) {
	for _, a := range card.Actions {
		if a.ID == id {
			return a, true
		}
	}
	return adapters.Action{}, false
}

func (m *Memory) tell(who Someone, text string) {
	if text == "" {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.told[who.Account.ID] = append(m.told[who.Account.ID], text)
	m.announce()
}
