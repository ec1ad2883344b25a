package bot_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"signoff/adapters"
	"signoff/engine"
)

// TestRedrawSome: where a workspace took signoff away, what stands there is given
// up, and people are asked elsewhere; what stands in other places is left alone.
func TestRedrawSome(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(bothVote)
		x, _ := w.beginFlow("two", nil)
		other, _ := w.begin()
		w.chat.breaks(func(_, place string) error {
			if place == "#hr" {
				return &adapters.DeliveryError{Kind: adapters.Unreachable, Code: "workspace_removed"}
			}
			return nil
		})
		before := len(w.chat.all())
		if err := w.bot.RedrawSome(t.Context(), func(c engine.Copy) bool { return c.Ref.Place == "elsewhere" }); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if n := len(w.chat.all()); n != before {
			t.Errorf("%d messages, want %d: nothing was selected", n, before)
		}
		own := w.execution(x.ID).Runs[0].Request.Copies[0].Ref
		if err := w.bot.RedrawSome(t.Context(), func(c engine.Copy) bool { return c.Ref == own }); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if cp := w.execution(x.ID).Runs[0].Request.Copies[0]; cp.Problem == "" {
			t.Errorf("the lost copy is not given up: %+v", cp)
		}
		if places := w.chat.places(); !slices.Contains(places, "dana") || !slices.Contains(places, "kim") {
			t.Errorf("nobody is asked elsewhere: messages at %v", places)
		}
		if cp := w.execution(other.ID).Runs[0].Request.Copies[0]; cp.Problem != "" {
			t.Errorf("another request was given up, too: %+v", cp)
		}
	})
}
