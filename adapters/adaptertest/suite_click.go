package adaptertest

import (
	"context"
	"errors"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
)

func testClick(t *testing.T, f fixture) {
	f.needPress(t)
	ref := f.post(t, Pending())
	f.press(t, Press{By: f.Dana, Ref: ref, Action: "approve"})
	clicks := f.desk.seen()
	if len(clicks) != 1 {
		t.Fatalf("one press made %d clicks", len(clicks))
	}
	got := clicks[0]
	if !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(got.Evidence) || got.Once == "" {
		t.Errorf("the click has evidence %q and the name %q", got.Evidence, got.Once)
	}
	got.Evidence, got.Once = "", ""
	want := adapters.Click{Actor: f.Dana.Account, Request: Pending().Request, Version: 1, Action: "approve", Copy: ref}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("click (-want +got)\n%s", diff)
	}
}

func testOnce(t *testing.T, f fixture) {
	f.needPress(t)
	ref := f.post(t, Pending())
	f.press(t, Press{By: f.Dana, Ref: ref, Action: "approve"})
	f.press(t, Press{By: f.Kim, Ref: ref, Action: "approve"})
	clicks := f.desk.seen()
	if len(clicks) != 2 || clicks[0].Once == clicks[1].Once || clicks[0].Evidence == clicks[1].Evidence {
		t.Errorf("two people's presses: %+v", clicks)
	}
}

func testRefused(t *testing.T, f fixture) {
	f.needPress(t)
	f.desk.reply(adapters.Answer{Kind: adapters.Refused, Text: "Only Dana can answer this. You are Kim."}, nil)
	before := Pending()
	ref := f.post(t, before)
	shown := f.shown(t, ref)
	f.press(t, Press{By: f.Kim, Ref: ref, Action: "approve"})
	wantTold(t, f, f.Kim, "Only Dana can answer this. You are Kim.")
	if got := f.Told(t.Context(), f.Dana, 0); len(got) != 0 {
		t.Errorf("Dana was told %q", got)
	}
	if diff := cmp.Diff(shown, f.shown(t, ref)); diff != "" {
		t.Errorf("a refusal changed the message (-before +after)\n%s", diff)
	}
	if got := f.Posted(f.channel()); len(got) != 1 {
		t.Errorf("a refusal was posted for everybody: %q", got)
	}
}

func testRecorded(t *testing.T, f fixture) {
	f.needPress(t)
	ref := f.post(t, Pending())
	for _, kind := range []adapters.AnswerKind{adapters.Recorded, adapters.Repeated} {
		f.desk.reply(adapters.Answer{Kind: kind, Text: "not to be said"}, nil)
		if fb := f.press(t, Press{By: f.Dana, Ref: ref, Action: "approve"}); fb.Form || fb.Notice != "" {
			t.Errorf("%s: %+v", kind, fb)
		}
	}
	f.desk.reply(adapters.Answer{Kind: adapters.Refused, Text: "the end"}, nil)
	f.press(t, Press{By: f.Dana, Ref: ref, Action: "approve"})
	wantTold(t, f, f.Dana, "the end")
}

func testClickFails(t *testing.T, f fixture) {
	f.needPress(t)
	f.desk.reply(adapters.Answer{}, errors.New("secret cause: disk of db-7 is gone"))
	ref := f.post(t, Pending())
	f.press(t, Press{By: f.Dana, Ref: ref, Action: "approve"})
	told := wait(t, f, f.Dana, 1)
	if len(told) != 1 || told[0] == "" {
		t.Fatalf("after a failure Dana was told %q", told)
	}
	if regexp.MustCompile("secret|disk|db-7").MatchString(told[0]) {
		t.Errorf("the cause was told: %q", told[0])
	}
}

func wantTold(t *testing.T, f fixture, who Someone, text string) {
	t.Helper()
	if diff := cmp.Diff([]string{text}, wait(t, f, who, 1)); diff != "" {
		t.Errorf("told to %s (-want +got)\n%s", who.Person.Name, diff)
	}
}

func wait(t *testing.T, f fixture, who Someone, n int) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	return f.Told(ctx, who, n)
}
