package slack_test

import (
	"encoding/json"
	"log/slog"
	"maps"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"signoff/adapters"
	"signoff/adapters/slack"
)

// closedDesk counts whatever reaches it and is not only looked at.
func closedDesk() (*desk, *atomic.Int64) {
	reached := new(atomic.Int64)
	d := &desk{counter: counter{
		command: func(adapters.Command) (adapters.Reply, error) { reached.Add(1); return adapters.Reply{}, nil },
		sheet:   func(adapters.SheetCall) (adapters.Reply, error) { reached.Add(1); return adapters.Reply{}, nil },
		submit:  func(adapters.SheetCall) (adapters.Reply, error) { reached.Add(1); return adapters.Reply{}, nil },
		choices: func(adapters.ChoicesCall) ([]adapters.Option, error) { reached.Add(1); return nil, nil },
	}}
	d.click = func(adapters.Click) (adapters.Answer, error) { reached.Add(1); return adapters.Answer{}, nil }
	d.look = func(adapters.Look) (adapters.Answer, error) { reached.Add(1); return adapters.Answer{}, nil }
	return d, reached
}

// overHTTP is where and how an attack goes over HTTP.
func (a attack) overHTTP() (path, media, body string) {
	switch a.kind {
	case "slash_commands":
		fields := map[string]string{}
		if err := json.Unmarshal([]byte(a.body), &fields); err != nil {
			panic(err)
		}
		v := url.Values{}
		for key, value := range fields {
			v.Set(key, value)
		}
		return slack.CommandsPath, "application/x-www-form-urlencoded", v.Encode()
	case "events_api":
		return slack.EventsPath, "application/json", a.body
	}
	return slack.InteractionsPath, "application/x-www-form-urlencoded", form(a.body)
}

// TestAttacksOverHTTP: nothing is decided, the status is right, and nothing of
// ours can be read in the answer or the log.
func TestAttacksOverHTTP(t *testing.T) {
	t.Parallel()
	table := attacks()
	if len(table) < 60 {
		t.Fatalf("the corpus holds %d attacks, want at least 60", len(table))
	}
	for name, a := range table {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, reached := closedDesk()
			log := &diary{}
			b := newBench(t, d, func(c *slack.Config) {
				c.AppToken = "xapp-1-A0SIGNOFF-1-test"
				c.Log = slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			})
			path, media, body := a.overHTTP()
			w := b.send(path, media, body)
			b.stop()
			if w.Code != a.status {
				t.Errorf("status = %d, want %d", w.Code, a.status)
			}
			if n := reached.Load(); n != 0 {
				t.Errorf("the desk was reached %d times", n)
			}
			for _, secret := range []string{b.fake.BotToken(), b.fake.SigningSecret(), "xapp-", "01JD.2"} {
				if strings.Contains(w.Body.String(), secret) || secret != "01JD.2" && strings.Contains(log.String(), secret) {
					t.Errorf("%q can be read", secret)
				}
			}
			if w.Code != 200 && w.Header().Get("X-Slack-No-Retry") != "1" {
				t.Error("Slack would send it again")
			}
		})
	}
}

// TestAttacksOverSockets: the same, and each is acknowledged, so that Slack does
// not send it again.
func TestAttacksOverSockets(t *testing.T) {
	t.Parallel()
	for name, a := range attacks() {
		if !json.Valid([]byte(a.body)) {
			continue // no envelope could hold it
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d, reached := closedDesk()
				var acks frames
				far := &liar{serve: func(_ int, conn *websocket.Conn) {
					say(conn, hello)
					say(conn, `{"type":"`+a.kind+`","envelope_id":"e1","accepts_response_payload":true,"payload":`+a.body+`}`)
					listen(conn, acks.add)
				}}
				w := inBubble(t, far, d)
				time.Sleep(4 * time.Second)
				settle()
				if n := reached.Load(); n != 0 {
					t.Errorf("the desk was reached %d times", n)
				}
				if all := acks.list(); len(all) != 1 || !strings.Contains(all[0], `"envelope_id":"e1"`) || strings.Contains(all[0], "01JD.2") {
					t.Errorf("acknowledged with %q", all)
				}
				w.stop()
				<-w.ended
			})
		})
	}
}

// TestForgedNamesAreOnlyNames: what comes back in a button or a form says what is
// meant and not who may. Whoever sent it is the one whom the desk judges.
func TestForgedNamesAreOnlyNames(t *testing.T) {
	t.Parallel()
	dana := adapters.Account{Surface: "slack", Tenant: "T0SIGNOFF", ID: "UDANA", Name: "Dana", Email: "dana@example.com"}
	kim := adapters.Account{Surface: "slack", Tenant: "T0SIGNOFF", ID: "UKIM", Name: "Kim", Email: "kim@example.com"}
	far := adapters.Account{Surface: "slack", Tenant: "T0OTHER", ID: "UFAR", Name: "Far", Foreign: true}
	here := adapters.MessageRef{Place: "C0REQ", Message: "1.000001"}
	for name, c := range map[string]struct {
		body string
		want adapters.Click
	}{
		"forwarded_card":       {with(press2, "C0REQ", "C0OTHER"), adapters.Click{Actor: dana, Copy: adapters.MessageRef{Place: "C0OTHER", Message: "1.000001"}}},
		"what_only_they_see":   {with(press2, `"container":{`, `"container":{"is_ephemeral":true,`), adapters.Click{Actor: dana}},
		"view_of_another_user": {with(filled, "UDANA", "UKIM"), adapters.Click{Actor: kim, Values: map[string]any{"x": "a"}, WantCard: true}},
		"names_another_user":   {with(filled, `"private_metadata"`, `"user":{"id":"UKIM"},"private_metadata"`), adapters.Click{Actor: dana, Values: map[string]any{"x": "a"}, WantCard: true}},
		"names_another_copy":   {with(filled, `\"a\":`, `\"c\":\"C1\",\"t\":\"2.1\",\"a\":`), adapters.Click{Actor: dana, Copy: adapters.MessageRef{Place: "C1", Message: "2.1"}, Values: map[string]any{"x": "a"}, WantCard: true}},
		"stranger":             {with(press2, `"UDANA","team_id":"T0SIGNOFF"`, `"UFAR","team_id":"T0OTHER"`), adapters.Click{Actor: far, Copy: here}},
		"stranger_as_ours":     {with(press2, `"UDANA"`, `"UFAR"`), adapters.Click{Actor: far, Copy: here}},
		"name_and_mail_forged": {with(press2, `"team_id":"T0SIGNOFF"}`, `"team_id":"T0SIGNOFF","name":"Kim","email":"kim@example.com","is_admin":true}`), adapters.Click{Actor: dana, Copy: here}},
		"two_buttons":          {with(press2, `[{`, `[{"type":"button","action_id":"buy:now","value":"1|other|1"},{`), adapters.Click{Actor: dana, Copy: here}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &desk{}
			b := newBench(t, d)
			b.raw(t, c.body)
			b.stop()
			clicks := d.seen()
			if len(clicks) != 1 {
				t.Fatalf("%d clicks", len(clicks))
			}
			got := clicks[0]
			got.Once, got.Evidence = "", ""
			c.want.Request, c.want.Version, c.want.Action = "01JD.2", 1, "approve"
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("click (-want +got)\n%s", diff)
			}
		})
	}
}

// TestOtherPathsAreGuarded: commands and events are verified as presses are.
func TestOtherPathsAreGuarded(t *testing.T) {
	t.Parallel()
	for path, c := range map[string]struct{ media, body string }{
		slack.CommandsPath: {"application/x-www-form-urlencoded", "command=%2Fsignoff&user_id=UDANA&text=approve+X"},
		slack.EventsPath:   {"application/json", told},
	} {
		for name, forgery := range guards() {
			t.Run(strings.TrimPrefix(path, "/slack/")+"/"+name, func(t *testing.T) {
				t.Parallel()
				d, reached := closedDesk()
				b := newBench(t, d, func(cfg *slack.Config) {
					cfg.SigningSecrets = []string{secret, oldSecret}
					cfg.Now = func() time.Time { return now }
				})
				r := genuine(c.body)
				r.target = path
				r.header.Set("Content-Type", c.media)
				forgery.forge(r)
				w := r.send(b.ingress.Config.Handler)
				if w.Code != forgery.status || reached.Load() != 0 {
					t.Errorf("status = %d after %d calls, want %d and none", w.Code, reached.Load(), forgery.status)
				}
				leaks(t, r, w.Body.String())
			})
		}
	}
}

// guards are the forgeries that do not depend on what is sent.
func guards() map[string]forgery {
	all := map[string]forgery{
		"media/other":   {media, header("Content-Type", "text/plain")},
		"media/missing": {media, func(r *request) { r.header.Del("Content-Type") }},
		"media/gzip":    {media, header("Content-Encoding", "gzip")},
		"query":         {bad, func(r *request) { r.target += "?payload=1" }},
		"method/get":    {405, func(r *request) { r.method = "GET" }},
		"size":          {413, func(r *request) { r.body += strings.Repeat("a", 2<<20) }},
	}
	for name, f := range missigned() {
		if name != "signature/moved_colon" {
			all[name] = f
		}
	}
	maps.Copy(all, mistimed())
	return all
}
