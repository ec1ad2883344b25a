package adaptertest_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"testing"

	"signoff/adapters"
	"signoff/adapters/adaptertest"
)

// faultEnv names the fault that TestFaulty is to have.
const faultEnv = "ADAPTERTEST_FAULT"

// faulty is an adapter with one fault.
type faulty struct {
	adapters.Adapter
	post   func(context.Context, adapters.Destination, adapters.Card) (adapters.MessageRef, error)
	update func(context.Context, adapters.MessageRef, adapters.Card) error
	tell   func(context.Context, adapters.Destination, string) error
}

func (f faulty) Post(ctx context.Context, to adapters.Destination, c adapters.Card) (adapters.MessageRef, error) {
	return f.post(ctx, to, c)
}

func (f faulty) Update(ctx context.Context, ref adapters.MessageRef, c adapters.Card) error {
	return f.update(ctx, ref, c)
}

func (f faulty) Tell(ctx context.Context, to adapters.Destination, text string) error {
	return f.tell(ctx, to, text)
}

// bent changes every click and look on its way.
type bent struct {
	adapters.Handler
	bend func(*adapters.Click)
	turn func(*adapters.Answer)
}

func (b bent) Click(ctx context.Context, c adapters.Click) (adapters.Answer, error) {
	if b.bend != nil {
		b.bend(&c)
	}
	ans, err := b.Handler.Click(ctx, c)
	if b.turn != nil {
		b.turn(&ans)
	}
	return ans, err
}

// clickFaults are what an adapter may do wrong with clicks and answers.
func clickFaults() map[string]bent {
	return map[string]bent{
		"click_of_another_request": {bend: func(c *adapters.Click) { c.Request = "other" }},
		"click_of_version_one":     {bend: func(c *adapters.Click) { c.Version = 1 }},
		"click_without_a_copy":     {bend: func(c *adapters.Click) { c.Copy = adapters.MessageRef{} }},
		"click_by_the_bot":         {bend: func(c *adapters.Click) { c.Actor.ID = "bot" }},
		"click_without_evidence":   {bend: func(c *adapters.Click) { c.Evidence = "" }},
		"clicks_of_one_name":       {bend: func(c *adapters.Click) { c.Once = "once" }},
		"values_lost":              {bend: func(c *adapters.Click) { c.Values = nil }},
		"values_empty_not_nil": {bend: func(c *adapters.Click) {
			for field, v := range c.Values {
				if v == nil {
					c.Values[field] = ""
				}
			}
		}},
		"refusal_unsaid":  {turn: func(a *adapters.Answer) { a.Text = "" }},
		"recorded_chatty": {turn: func(a *adapters.Answer) { a.Kind = adapters.Refused }},
		"invalid_closes": {turn: func(a *adapters.Answer) {
			if a.Kind == adapters.Invalid {
				a.Kind = adapters.Recorded
			}
		}},
	}
}

// adapterFaults are what an adapter may do wrong with cards.
func adapterFaults() map[string]func(*faulty, adaptertest.Harness) {
	return map[string]func(*faulty, adaptertest.Harness){
		"post_ignores_the_context": func(f *faulty, _ adaptertest.Harness) {
			f.post = func(ctx context.Context, to adapters.Destination, c adapters.Card) (adapters.MessageRef, error) {
				return f.Adapter.Post(context.WithoutCancel(ctx), to, c)
			}
		},
		"post_twice": func(f *faulty, _ adaptertest.Harness) {
			f.post = func(ctx context.Context, to adapters.Destination, c adapters.Card) (adapters.MessageRef, error) {
				_, _ = f.Adapter.Post(ctx, to, c)
				return f.Adapter.Post(ctx, to, c)
			}
		},
		"post_forgets_notes": func(f *faulty, _ adaptertest.Harness) {
			f.post = func(ctx context.Context, to adapters.Destination, c adapters.Card) (adapters.MessageRef, error) {
				c.Notes = nil
				return f.Adapter.Post(ctx, to, c)
			}
		},
		"text_becomes_a_link": func(f *faulty, _ adaptertest.Harness) {
			f.update = func(ctx context.Context, ref adapters.MessageRef, c adapters.Card) error {
				if c.Title == "https://evil.example/?a=b" {
					c.Links = append(c.Links, adapters.Link{Text: c.Title, URL: c.Title})
				}
				return f.Adapter.Update(ctx, ref, c)
			}
		},
		"update_posts_anew": func(f *faulty, h adaptertest.Harness) {
			f.update = func(ctx context.Context, _ adapters.MessageRef, c adapters.Card) error {
				_, err := f.Adapter.Post(ctx, adapters.Destination{Channel: h.Channel}, c)
				return err
			}
		},
		"update_does_nothing": func(f *faulty, _ adaptertest.Harness) {
			f.update = func(context.Context, adapters.MessageRef, adapters.Card) error { return nil }
		},
		"update_keeps_buttons": func(f *faulty, _ adaptertest.Harness) {
			f.update = func(ctx context.Context, ref adapters.MessageRef, c adapters.Card) error {
				c.Actions = adaptertest.Pending().Actions
				return f.Adapter.Update(ctx, ref, c)
			}
		},
		"errors_say_a_secret": func(f *faulty, _ adaptertest.Harness) {
			f.tell = func(ctx context.Context, to adapters.Destination, text string) error {
				if err := f.Adapter.Tell(ctx, to, text); err != nil {
					return &adapters.DeliveryError{Kind: adapters.Unreachable, Advice: "x", Err: errors.New("token xoxb-secret")}
				}
				return nil
			}
		},
		"errors_of_no_kind": func(f *faulty, _ adaptertest.Harness) {
			f.tell = func(ctx context.Context, to adapters.Destination, text string) error {
				if err := f.Adapter.Tell(ctx, to, text); err != nil {
					return errors.New("no")
				}
				return nil
			}
		},
	}
}

// TestFaulty runs the suite on an adapter with the fault that the environment
// names.
func TestFaulty(t *testing.T) {
	name, found := os.LookupEnv(faultEnv)
	if !found {
		t.Skip("run by TestSuiteFinds")
	}
	adaptertest.Run(t, func(t *testing.T, h adapters.Handler) adaptertest.Harness {
		if b, ok := clickFaults()[name]; ok {
			b.Handler = h
			return newMemory(t, b)
		}
		harness := newMemory(t, h)
		a := harness.Adapter
		f := &faulty{Adapter: a, post: a.Post, update: a.Update, tell: a.Tell}
		if spoil, ok := adapterFaults()[name]; ok {
			spoil(f, harness)
		}
		harness.Adapter = f
		return harness
	})
}

// TestSuiteFinds: each fault makes the suite fail, and none does not.
func TestSuiteFinds(t *testing.T) {
	t.Parallel()
	names := []string{"none"}
	for name := range clickFaults() {
		names = append(names, name)
	}
	for name := range adapterFaults() {
		names = append(names, name)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFaulty$", "-test.timeout=60s")
			cmd.Env = append(os.Environ(), faultEnv+"="+name)
			out, err := cmd.CombinedOutput()
			if (err == nil) != (name == "none") {
				t.Errorf("the suite's verdict on %s: %v\n%s", name, err, out)
			}
		})
	}
}
