package adaptertest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"signoff/adapters"
)

func testErrorKinds(t *testing.T, f fixture) {
	nobody := adapters.Destination{Person: &adapters.Person{ID: "nobody@example.com", Name: "Nobody", Email: "nobody@example.com"}}
	_, err := f.Adapter.Post(t.Context(), nobody, Pending())
	wantAdvice(t, "Post to nobody", err)
	wantAdvice(t, "Tell nobody", f.Adapter.Tell(t.Context(), nobody, "x"))
	if f.Can.Rooms {
		_, err = f.Adapter.Post(t.Context(), adapters.Destination{Channel: f.NoChannel}, Pending())
		wantAdvice(t, "Post to an unknown channel", err)
	}
}

func testErrorSecrets(t *testing.T, f fixture) {
	ref := f.post(t, Pending())
	f.Break()
	_, posted := f.Adapter.Post(t.Context(), f.channel(), Pending())
	all := map[string]error{
		"Post":   posted,
		"Update": f.Adapter.Update(t.Context(), ref, Closed()),
		"Tell":   f.Adapter.Tell(t.Context(), f.channel(), "x"),
	}
	for call, err := range all {
		if _, ok := errors.AsType[*adapters.DeliveryError](err); !ok {
			t.Errorf("%s on a broken surface: %v is no DeliveryError", call, err)
			continue
		}
		for _, secret := range f.Secrets {
			if strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), secret) {
				t.Errorf("%s: the error holds a secret: %v", call, err)
			}
		}
	}
}

func testCancelled(t *testing.T, f fixture) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Adapter.Post(ctx, f.channel(), Pending()); err == nil {
		t.Error("Post with a cancelled context succeeded")
	}
	if got := f.Posted(f.channel()); len(got) != 0 {
		t.Errorf("Post with a cancelled context posted %q", got)
	}
}

// testConcurrent is for the race detector, and for texts that land in the wrong
// message.
func testConcurrent(t *testing.T, f fixture) {
	const n = 8
	var wg sync.WaitGroup
	refs := make([]adapters.MessageRef, n)
	for i := range n {
		wg.Go(func() {
			card := Pending()
			card.Request = fmt.Sprintf("01JD2Q8ZK4.%d", i)
			card.Title = fmt.Sprintf("Approval needed: number %d", i)
			ref, err := f.Adapter.Post(t.Context(), adapters.Destination{Person: &f.Dana.Person}, card)
			if err != nil {
				t.Errorf("Post %d: %v", i, err)
				return
			}
			refs[i] = ref
			if f.Can.Press {
				if _, err := f.Press(t.Context(), Press{By: f.Dana, Ref: ref, Action: "approve"}); err != nil {
					t.Errorf("Press %d: %v", i, err)
				}
			}
			if f.Can.Update {
				if err := f.Adapter.Update(t.Context(), ref, card); err != nil {
					t.Errorf("Update %d: %v", i, err)
				}
			}
		})
	}
	wg.Wait()
	for i, ref := range refs {
		if seen, ok := f.Shown(ref); ok && !strings.Contains(strings.Join(seen.Lines, "\n"), fmt.Sprintf("number %d", i)) {
			t.Errorf("message %d shows %q", i, seen.Lines)
		}
	}
	for _, c := range f.desk.seen() {
		for i, ref := range refs {
			if c.Copy == ref && c.Request != fmt.Sprintf("01JD2Q8ZK4.%d", i) {
				t.Errorf("a press on message %d answered %s", i, c.Request)
			}
		}
	}
	if got := len(f.desk.seen()); f.Can.Press && got != n {
		t.Errorf("%d presses made %d clicks", n, got)
	}
}

// wantKind wants an error that says how to go on, and returns its advice.
func wantKind(t *testing.T, call string, err error, kind adapters.DeliveryKind) string {
	t.Helper()
	e, ok := errors.AsType[*adapters.DeliveryError](err)
	if !ok || e.Kind != kind {
		t.Fatalf("%s = %v, want a DeliveryError of kind %s", call, err, kind)
	}
	return e.Advice
}

// wantAdvice wants an error that tells a person what to do.
func wantAdvice(t *testing.T, call string, err error) {
	t.Helper()
	if wantKind(t, call, err, adapters.Unreachable) == "" {
		t.Errorf("%s = %v, without advice", call, err)
	}
}
