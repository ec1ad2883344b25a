package slack

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// TestPaceKeepsTheRate: in no window are more calls granted than the burst and
// the rate allow, and who waits as told is let in.
func TestPaceKeepsTheRate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(1e9, 0)
		p := newPace(func() time.Time { return at })
		r := rate{every: time.Second, burst: rapid.IntRange(1, 5).Draw(t, "burst")}
		var granted []time.Time
		for range 60 {
			wait := p.take(map[string]rate{"x": r}, "")
			if wait == 0 {
				granted = append(granted, at)
			} else if rapid.Bool().Draw(t, "obey") {
				at = at.Add(wait)
				if again := p.take(map[string]rate{"x": r}, ""); again != 0 {
					t.Fatalf("told to wait %s, then %s", wait, again)
				}
				granted = append(granted, at)
			}
			at = at.Add(time.Duration(rapid.IntRange(0, 2500).Draw(t, "ms")) * time.Millisecond)
		}
		for i := range granted {
			for j := i; j < len(granted); j++ {
				if most := r.burst + int(granted[j].Sub(granted[i])/r.every); j-i+1 > most {
					t.Fatalf("%d calls within %s, at most %d", j-i+1, granted[j].Sub(granted[i]), most)
				}
			}
		}
	})
}

// TestPaceSpreadsThoseWhoWait: of many who come at once and obey, nearly all are
// let in when they come the second time.
func TestPaceSpreadsThoseWhoWait(t *testing.T) {
	t.Parallel()
	at := time.Unix(1e9, 0)
	p := newPace(func() time.Time { return at })
	const n = 50
	due, asked := make([]time.Time, n), 0
	for granted := 0; granted < n; {
		i := 0
		for j := range due {
			if due[j].Before(due[i]) {
				i = j
			}
		}
		if due[i].After(at) {
			at = due[i]
		}
		asked++
		if wait := p.take(map[string]rate{"x": channelRate}, ""); wait > 0 {
			due[i] = at.Add(wait)
			continue
		}
		granted++
		due[i] = at.Add(1000 * time.Hour)
	}
	if took := at.Sub(time.Unix(1e9, 0)); took > n*channelRate.every {
		t.Errorf("%d calls took %s at one every %s", n, took, channelRate.every)
	}
	if asked > 2*n {
		t.Errorf("%d calls were asked for %d times", n, asked)
	}
}

// TestPaceAllOrNothing: a call that one lane holds up costs nothing in another.
func TestPaceAllOrNothing(t *testing.T) {
	t.Parallel()
	at := time.Unix(1e9, 0)
	p := newPace(func() time.Time { return at })
	one := rate{every: time.Second, burst: 1}
	p.hold("b", time.Minute)
	if wait := p.take(map[string]rate{"a": one, "b": one}, ""); wait != time.Minute {
		t.Errorf("take = %s, want a minute", wait)
	}
	if wait := p.take(map[string]rate{"a": one}, ""); wait != 0 {
		t.Errorf("the call that was not made took from lane a: %s", wait)
	}
}

func TestPaceForgets(t *testing.T) {
	t.Parallel()
	at := time.Unix(1e9, 0)
	p := newPace(func() time.Time { return at })
	for i := range 3 * maxLanes {
		p.take(map[string]rate{fmt.Sprint(i): channelRate}, "")
		at = at.Add(time.Second)
	}
	if n := len(p.lanes); n > maxLanes {
		t.Errorf("%d lanes are remembered", n)
	}
}

// TestCacheFetchesOnce: many who ask at once make one call; a failure is told
// to all of them and not kept; who cannot wait goes.
func TestCacheFetchesOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCache[int](time.Minute, time.Now)
		var calls atomic.Int64
		fetch := func(context.Context) (int, error) {
			n := calls.Add(1)
			time.Sleep(time.Second)
			if n == 1 {
				return 0, errors.New("no")
			}
			return int(n), nil
		}
		ask := func(want int) {
			var wg sync.WaitGroup
			for range 20 {
				wg.Go(func() {
					if got, err := c.get(t.Context(), "k", fetch); got != want || (err == nil) != (want != 0) {
						t.Errorf("get = %d, %v, want %d", got, err, want)
					}
				})
			}
			wg.Wait()
		}
		ask(0)
		ask(2)
		time.Sleep(58 * time.Second)
		ask(2)
		time.Sleep(time.Second)
		ask(3)

		var slow sync.WaitGroup
		defer slow.Wait()
		slow.Go(func() { _, _ = c.get(t.Context(), "other", fetch) })
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := c.get(ctx, "other", fetch); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("get with no time = %v", err)
		}
	})
}

func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	c := newCache[int](time.Minute, time.Now)
	for i := range cacheSize + 100 {
		_, _ = c.get(t.Context(), fmt.Sprint(i), func(context.Context) (int, error) { return i, nil })
	}
	if n := len(c.entries); n > cacheSize {
		t.Errorf("%d entries", n)
	}
}

// TestPaceLetsTheNewPass: of a thousand who wait, all are let in at the full rate;
// somebody who comes for the first time meanwhile does not wait behind them.
func TestPaceLetsTheNewPass(t *testing.T) {
	t.Parallel()
	at := time.Unix(1e9, 0)
	p := newPace(func() time.Time { return at })
	r := methodRates[methodUpdate]
	const n = 1000
	due, granted, longest := map[int]time.Time{}, 0, time.Duration(0)
	for i := range n {
		due[i] = at
	}
	var asked time.Time // when somebody new came
	for step := 0; len(due) > 0; step++ {
		for i, when := range due {
			if when.After(at) {
				continue
			}
			if wait := p.take(map[string]rate{"x": r}, fmt.Sprint(i)); wait > 0 {
				due[i] = at.Add(wait)
				continue
			}
			granted++
			delete(due, i)
		}
		if step%60 == 59 { // once a minute
			asked = at
			for p.take(map[string]rate{"x": r}, fmt.Sprint("new", step)) > 0 {
				at = at.Add(time.Second)
			}
			longest = max(longest, at.Sub(asked))
		}
		at = at.Add(time.Second)
	}
	if longest > 3*time.Second {
		t.Errorf("somebody new waited for %s behind %d others", longest, n)
	}
	if took, most := at.Sub(time.Unix(1e9, 0)), time.Duration(n)*r.every*11/10; granted != n || took > most {
		t.Errorf("%d of %d came in within %s, want all within %s", granted, n, took, most)
	}
}

// A channel has one lane, whatever it is called.
func TestPaceKnowsChannelsByTheirIds(t *testing.T) {
	t.Parallel()
	p := newPace(time.Now)
	if got := p.channel("#requests"); got != "to:#requests" {
		t.Errorf("the lane is %q", got)
	}
	p.named("#requests", "C1")
	if got, want := p.channel("#requests"), p.channel("C1"); got != want {
		t.Errorf("the lanes are %q and %q, want one", got, want)
	}
}
