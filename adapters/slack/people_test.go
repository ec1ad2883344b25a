package slack_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/adapters/adaptertest"
	"signoff/adapters/slack"
	"signoff/adapters/slack/slacktest"
)

const unverified = "Cannot verify you now. Try again in a minute."

// open puts an open card into #requests.
func (b *bench) open(t *testing.T) adapters.MessageRef {
	t.Helper()
	ref, err := b.adapter.Post(t.Context(), adapters.Destination{Channel: "#requests"}, adaptertest.Pending())
	if err != nil {
		t.Fatalf("Post: %v", err)
	}
	return ref
}

func (b *bench) approve(t *testing.T, user string, ref adapters.MessageRef) slacktest.Result {
	t.Helper()
	result, err := b.fake.Press(t.Context(), user, ref.Place, ref.Message, "act:approve")
	if err != nil {
		t.Fatalf("Press: %v", err)
	}
	return result
}

func (b *bench) calls(method string) int { return len(b.fake.Calls(method)) }

// TestStanding: what Slack says against an account arrives with the click.
func TestStanding(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		account := func(id, name string) adapters.Account {
			return adapters.Account{Surface: "slack", Tenant: "T0SIGNOFF", ID: id, Name: name}
		}
		member := account("UDANA", "Dana")
		member.Email = "dana@example.com"
		gone := account("UGONE", "Gone")
		gone.Email, gone.Deactivated = "gone@example.com", true
		guest, one, inv, bot, flow := account("UGUEST", "Guest"), account("UONE", "One"), account("UINV", "Inv"), account("UBOT", "Bot"), account("UFLOW", "Flow")
		guest.Guest, one.Guest, inv.Deactivated, bot.Bot, flow.Bot = true, true, true, true, true
		far, other := account("UFAR", "Far"), account("UELSE", "Else")
		far.Tenant, far.Foreign, other.Tenant, other.Foreign = "T0OTHER", true, "T0OTHER", true
		for name, want := range map[string]adapters.Account{
			"member": member, "deactivated": gone, "guest": guest, "guest_of_one_channel": one, "invited": inv,
			"bot": bot, "workflow": flow, "stranger": far, "other_workspace": other,
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				d := &desk{}
				b := newBench(t, d)
				b.approve(t, want.ID, b.open(t))
				clicks := d.seen()
				if len(clicks) != 1 {
					t.Fatalf("one press made %d clicks", len(clicks))
				}
				if diff := cmp.Diff(want, clicks[0].Actor); diff != "" {
					t.Errorf("actor (-want +got)\n%s", diff)
				}
			})
		}
	})
}

// TestStandingByOneWitness: the payload and users.info must both place a person
// in our workspace.
func TestStandingByOneWitness(t *testing.T) {
	t.Parallel()
	for name, user := range map[string]string{
		"payload_says_nothing":    `{"id":"UELSE"}`,
		"payload_says_ours":       `{"id":"UELSE","team_id":"T0SIGNOFF"}`,
		"payload_says_another":    `{"id":"UDANA","team_id":"T0OTHER"}`,
		"payload_names_no_member": `{"id":"UNOBODY","team_id":"T0SIGNOFF"}`,
	} {
		d := &desk{}
		b := newBench(t, d)
		body := form(strings.Replace(press, `{"id":"UDANA","team_id":"T0SIGNOFF"}`, user, 1))
		r := &request{method: "POST", target: slack.InteractionsPath, body: body, header: b.fake.Sign(time.Now(), []byte(body))}
		r.send(b.adapter.Handler(d))
		if clicks := d.seen(); len(clicks) != 1 || !clicks[0].Actor.Foreign {
			t.Errorf("%s: clicks = %+v, want one by a foreign account", name, clicks)
		}
	}
}

// TestStandingNobody: a payload without a person decides nothing.
func TestStandingNobody(t *testing.T) {
	t.Parallel()
	d := &desk{}
	b := newBench(t, d)
	body := form(strings.Replace(press, `"id":"UDANA",`, "", 1))
	r := &request{method: "POST", target: slack.InteractionsPath, body: body, header: b.fake.Sign(time.Now(), []byte(body))}
	if w := r.send(b.adapter.Handler(d)); w.Code != 200 || len(d.seen()) != 0 {
		t.Errorf("answer = %d after %d clicks", w.Code, len(d.seen()))
	}
}

// TestStandingUnknown: an account that our workspace does not know is foreign.
func TestStandingUnknown(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"user_not_found", "user_not_visible"} {
		d := &desk{}
		b := newBench(t, d)
		ref := b.open(t)
		b.fake.FailNext("users.info", code)
		b.approve(t, "UDANA", ref)
		if clicks := d.seen(); len(clicks) != 1 || !clicks[0].Actor.Foreign {
			t.Errorf("%s: clicks = %+v, want one by a foreign account", code, clicks)
		}
	}
}

// TestStandingFailsClosed: whoever cannot be verified decides nothing, and is
// told to come back.
func TestStandingFailsClosed(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, newBench makeBench) {
		for name, spoil := range map[string]func(*slacktest.Server){
			"error":       func(s *slacktest.Server) { s.FailNext("users.info", "fatal_error") },
			"no_scope":    func(s *slacktest.Server) { s.FailNext("users.info", "missing_scope") },
			"rate_limit":  func(s *slacktest.Server) { s.RateLimit("users.info", 1, time.Minute) },
			"broken":      func(s *slacktest.Server) { s.DropAfter("users.info") },
			"slow":        func(s *slacktest.Server) { s.Delay("users.info", 30*time.Second) },
			"no_home":     func(s *slacktest.Server) { s.FailNext("auth.test", "invalid_auth") },
			"home_broken": func(s *slacktest.Server) { s.DropAfter("auth.test") },
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				d := &desk{}
				b := newBench(t, d, func(c *slack.Config) { c.Tenant = "" })
				ref := b.open(t)
				spoil(b.fake)
				if r := b.approve(t, "UDANA", ref); r.Outcome != slacktest.Acknowledged {
					t.Errorf("the press came to %+v", r)
				}
				if diff := cmp.Diff([]string{unverified}, b.hear(soon(t), "UDANA", 1)); diff != "" {
					t.Errorf("told (-want +got)\n%s", diff)
				}
				if n := len(d.seen()); n != 0 {
					t.Errorf("an unverified press made %d clicks", n)
				}
			})
		}
	})
}

// TestStandingIsFresh: what we know of a person is a minute old at most, and a
// failure is not kept.
func TestStandingIsFresh(t *testing.T) {
	t.Parallel()
	var skip atomic.Int64
	d := &desk{}
	b := newBench(t, d, func(c *slack.Config) {
		c.Now = func() time.Time { return time.Now().Add(time.Duration(skip.Load())) }
	})
	ref := b.open(t)
	b.fake.FailNext("users.info", "fatal_error")
	b.approve(t, "UDANA", ref)
	b.approve(t, "UDANA", ref)
	b.approve(t, "UDANA", ref)
	if n := b.calls("users.info"); n != 2 {
		t.Errorf("three presses asked %d times, want 2: a failure and a success", n)
	}
	b.fake.SetUser(slacktest.User{ID: "UDANA", Name: "dana", Real: "Dana", Deleted: true})
	skip.Store(int64(time.Minute))
	b.approve(t, "UDANA", ref)
	clicks := d.seen()
	if last := clicks[len(clicks)-1]; !last.Actor.Deactivated {
		t.Errorf("a minute after Dana was deactivated: %+v", last.Actor)
	}
}

// TestEnterprise: in an organisation people are at home in each workspace of it,
// and payloads name no team.
func TestEnterprise(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(slacktest.Options{
		EnterpriseID: "E0ORG", Users: append([]slacktest.User{{ID: "WSIB", Name: "sib", Real: "Sib", Team: "T0SIBLING"}}, people...), Channels: []slacktest.Channel{{ID: "C0REQ", Name: "requests"}},
	})
	fake.Start(t)
	for name, c := range map[string]struct {
		enterprise string
		want       adapters.Account
	}{
		"whole_organisation": {"E0ORG", adapters.Account{Surface: "slack", Tenant: "E0ORG", ID: "WSIB", Name: "Sib"}},
		"one_workspace":      {"", adapters.Account{Surface: "slack", Tenant: "T0SIBLING", ID: "WSIB", Name: "Sib", Foreign: true}},
	} {
		t.Run(name, func(t *testing.T) {
			d := &desk{}
			b := benchOn(t, fake, d, func(cfg *slack.Config) { cfg.Enterprise = c.enterprise })
			b.approve(t, "WSIB", b.open(t))
			if clicks := d.seen(); len(clicks) != 1 || clicks[0].Actor != c.want {
				t.Errorf("clicks = %+v, want one by %+v", clicks, c.want)
			}
		})
	}
}

func TestPostFindsPeople(t *testing.T) {
	t.Parallel()
	b := newBench(t, &desk{})
	for name, p := range map[string]adapters.Person{
		"account":        {Account: "UDANA"},
		"tenant_account": {Account: "T0SIGNOFF:UDANA", Email: "wrong@example.com"},
		"email":          {Email: "Dana@Example.com"},
	} {
		ref, err := b.adapter.Post(t.Context(), adapters.Destination{Person: &p}, adaptertest.Pending())
		if err != nil || !strings.HasPrefix(ref.Place, "D") {
			t.Errorf("%s: Post = %+v, %v, want a direct message", name, ref, err)
		}
	}
	if n := len(b.fake.DMs("UDANA")); n != 3 {
		t.Errorf("Dana has %d messages, want 3", n)
	}
	for name, p := range map[string]adapters.Person{
		"nothing":     {Name: "Lee"},
		"unknown":     {Name: "Lee", Email: "lee@example.com"},
		"deactivated": {Name: "Gone", Email: "gone@example.com"},
		"bad_account": {Name: "Lee", Account: "UNOBODY"},
	} {
		_, err := b.adapter.Post(t.Context(), adapters.Destination{Person: &p}, adaptertest.Pending())
		e := wantDelivery(t, name, err)
		if e.Kind != adapters.Unreachable || e.Advice == "" {
			t.Errorf("%s: Post = %+v, want Unreachable with advice", name, e)
		}
	}
}
