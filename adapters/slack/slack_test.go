package slack_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"signoff/adapters"
	"signoff/adapters/adaptertest"
	"signoff/adapters/slack/slacktest"
	"signoff/adapters/slack/wire"
)

func TestAdapter(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		adaptertest.Run(t, func(t *testing.T, h adapters.Handler) adaptertest.Harness { return newHarness(newBench(t, h)) })
	})
}

// newHarness lends the suite the eyes and fingers of two people in the fake
// workspace.
func newHarness(b *bench) adaptertest.Harness {
	return adaptertest.Harness{
		Adapter: b.adapter,
		Can:     adaptertest.Abilities{Update: true, Press: true, Rooms: true},
		Channel: "#requests", NoChannel: "#nowhere",
		Dana: b.someone("UDANA"), Kim: b.someone("UKIM"),
		Shown: b.shown,
		Press: b.press,
		Told: func(ctx context.Context, who adaptertest.Someone, n int) []string {
			return b.hear(ctx, who.Account.ID, n)
		},
		Posted: b.posted,
		Remove: func(ref adapters.MessageRef) { b.fake.Remove(ref.Place, ref.Message) },
		Break: func() {
			for _, method := range []string{"chat.postMessage", "chat.update", "users.lookupByEmail"} {
				for range 10 {
					b.fake.DropAfter(method)
				}
			}
		},
		Secrets: []string{b.fake.BotToken(), b.fake.SigningSecret(), b.fake.AppToken(), b.fake.URL(), "http://"},
	}
}

func (b *bench) someone(id string) adaptertest.Someone {
	u := b.fake.User(id)
	return adaptertest.Someone{
		Person:  adapters.Person{ID: u.Email, Name: u.Real, Email: u.Email},
		Account: adapters.Account{Surface: "slack", Tenant: b.fake.TeamID(), ID: u.ID, Name: u.Real, Email: u.Email},
	}
}

func (b *bench) posted(to adapters.Destination) []string {
	messages := b.fake.Messages(to.Channel)
	if to.Person != nil {
		id := strings.ToUpper("U" + to.Person.Name)
		messages = b.fake.DMs(id)
	}
	var texts []string
	for _, m := range messages {
		texts = append(texts, m.Lines()[0])
	}
	return texts
}

func (b *bench) press(ctx context.Context, p adaptertest.Press) (adaptertest.Feedback, error) {
	m, ok := b.fake.Message(p.Ref.Place, p.Ref.Message)
	if !ok {
		return adaptertest.Feedback{}, fmt.Errorf("no message %+v", p.Ref)
	}
	action := ""
	for _, button := range m.Buttons() {
		if _, id, _ := strings.Cut(button.Action, ":"); id == p.Action {
			action = button.Action
		}
	}
	user := p.By.Account.ID
	result, err := b.fake.Press(ctx, user, p.Ref.Place, p.Ref.Message, action)
	if err != nil || result.Outcome != slacktest.Acknowledged {
		return adaptertest.Feedback{}, fmt.Errorf("press %s: %v, %w", action, result, err)
	}
	open := b.fake.Modals(user)
	if len(open) == 0 {
		return adaptertest.Feedback{}, nil
	}
	return b.fillIn(ctx, user, open[len(open)-1], p.Values)
}

func (b *bench) fillIn(ctx context.Context, user string, view slacktest.View, typed map[string]any) (adaptertest.Feedback, error) {
	result, err := b.fake.Submit(ctx, user, view.ID, typedAs(typed))
	if err != nil {
		return adaptertest.Feedback{}, err
	}
	if result.Outcome == slacktest.Updated {
		return adaptertest.Feedback{Notice: strings.Join(result.View.Lines()[1:], "\n")}, nil
	}
	if result.Outcome != slacktest.FieldErrors {
		return adaptertest.Feedback{}, wantClosed(result)
	}
	fb := adaptertest.Feedback{Form: true, Fields: map[string]string{}, Filled: typed}
	for block, text := range result.Errors {
		fb.Fields[strings.TrimPrefix(block, "f:")] = text
	}
	return fb, nil
}

func wantClosed(r slacktest.Result) error {
	if r.Outcome != slacktest.Closed {
		return fmt.Errorf("submit: %+v", r)
	}
	return nil
}

// typedAs is how Slack's inputs take values.
func typedAs(values map[string]any) slacktest.Values {
	typed := slacktest.Values{}
	for field, v := range values {
		if list, several := v.([]any); several {
			typed["f:"+field] = list
			continue
		}
		s := fmt.Sprint(v)
		if at, err := time.Parse(time.RFC3339, s); err == nil {
			s = fmt.Sprint(at.Unix())
		}
		typed["f:"+field] = s
	}
	return typed
}

func (b *bench) shown(ref adapters.MessageRef) (adaptertest.Seen, bool) {
	m, ok := b.fake.Message(ref.Place, ref.Message)
	if !ok {
		return adaptertest.Seen{}, false
	}
	seen := adaptertest.Seen{Lines: m.Lines()}
	for _, button := range m.Buttons() {
		if button.Action != wire.DetailsAction { // it shows more, and does nothing
			seen.Buttons = append(seen.Buttons, button.Text)
		}
	}
	var blocks any
	if err := json.Unmarshal(m.Blocks, &blocks); err != nil {
		panic(err)
	}
	links, mentions := effects(blocks)
	_, called := tokens(m.Text)
	seen.Links, seen.Mentions = links, append(mentions, called...)
	return seen, true
}

// effects finds what a message does besides being read.
func effects(node any) (links, mentions []string) {
	switch n := node.(type) {
	case []any:
		for _, e := range n {
			l, m := effects(e)
			links, mentions = append(links, l...), append(mentions, m...)
		}
	case map[string]any:
		switch n["type"] {
		case "link":
			return []string{fmt.Sprint(n["url"])}, nil
		case "user", "usergroup", "channel", "broadcast":
			return nil, []string{fmt.Sprint(n)}
		case "mrkdwn":
			links, mentions = tokens(fmt.Sprint(n["text"]))
			if n["verbatim"] != true {
				mentions = append(mentions, "not verbatim: "+fmt.Sprint(n["text"]))
			}
			return links, mentions
		}
		for _, key := range []string{"elements", "fields", "text", "label", "hint", "element"} {
			l, m := effects(n[key])
			links, mentions = append(links, l...), append(mentions, m...)
		}
	}
	return links, mentions
}

// tokens finds the <…> sequences of mrkdwn.
func tokens(s string) (links, mentions []string) {
	for {
		_, rest, found := strings.Cut(s, "<")
		if !found {
			return links, mentions
		}
		inside, after, _ := strings.Cut(rest, ">")
		switch {
		case strings.HasPrefix(inside, "!date^"):
			if strings.Count(inside, "^") != 2 || strings.Count(inside, "|") != 1 {
				mentions = append(mentions, inside)
			}
		case strings.HasPrefix(inside, "!"), strings.HasPrefix(inside, "@"), strings.HasPrefix(inside, "#"):
			mentions = append(mentions, inside)
		default:
			links = append(links, inside)
		}
		s = after
	}
}
