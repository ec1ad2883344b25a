package adaptertest

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
)

func testPostShows(t *testing.T, f fixture) {
	card := Pending()
	seen := f.shown(t, f.post(t, card))
	all := strings.Join(seen.Lines, "\n")
	want := []string{card.Title, "Requested by", "Alex", "Days", "5", "Expires", "2026-11-25 14:00 UTC", "on-call", "Waiting for Dana or Kim", "Team calendar", "calendar.example.com", card.Ref, card.Digest}
	for _, text := range want {
		if !strings.Contains(all, text) {
			t.Errorf("the message does not show %q:\n%s", text, all)
		}
	}
	if diff := cmp.Diff([]string{"https://calendar.example.com/alex"}, seen.Links); diff != "" {
		t.Errorf("links (-want +got)\n%s", diff)
	}
	if f.Can.Press {
		if diff := cmp.Diff([]string{"Approve", "Reject…"}, seen.Buttons); diff != "" {
			t.Errorf("buttons (-want +got)\n%s", diff)
		}
	}
}

func testPostPerson(t *testing.T, f fixture) {
	ref, err := f.Adapter.Post(t.Context(), adapters.Destination{Person: &f.Dana.Person}, Pending())
	if err != nil {
		t.Fatalf("Post: %v", err)
	}
	f.shown(t, ref)
	if got := f.Posted(adapters.Destination{Person: &f.Dana.Person}); len(got) != 1 {
		t.Errorf("Dana has %d messages, want 1", len(got))
	}
	if got := f.Posted(adapters.Destination{Person: &f.Kim.Person}); len(got) != 0 {
		t.Errorf("Kim has %d messages, want none", len(got))
	}
}

// testHostile puts each text into every place of a card: what can be pressed,
// followed or called must be what the card says and nothing more.
func testHostile(t *testing.T, f fixture) {
	ref := f.post(t, hostile(1, "x"))
	want := f.shown(t, ref)
	for i, text := range Hostile() {
		card := hostile(i+2, text)
		if f.Can.Update {
			if err := f.Adapter.Update(t.Context(), ref, card); err != nil {
				t.Fatalf("Update with %q: %v", text, err)
			}
		} else {
			ref = f.post(t, card)
		}
		got := f.shown(t, ref)
		if diff := cmp.Diff(want.Links, got.Links); diff != "" {
			t.Errorf("%q changes the links (-want +got)\n%s", text, diff)
		}
		if len(got.Buttons) != len(want.Buttons) {
			t.Errorf("%q changes the buttons: %q", text, got.Buttons)
		}
		if len(got.Mentions) > 0 {
			t.Errorf("%q calls %q", text, got.Mentions)
		}
		if i := slices.IndexFunc(got.Lines, func(s string) bool { return strings.ContainsAny(s, "\u202E\u200B\u2066\x00\x1b\x07") }); i >= 0 {
			t.Errorf("%q hides something in %q", text, got.Lines[i])
		}
	}
}

// hostile is a card that says nothing but s.
func hostile(version int, s string) adapters.Card {
	return adapters.Card{
		Request: "01JD2Q8ZK4.2", Version: version, Mood: adapters.Pending, Title: s, Summary: s,
		Facts: []adapters.Fact{{Label: s, Value: s}},
		Body: adapters.Text{
			{Kind: adapters.Heading, Spans: []adapters.Span{{Text: s}}},
			{Kind: adapters.Paragraph, Spans: []adapters.Span{{Text: s}, {Text: s, Code: true}, {Text: s, URL: "https://good.example/"}}},
			{Kind: adapters.Bullets, Items: []adapters.Text{{{Kind: adapters.Paragraph, Spans: []adapters.Span{{Text: s}}}}}},
			{Kind: adapters.Quote, Items: []adapters.Text{{{Kind: adapters.Paragraph, Spans: []adapters.Span{{Text: s}}}}}},
			{Kind: adapters.CodeBlock, Code: s},
		},
		Notes:   []string{s},
		Links:   []adapters.Link{{Text: s, URL: "https://good.example/link"}},
		Actions: []adapters.Action{{ID: "approve", Label: s}},
		Ref:     s, Digest: s,
	}
}

func testUpdate(t *testing.T, f fixture) {
	ref := f.post(t, Pending())
	err := f.Adapter.Update(t.Context(), ref, Closed())
	if !f.Can.Update {
		wantKind(t, "Update", err, adapters.Frozen)
		return
	}
	if err != nil {
		t.Fatalf("Update: %v", err)
	}
	all := strings.Join(f.shown(t, ref).Lines, "\n")
	if !strings.Contains(all, Closed().Title) || strings.Contains(all, Pending().Title) {
		t.Errorf("after Update the message shows\n%s", all)
	}
	if got := f.Posted(f.channel()); len(got) != 1 {
		t.Errorf("after Update there are %d messages, want 1", len(got))
	}
}

func testUpdateTwice(t *testing.T, f fixture) {
	if !f.Can.Update {
		t.Skip("this surface cannot change what it sent")
	}
	ref := f.post(t, Pending())
	var seen [2]Seen
	for i := range seen {
		if err := f.Adapter.Update(t.Context(), ref, Closed()); err != nil {
			t.Fatalf("Update %d: %v", i+1, err)
		}
		seen[i] = f.shown(t, ref)
	}
	if diff := cmp.Diff(seen[0], seen[1]); diff != "" {
		t.Errorf("the second Update changed the message (-first +second)\n%s", diff)
	}
}

func testClosed(t *testing.T, f fixture) {
	ref := f.post(t, Closed())
	if got := f.shown(t, ref).Buttons; len(got) != 0 {
		t.Errorf("a closed card was posted with buttons %q", got)
	}
	if !f.Can.Update {
		return
	}
	ref = f.post(t, Pending())
	if err := f.Adapter.Update(t.Context(), ref, Closed()); err != nil {
		t.Fatalf("Update: %v", err)
	}
	if got := f.shown(t, ref).Buttons; len(got) != 0 {
		t.Errorf("a closed card kept the buttons %q", got)
	}
}

func testGone(t *testing.T, f fixture) {
	if !f.Can.Update {
		t.Skip("this surface cannot change what it sent")
	}
	ref := f.post(t, Pending())
	f.Remove(ref)
	wantKind(t, "Update of a removed message", f.Adapter.Update(t.Context(), ref, Closed()), adapters.Gone)
}

func testTell(t *testing.T, f fixture) {
	to := f.channel()
	if err := f.Adapter.Tell(t.Context(), to, "Dana could not be reached. <!channel> *x*"); err != nil {
		t.Fatalf("Tell: %v", err)
	}
	want := []string{"Dana could not be reached. <!channel> *x*"}
	if diff := cmp.Diff(want, f.Posted(to)); diff != "" {
		t.Errorf("texts (-want +got)\n%s", diff)
	}
}
