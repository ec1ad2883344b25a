// Package adaptertest says, as a test suite, what it means to be an adapter.
// Every surface passes it; what a surface cannot do it says in [Abilities], and
// then must refuse as the contract says.
//
// It also holds the smallest adapter there is, [Memory], for tests of what
// calls adapters. It is not a place for tests of one surface: those stand with
// the surface.
package adaptertest

import (
	"context"
	"testing"
	"time"

	"signoff/adapters"
)

// patience bounds every wait of the suite. It is met only by what is broken.
const patience = 5 * time.Second

// Setup makes a surface whose people's actions reach h. It is called for each
// test anew.
type Setup func(t *testing.T, h adapters.Handler) Harness

// Harness is a surface with two people on it, and eyes and fingers for both.
type Harness struct {
	Adapter adapters.Adapter
	Can     Abilities
	// Channel exists and can be posted to; NoChannel does not exist.
	Channel, NoChannel string
	// Dana and Kim use the surface and see Channel.
	Dana, Kim Someone
	// Shown is what a person sees of a message; false if it is not there.
	Shown func(ref adapters.MessageRef) (Seen, bool)
	// Press does what a person does; see [Press]. It returns when the surface
	// has answered.
	Press func(ctx context.Context, p Press) (Feedback, error)
	// Told waits until a person was told n texts that nobody else sees, and
	// returns all of them. With n zero it does not wait.
	Told func(ctx context.Context, who Someone, n int) []string
	// Posted returns the texts of the messages at a destination, oldest first.
	Posted func(to adapters.Destination) []string
	// Remove deletes a message behind the adapter's back.
	Remove func(ref adapters.MessageRef)
	// Break makes everything fail from now on, as if the surface were gone.
	Break func()
	// Secrets are what no error may hold: tokens, addresses.
	Secrets []string
}

// Abilities are what a surface can do. A page has no copies, a mail cannot be
// changed.
type Abilities struct {
	// Update: a message can be redrawn. If not, Update returns kind Frozen.
	Update bool
	// Press: messages have buttons of their own.
	Press bool
	// Rooms: there are channels, not only people.
	Rooms bool
}

// Someone is a person and the account under which the surface verifies them.
type Someone struct {
	Person  adapters.Person
	Account adapters.Account
}

// Seen is what a person sees of a message.
type Seen struct {
	Lines   []string
	Buttons []string // the labels of live buttons
	Links   []string // the addresses that can be followed
	// Mentions are people or groups that the surface would call.
	Mentions []string
}

// Press is a person who presses a button and fills in what it asks for.
type Press struct {
	By     Someone
	Ref    adapters.MessageRef
	Action string // an Action.ID
	// Values are typed into the form, by field id; nil presses only.
	Values map[string]any
}

// Feedback is what the person sees at once.
type Feedback struct {
	// Form says that a form is open.
	Form bool
	// Fields are the texts at its fields.
	Fields map[string]string
	// Filled is what still stands in it, as typed.
	Filled map[string]any
	// Notice is a text in the place of the form.
	Notice string
}

// Run runs the suite.
func Run(t *testing.T, setup Setup) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, fixture){
		"post/shows_the_whole_card":             testPostShows,
		"post/reaches_a_person":                 testPostPerson,
		"post/hostile_texts_stay_data":          testHostile,
		"update/redraws_in_place":               testUpdate,
		"update/twice_is_harmless":              testUpdateTwice,
		"update/a_closed_card_has_no_buttons":   testClosed,
		"update/a_lost_message_is_gone":         testGone,
		"tell/reaches_and_asks_nothing":         testTell,
		"click/carries_what_was_pressed":        testClick,
		"click/each_has_its_own_name":           testOnce,
		"click/refusal_is_private":              testRefused,
		"click/recorded_says_nothing":           testRecorded,
		"click/a_failure_is_never_silent":       testClickFails,
		"form/carries_what_was_filled_in":       testForm,
		"form/left_empty_is_nil":                testFormEmpty,
		"form/answers_the_version_it_shows":     testFormVersion,
		"form/refused_before_anything_is_typed": testLookRefused,
		"form/invalid_is_said_at_the_field":     testInvalid,
		"form/refusal_replaces_it":              testFormRefused,
		"errors/say_what_to_do":                 testErrorKinds,
		"errors/hold_no_secret":                 testErrorSecrets,
		"errors/a_cancelled_call_ends":          testCancelled,
		"use/concurrently":                      testConcurrent,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			desk := newDesk()
			test(t, fixture{Harness: setup(t, desk), desk: desk})
		})
	}
}

// fixture is a harness and the handler behind it.
type fixture struct {
	Harness
	desk *desk
}

// channel is where the suite posts: a room, or a person where there are none.
func (f fixture) channel() adapters.Destination {
	if !f.Can.Rooms {
		return adapters.Destination{Person: &f.Dana.Person}
	}
	return adapters.Destination{Channel: f.Channel}
}

func (f fixture) post(t *testing.T, card adapters.Card) adapters.MessageRef {
	t.Helper()
	ref, err := f.Adapter.Post(t.Context(), f.channel(), card)
	if err != nil {
		t.Fatalf("Post: %v", err)
	}
	if ref.Message == "" {
		t.Fatalf("Post returned no message: %+v", ref)
	}
	return ref
}

func (f fixture) shown(t *testing.T, ref adapters.MessageRef) Seen {
	t.Helper()
	seen, ok := f.Shown(ref)
	if !ok {
		t.Fatalf("nobody sees message %+v", ref)
	}
	return seen
}

func (f fixture) press(t *testing.T, p Press) Feedback {
	t.Helper()
	fb, err := f.Press(t.Context(), p)
	if err != nil {
		t.Fatalf("Press(%s): %v", p.Action, err)
	}
	return fb
}

func (f fixture) needPress(t *testing.T) {
	t.Helper()
	if !f.Can.Press {
		t.Skip("messages of this surface have no buttons")
	}
}
