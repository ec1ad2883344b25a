package bot_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/bot"
	"signoff/store"
)

// shelf keeps the owners of files.
type shelf struct {
	store.Files

	mu     sync.Mutex
	owners map[string]time.Time // guarded by mu
}

func (s *shelf) Owners(context.Context) ([]store.Owner, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []store.Owner
	for name, put := range s.owners {
		all = append(all, store.Owner{Name: name, Put: put})
	}
	return all, nil
}

func (s *shelf) Remove(_ context.Context, owner string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.owners, owner)
	return nil
}

func (s *shelf) names() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.owners))
}

func upload(letter string) string { return bot.UploadPrefix + strings.Repeat(letter, 26) }

// What was handed in and not used for a day is removed; what an execution or a
// value names stays, and so do the files of executions.
func TestUnusedUploadsAreRemovedAfterADay(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.stop()
		s := &shelf{owners: map[string]time.Time{}}
		for _, name := range []string{upload("A"), upload("B"), upload("C"), upload("D"), "00vhnczb00bhf"} {
			s.owners[name] = time.Now()
		}
		w.files = s
		w.run()
		w.save("id: f\nnamespace: hr\ninputs: [{id: doc, type: STRING}]\ntasks: [{id: say, type: Log, message: \"{{ inputs.doc }}\"}]")
		w.beginFlow("f", map[string]any{"doc": fmt.Sprintf("signoff:///%s/%s/a.pdf", upload("B"), strings.Repeat("a", 26))})
		e, err := bot.NewValue("", map[string]any{"list": []any{"signoff:///" + upload("C") + "/x"}})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.store.Commit(t.Context(), store.Commit{KV: &store.Values{Namespace: "hr", Set: map[string]*store.Entry{"k": &e}}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(23 * time.Hour)
		synctest.Wait()
		if n := len(s.names()); n != 5 {
			t.Errorf("after 23 hours there are %v, want all", s.names())
		}
		s.mu.Lock()
		s.owners[upload("E")] = time.Now()
		s.mu.Unlock()
		time.Sleep(3 * time.Hour)
		synctest.Wait()
		want := []string{"00vhnczb00bhf", upload("B"), upload("C"), upload("E")}
		if diff := cmp.Diff(want, s.names()); diff != "" {
			t.Errorf("after 26 hours (-want +got):\n%s", diff)
		}
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		if diff := cmp.Diff(want[:3], s.names()); diff != "" {
			t.Errorf("after two days (-want +got):\n%s", diff)
		}
	})
}
