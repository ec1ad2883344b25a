package people

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/engine/approval"
)

// faraway is a source that can fail, be slow and change.
type faraway struct {
	mu      sync.Mutex
	members []adapters.Account
	err     error
	takes   time.Duration
	reads   int
	looked  []string
}

func (f *faraway) Members(ctx context.Context, ref string) ([]adapters.Account, error) {
	f.mu.Lock()
	f.reads++
	members, err, takes := f.members, f.err, f.takes
	f.mu.Unlock()
	select {
	case <-time.After(takes):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if ref != "S1" {
		return nil, errors.New("no such group")
	}
	return members, err
}

func (f *faraway) Account(_ context.Context, member adapters.Account) (adapters.Account, error) {
	id := member.ID
	f.mu.Lock()
	defer f.mu.Unlock()
	f.looked = append(f.looked, id)
	a := slackUser(id, strings.ToLower(strings.TrimPrefix(id, "U"))+"@corp.example")
	a.Guest = id == "UGUEST"
	return a, nil
}

func (f *faraway) set(change func(*faraway)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(f)
}

func (f *faraway) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.reads
}

var ops = approval.Selector{Kind: approval.Group, Name: "ops"}

// withOps is the office with a group that Slack keeps.
func withOps(t *testing.T, f *faraway, change ...func(*Config)) *People {
	t.Helper()
	c := agency()
	c.Groups = map[string][]approval.PersonID{"ops": {"lee"}, "static": {"lee"}}
	c.Outside = map[approval.Selector][]Kept{ops: {{Source: f, Ref: "S1", Name: "the Slack user group S1"}}}
	for _, ch := range change {
		ch(&c)
	}
	p, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func members(names ...string) []adapters.Account {
	var all []adapters.Account
	for _, name := range names {
		all = append(all, slackUser(name, ""))
	}
	return all
}

// standing is what a directory says of the group.
func standing(p *People) string {
	d := p.Directory()
	if why := d.Unsure[ops]; why != "" {
		return "unsure: " + why
	}
	var names []string
	for _, id := range d.Groups["ops"] {
		names = append(names, string(id))
	}
	return strings.Join(names, " ")
}

func TestOutsideMembers(t *testing.T) {
	t.Parallel()
	f := &faraway{members: append(members("UDANA", "UKIM", "UEVE", "UGUEST"),
		adapters.Account{ID: "max"}, adapters.Account{ID: "KIM@corp.example"}, adapters.Account{ID: "nobody"})}
	p := withOps(t, f)
	p.Fresh(t.Context(), ops)
	if got, want := standing(p), "dana kim lee max"; got != want {
		t.Errorf("members = %q, want %q: those of the configuration, by account, by mail and by name", got, want)
	}
	if diff := cmp.Diff([]string{"UKIM", "UEVE", "UGUEST"}, f.looked); diff != "" {
		t.Errorf("looked up (-want +got):\n%s", diff)
	}
	want := []Problem{
		{ops, `a member is nobody that signoff knows: "nobody" of the Slack user group S1`},
		{ops, "a member is nobody that signoff knows: Slack UEVE (eve@corp.example) of the Slack user group S1: " + unknownText},
		{ops, "a member is nobody that signoff knows: Slack UGUEST (guest@corp.example) of the Slack user group S1: Guests cannot answer. Ask a full member on Slack."},
	}
	if diff := cmp.Diff(want, p.Problems()); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

// TestOutsideAge: what decides is a minute old at most, or nobody is let in.
func TestOutsideAge(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &faraway{members: members("UDANA")}
		p := withOps(t, f)
		if got, want := standing(p), "unsure: group:ops was not read within the last minute"; got != want {
			t.Errorf("before it was read: %q, want %q", got, want)
		}
		p.Fresh(t.Context(), ops)
		for _, step := range []struct {
			wait  time.Duration
			want  string
			reads int
		}{
			{49 * time.Second, "dana lee", 1},
			{time.Second, "kim lee", 2}, // Dana left the group and Kim joined
		} {
			if step.reads == 2 {
				f.set(func(f *faraway) { f.members = []adapters.Account{{ID: "kim"}} })
			}
			time.Sleep(step.wait)
			p.Fresh(t.Context(), ops)
			if got := standing(p); got != step.want || f.count() != step.reads {
				t.Errorf("after %s: %q after %d reads, want %q after %d", step.wait, got, f.count(), step.want, step.reads)
			}
		}
		time.Sleep(59*time.Second + 999*time.Millisecond)
		if got := standing(p); got != "kim lee" {
			t.Errorf("just young enough: %q", got)
		}
		time.Sleep(time.Millisecond)
		if got, want := standing(p), "unsure: group:ops was not read within the last minute"; got != want {
			t.Errorf("a minute old: %q, want %q", got, want)
		}
	})
}

// TestOutsideFails: a failure lets nobody in once the last good reading is too
// old, is believed for a moment, and ends by itself.
func TestOutsideFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &faraway{members: members("UDANA")}
		p := withOps(t, f)
		p.Fresh(t.Context(), ops)
		f.set(func(f *faraway) { f.err = errors.New("down, and the token is xoxb-1") })
		time.Sleep(55 * time.Second)
		p.Fresh(t.Context(), ops)
		if got, want := standing(p), "dana lee"; got != want {
			t.Errorf("the last reading is 55 s old: %q, want %q", got, want)
		}
		time.Sleep(5 * time.Second)
		p.Fresh(t.Context(), ops)
		if got, want := standing(p), "unsure: the Slack user group S1 could not be read"; got != want {
			t.Errorf("down: %q, want %q", got, want)
		}
		before := f.count()
		for range 20 {
			p.Fresh(t.Context(), ops)
		}
		if got := f.count(); got != before {
			t.Errorf("asked %d more times just after a failure", got-before)
		}
		f.set(func(f *faraway) { f.err = nil })
		time.Sleep(TryAgain)
		p.Fresh(t.Context(), ops)
		if got := standing(p); got != "dana lee" || len(p.Problems()) != 0 {
			t.Errorf("back: %q, problems %v", got, p.Problems())
		}
	})
}

// TestOutsideIsSlow: a decision waits a moment and no longer; whoever comes again
// finds what it did not wait for.
func TestOutsideIsSlow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &faraway{members: members("UDANA"), takes: 4 * time.Second}
		p := withOps(t, f)
		began := time.Now()
		p.Fresh(t.Context(), ops)
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("a decision waited %s", took)
		}
		if got, want := standing(p), "unsure: group:ops was not read within the last minute"; got != want {
			t.Errorf("slow: %q, want %q", got, want)
		}
		time.Sleep(4 * time.Second)
		p.Fresh(t.Context(), ops)
		if got := standing(p); got != "dana lee" || f.count() != 1 {
			t.Errorf("again: %q after %d readings", got, f.count())
		}
		f.set(func(f *faraway) { f.takes = time.Hour })
		time.Sleep(time.Minute)
		p.Fresh(t.Context(), ops)
		time.Sleep(readBudget)
		if got, want := standing(p), "unsure: the Slack user group S1 could not be read in time"; got != want {
			t.Errorf("never: %q, want %q", got, want)
		}
	})
}

// TestOutsideEnds: when the bot stops, nothing is read any more, and nobody waits
// for what was.
func TestOutsideEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &faraway{members: members("UDANA"), takes: time.Hour}
		p := withOps(t, f)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { p.KeepFresh(ctx); close(ended) }()
		synctest.Wait()
		began := time.Now()
		stop()
		<-ended
		p.Fresh(t.Context(), ops)
		if took := time.Since(began); took > 0 || f.count() != 1 {
			t.Errorf("it took %s and %d readings to end", took, f.count())
		}
	})
}

// TestOutsideBreaks: a source that panics is one that cannot be read.
func TestOutsideBreaks(t *testing.T) {
	t.Parallel()
	p := withOps(t, &faraway{}, func(c *Config) { c.Outside[ops][0].Source = nil })
	p.Fresh(t.Context(), ops)
	if got, want := standing(p), "unsure: group:ops could not be read"; got != want {
		t.Errorf("standing = %q, want %q", got, want)
	}
}

// TestOutsideIsReadOnce: many decisions at a moment read a group once, and one
// of them that goes away takes nothing from the others.
func TestOutsideIsReadOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &faraway{members: members("UDANA"), takes: time.Second}
		p := withOps(t, f)
		hasty, leave := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() { p.Fresh(hasty, ops) })
		synctest.Wait()
		for range 50 {
			all.Go(func() { p.Fresh(t.Context(), ops) })
		}
		synctest.Wait()
		leave()
		all.Wait()
		if got := standing(p); got != "dana lee" || f.count() != 1 {
			t.Errorf("%q after %d reads, want one", got, f.count())
		}
	})
}

// TestOutsideIsKeptFresh: a group that decides is read beforehand, and one that
// has decided nothing for long is left alone.
func TestOutsideIsKeptFresh(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &faraway{members: members("UDANA")}
		p := withOps(t, f)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { p.KeepFresh(ctx); close(ended) }()
		for range 100 {
			time.Sleep(5 * time.Second)
			if got := standing(p); got != "dana lee" {
				t.Fatalf("at %s: %q", time.Now(), got)
			}
		}
		time.Sleep(time.Hour)
		read := f.count()
		time.Sleep(time.Hour)
		if got := f.count(); got != read {
			t.Errorf("read %d times in an hour without a decision", got-read)
		}
		stop()
		<-ended
	})
}

// TestFreshReadsWhatIsNamed: only what a decision hangs on is read; who has a
// role may hang on anything.
func TestFreshReadsWhatIsNamed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sel  approval.Selector
		want int
	}{
		"static_group":  {approval.Selector{Kind: approval.Group, Name: "static"}, 0},
		"rota_of_alike": {approval.Selector{Kind: approval.OnCall, Name: "ops"}, 0},
		"person":        {approval.Selector{Kind: approval.User, Name: "ops"}, 0},
		"the_group":     {ops, 1},
		"role":          {approval.Selector{Kind: approval.Role, Name: "approver"}, 1},
	} {
		f := &faraway{members: members("UDANA")}
		withOps(t, f).Fresh(t.Context(), c.sel)
		if got := f.count(); got != c.want {
			t.Errorf("%s: read %d times, want %d", name, got, c.want)
		}
	}
}

// TestHalfOfAGroupIsNone: a group of several places is unsure if one of them is.
func TestHalfOfAGroupIsNone(t *testing.T) {
	t.Parallel()
	f := &faraway{members: members("UDANA")}
	p := withOps(t, f, func(c *Config) {
		c.Outside[ops] = append(c.Outside[ops], Kept{Source: f, Ref: "S2", Name: "the Entra group S2"})
	})
	p.Fresh(t.Context(), ops)
	if got, want := standing(p), "unsure: the Entra group S2 could not be read"; got != want {
		t.Errorf("standing = %q, want %q", got, want)
	}
}

// TestStaticPeopleCostNothing: without groups of others the directory is one and
// the same.
func TestStaticPeopleCostNothing(t *testing.T) {
	t.Parallel()
	p, err := New(agency())
	if err != nil {
		t.Fatal(err)
	}
	p.Fresh(t.Context(), ops)
	if p.Directory() != p.directory {
		t.Error("a directory that does not change is made anew")
	}
}

// TestOutsideHasChanged: once somebody says that a group has changed, the next
// decision reads it, however young it is.
func TestOutsideHasChanged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &faraway{members: members("UDANA")}
		p := withOps(t, f)
		p.Fresh(t.Context(), ops)
		time.Sleep(time.Second)
		f.set(func(f *faraway) { f.members = []adapters.Account{{ID: "kim"}} })
		p.Changed("S2")
		p.Fresh(t.Context(), ops)
		if got := standing(p); got != "dana lee" || f.count() != 1 {
			t.Errorf("another group changed: %q after %d reads", got, f.count())
		}
		p.Changed("S1")
		time.Sleep(time.Millisecond)
		p.Fresh(t.Context(), ops)
		if got := standing(p); got != "kim lee" || f.count() != 2 {
			t.Errorf("the group changed: %q after %d reads", got, f.count())
		}
		p.Fresh(t.Context(), ops)
		if f.count() != 2 {
			t.Errorf("it was read %d times", f.count())
		}
	})
}
