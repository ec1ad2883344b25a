package people

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"signoff/adapters"
	"signoff/store"
	"signoff/store/memory"
)

// memo keeps what a test learns.
type memo struct{ store.Store }

// slow tells a status after a while, as it was when it was asked.
type slow struct {
	takes time.Duration

	mu    sync.Mutex
	says  adapters.Status
	reads int
}

func (s *slow) say(status adapters.Status) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.says = status
}

func (s *slow) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reads
}

func (s *slow) Status(ctx context.Context, of adapters.Account) (adapters.Account, adapters.Status, error) {
	s.mu.Lock()
	s.reads++
	said := s.says
	s.mu.Unlock()
	select {
	case <-time.After(s.takes):
		return of, said, nil
	case <-ctx.Done():
		return of, adapters.Status{}, ctx.Err()
	}
}

func hearingFrom(t *testing.T, s *slow) (*People, *Register) {
	t.Helper()
	c := staff()
	c.Statuses = &Statuses{Source: s, Surface: "slack", Name: "Slack status", Away: []string{":palm_tree:"}}
	p, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return p, NewRegister(p, memo{memory.New(memory.Options{})})
}

// TestHearDoesNotWaitForLong, and whoever comes again finds what was read.
func TestHearDoesNotWaitForLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &slow{says: adapters.Status{Emoji: ":palm_tree:", Text: "@ann"}, takes: 3 * time.Second}
		p, r := hearingFrom(t, s)
		began := time.Now()
		r.Hear(t.Context(), "dana", "dana", "kim@corp.example", "nobody")
		if took := time.Since(began); took != hearBudget {
			t.Errorf("waited %v, want %v", took, hearBudget)
		}
		time.Sleep(3 * time.Second)
		synctest.Wait()
		r.Hear(t.Context(), "dana")
		if a := p.Directory().Absent["dana"]; a.StandIn != "ann" || a.Unsure || s.count() != 1 {
			t.Errorf("absent: %+v after %d readings; Kim has no account", a, s.count())
		}
	})
}

// TestHearOfAChangeMeanwhile: what was read before a status changed does not count.
func TestHearOfAChangeMeanwhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &slow{says: adapters.Status{Emoji: ":palm_tree:", Text: "@ann"}, takes: 100 * time.Millisecond}
		p, r := hearingFrom(t, s)
		go r.Hear(t.Context(), "dana")
		time.Sleep(50 * time.Millisecond)
		s.say(adapters.Status{Emoji: ":palm_tree:", Text: "@bob"})
		p.Restated("slack", "U1")
		time.Sleep(time.Second)
		if a := p.Directory().Absent["dana"]; !a.Unsure {
			t.Errorf("absent: %+v, want one that is not sure", a)
		}
		r.Hear(t.Context(), "dana")
		if a := p.Directory().Absent["dana"]; a.StandIn != "bob" || a.Unsure {
			t.Errorf("absent: %+v, want Bob for sure", a)
		}
	})
}

// TestHearEnds with what keeps people fresh: a reading under way is broken off.
func TestHearEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &slow{takes: time.Hour}
		p, r := hearingFrom(t, s)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { p.KeepFresh(ctx); close(done) }()
		r.Hear(t.Context(), "dana")
		began := time.Now()
		cancel()
		<-done
		if took := time.Since(began); took != 0 {
			t.Errorf("it took %v to end", took)
		}
		r.Hear(t.Context(), "bob")
		if n := s.count(); n != 1 {
			t.Errorf("%d readings, the last after the end", n)
		}
	})
}

var _ Teller = (*slow)(nil)
