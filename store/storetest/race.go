package storetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"signoff/engine"
	"signoff/store"
)

func raceCases() []testCase {
	return []testCase{
		{"one_wins_each_version", oneWinsEachVersion},
		{"one_of_the_same_cause_wins", oneCauseWins},
		{"executions_do_not_disturb_each_other", noDisturbance},
	}
}

const racers = 64

// oneWinsEachVersion lets many commit the same version at once, again and again.
func oneWinsEachVersion(t T, s store.Store, clock *Clock) {
	mustCommit(t, s, first("a", clock.Now()))
	for round := range 8 {
		c := follow(mustLoad(t, s, "a"))
		won := race(t, func(int) error { return s.Commit(t.Context(), c) }, store.ErrConflict)
		if won != 1 {
			t.Errorf("round %d: %d commits of version %d won, want 1", round, won, c.Transition.Next.Version)
		}
	}
}

func oneCauseWins(t T, s store.Store, clock *Clock) {
	won := race(t, func(i int) error {
		c := first(engine.ExecutionID(fmt.Sprint(i)), clock.Now())
		c.Once = "the same click"
		return s.Commit(t.Context(), c)
	}, store.ErrSeen)
	if got := len(look(t, s).Executions); won != 1 || got != 1 {
		t.Errorf("%d commits with the same cause won and %d executions began, want 1", won, got)
	}
}

func noDisturbance(t T, s store.Store, clock *Clock) {
	id := func(i int) engine.ExecutionID { return engine.ExecutionID(fmt.Sprint(i)) }
	won := race(t, func(i int) error {
		if err := s.Commit(t.Context(), first(id(i), clock.Now())); err != nil {
			return err
		}
		for range 4 {
			x, err := s.Execution(t.Context(), id(i))
			if err != nil {
				return err
			}
			if err := s.Commit(t.Context(), follow(x)); err != nil {
				return err
			}
			if i%4 == 0 { // a refused neighbour in the same batch
				if err := s.Commit(t.Context(), follow(x)); !errors.Is(err, store.ErrConflict) {
					return fmt.Errorf("the same version again: %w", err)
				}
			}
		}
		return nil
	})
	if won != racers {
		t.Errorf("%d of %d got through", won, racers)
	}
}

// race runs fn many times at once and counts those that succeed; the others must
// fail with one of the given errors.
func race(t T, fn func(i int) error, allowed ...error) int {
	t.Helper()
	var won atomic.Int64
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range racers {
		wg.Go(func() {
			<-start
			err := fn(i)
			if err == nil {
				won.Add(1)
				return
			}
			for _, want := range allowed {
				if errors.Is(err, want) {
					return
				}
			}
			t.Errorf("racer %d: %v", i, err)
		})
	}
	close(start)
	wg.Wait()
	return int(won.Load())
}
