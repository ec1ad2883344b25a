package bot_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"

	"signoff/adapters"
	"signoff/bot"
	"signoff/bot/people"
	"signoff/engine"
	"signoff/engine/access"
	"signoff/store"
	"signoff/store/bolt"
	"signoff/store/memory"
)

// crowd is a store with so many open requests, of which Dana can answer all, Kim
// every hundredth, and Lee none.
func crowd(b *testing.B, s store.Store, n int) *bot.Bot {
	b.Helper()
	p, err := people.New(people.Config{People: []people.Person{
		{ID: "dana", Name: "Dana", Accounts: map[string]string{"slack": "T1:UDANA"}},
		{ID: "kim", Name: "Kim", Accounts: map[string]string{"slack": "T1:UKIM"}},
		{ID: "lee", Name: "Lee", Accounts: map[string]string{"slack": "T1:ULEE"}},
		{ID: "alex", Name: "Alex", Accounts: map[string]string{"slack": "T1:UALEX"}},
	}})
	if err != nil {
		b.Fatal(err)
	}
	w, err := bot.New(bot.Config{Store: s, Tasks: &farEnd{}, People: p, Access: access.Unrestricted(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	by := engine.Principal{Person: "alex", Name: "Alex", Account: "slack:T1:UALEX", Via: "slack"}
	for id, who := range map[string]string{"all": `"user:dana"`, "some": `"user:dana", "user:kim"`} {
		src := "id: " + id + "\nnamespace: hr\ntasks:\n  - id: gate\n    type: Pause\n    pauseDuration: P30D\n    behavior: FAIL\n    onReject: FAIL\n" +
			"    onResume: [{id: ok, type: BOOL}, {id: reason, type: STRING, required: false}]\n    request: {title: Pay, facts: {Amount: \"900\", Why: it is due}}\n" +
			"    approval: {stages: [{id: one, who: [" + who + "]}]}\n"
		if _, faults, err := w.SaveFlow(context.Background(), "f.yaml", []byte(src), engine.Principal{Via: "engine"}); err != nil || faults.Stop() {
			b.Fatal(faults, err)
		}
	}
	var starting sync.WaitGroup // together they share the disk's time
	hands := make(chan struct{}, 128)
	for i := range n {
		id := "all"
		if i%100 == 0 {
			id = "some"
		}
		hands <- struct{}{}
		starting.Go(func() {
			defer func() { <-hands }()
			if _, err := w.Start(context.Background(), bot.StartRequest{Namespace: "hr", Flow: id, By: by}); err != nil {
				b.Error(err)
			}
		})
	}
	starting.Wait()
	return w
}

// BenchmarkInbox measures a person's page with ten thousand open requests.
func BenchmarkInbox(b *testing.B) {
	stores := map[string]func(b *testing.B) store.Store{
		"memory": func(*testing.B) store.Store { return memory.New(memory.Options{}) },
		"bolt": func(b *testing.B) store.Store {
			s, err := bolt.Open(b.TempDir()+"/signoff.db", bolt.Options{})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = s.Close() })
			return s
		},
	}
	for name, open := range stores {
		b.Run(name, func(b *testing.B) {
			w := crowd(b, open(b), 10_000)
			for _, user := range []string{"dana", "kim", "lee", "alex"} {
				call := adapters.InboxCall{Actor: account(user)}
				b.Run(user, func(b *testing.B) {
					for b.Loop() {
						if _, err := w.Inbox(context.Background(), call); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
			b.Run("first after a start", func(b *testing.B) {
				for b.Loop() {
					anew, err := bot.New(w.Config)
					if err != nil {
						b.Fatal(err)
					}
					if in, err := anew.Inbox(context.Background(), adapters.InboxCall{Actor: account("dana")}); err != nil || in.Total != 10_000 {
						b.Fatal(in.Total, err)
					}
				}
			})
			b.Run("ref", func(b *testing.B) {
				in, err := w.Inbox(context.Background(), adapters.InboxCall{Actor: account("dana")})
				if err != nil {
					b.Fatal(err)
				}
				for b.Loop() {
					r, err := w.Command(context.Background(), adapters.Command{Actor: account("dana"), Name: "/signoff", Text: fmt.Sprint("status ", in.Waiting[0].Ref)})
					if err != nil || r.Kind != adapters.Said {
						b.Fatal(r, err)
					}
				}
			})
		})
	}
}
