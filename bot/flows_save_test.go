package bot_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"signoff/bot"
	"signoff/engine"
	"signoff/engine/audit"
	"signoff/store"
)

// flowOf is a small flow of a namespace, with a message to tell revisions apart.
func flowOf(ns, id, message string) string {
	return fmt.Sprintf("id: %s\nnamespace: %s\ntasks:\n  - {id: say, type: Log, message: %q}\n", id, ns, message)
}

var operator = engine.Principal{Name: "local token", Account: "api::local token", Via: "api"}

// rejected fails unless err is a refusal with the code, and returns its words.
func rejected(t *testing.T, err error, code engine.Code) string {
	t.Helper()
	no, ok := errors.AsType[*engine.RejectionError](err)
	if !ok || no.Code != code {
		t.Fatalf("error = %v, want a refusal %s", err, code)
	}
	return no.Text
}

// revisionsOf says what the revisions are, newest first.
func revisionsOf(t *testing.T, w *world, id string) []string {
	t.Helper()
	all, err := w.store.Revisions(t.Context(), engine.FlowRef{Namespace: "it", ID: id})
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, f := range all {
		said = append(said, fmt.Sprintf("%d deleted=%t off=%t by %s", f.Ref.Revision, f.Deleted, f.Disabled, f.By))
	}
	return said
}

func saveAs(t *testing.T, w *world, src string) engine.FlowRef {
	t.Helper()
	ref, faults, err := w.bot.SaveFlow(t.Context(), "f.yaml", []byte(src), operator)
	if err != nil || faults.Stop() {
		t.Fatalf("SaveFlow = %v, %v", faults, err)
	}
	return ref
}

func TestRollbackSavesTheOldSourceAsANewRevision(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		saveAs(t, w, flowOf("it", "f", "one"))
		ref := saveAs(t, w, flowOf("it", "f", "two"))
		ref.Revision = 1
		for range 2 { // the second time there is nothing to do
			got, err := w.bot.Rollback(t.Context(), ref, operator)
			if err != nil || got.Ref.Revision != 3 || string(got.Source) != flowOf("it", "f", "one") {
				t.Errorf("Rollback = %+v, %v, want revision 3 with the first source", got, err)
			}
		}
		ref.Revision = 9
		_, err := w.bot.Rollback(t.Context(), ref, operator)
		if text := rejected(t, err, engine.NotFound); !strings.Contains(text, "no revision 9 of it/f") {
			t.Errorf("Rollback(9) says %q", text)
		}
	})
}

func TestRemovedFlowKeepsItsHistory(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		ref := saveAs(t, w, flowOf("it", "f", "one"))
		if err := w.bot.RemoveFlow(t.Context(), ref, operator); err != nil {
			t.Fatal(err)
		}
		rejected(t, w.bot.RemoveFlow(t.Context(), ref, operator), engine.NotFound)
		_, err := w.bot.Start(t.Context(), bot.StartRequest{Namespace: "it", Flow: "f", By: operator})
		rejected(t, err, engine.NotFound)
		_, err = w.bot.Rollback(t.Context(), engine.FlowRef{Namespace: "it", ID: "f", Revision: 2}, operator)
		rejected(t, err, engine.BadInput)
		if got := saveAs(t, w, flowOf("it", "f", "one")); got.Revision != 3 {
			t.Errorf("saved again as revision %d, want 3", got.Revision)
		}
		want := []string{"3 deleted=false off=false by local token", "2 deleted=true off=false by local token", "1 deleted=false off=false by local token"}
		if diff := cmp.Diff(want, revisionsOf(t, w, "f")); diff != "" {
			t.Errorf("revisions (-want +got):\n%s", diff)
		}
		if n := w.count(audit.FlowRemoved); n != 1 {
			t.Errorf("%d lines say that it was removed, want 1", n)
		}
	})
}

func TestFlowThatIsOffIsNotStarted(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		ref := saveAs(t, w, flowOf("it", "f", "one"))
		start := func() error {
			_, err := w.bot.Start(t.Context(), bot.StartRequest{Namespace: "it", Flow: "f", By: operator})
			return err
		}
		for range 2 {
			if _, err := w.bot.SwitchFlow(t.Context(), ref, false, operator); err != nil {
				t.Fatal(err)
			}
		}
		if text := rejected(t, start(), engine.NotAllowed); !strings.Contains(text, "switched off") {
			t.Errorf("Start says %q", text)
		}
		saveAs(t, w, flowOf("it", "f", "two")) // a new source does not switch it on
		rejected(t, start(), engine.NotAllowed)
		if _, err := w.bot.SwitchFlow(t.Context(), ref, true, operator); err != nil {
			t.Fatal(err)
		}
		if err := start(); err != nil {
			t.Errorf("Start = %v, want nil", err)
		}
		if all := revisionsOf(t, w, "f"); len(all) != 4 {
			t.Errorf("revisions = %v, want four", all)
		}
		_, err := w.bot.SwitchFlow(t.Context(), engine.FlowRef{Namespace: "it", ID: "none"}, true, operator)
		rejected(t, err, engine.NotFound)
	})
}

func TestManySaveTheSameFlow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	defer w.stop()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if _, _, err := w.bot.SaveFlow(t.Context(), "f.yaml", []byte(flowOf("it", "f", "one")), operator); err != nil {
				t.Errorf("SaveFlow = %v", err)
			}
		})
	}
	all.Wait()
	if all := revisionsOf(t, w, "f"); len(all) != 1 {
		t.Errorf("revisions = %v, want one", all)
	}
}

func files(sources ...string) []bot.FlowFile {
	var all []bot.FlowFile
	for i, s := range sources {
		all = append(all, bot.FlowFile{Name: fmt.Sprintf("%d.yaml", i), Source: []byte(s)})
	}
	return all
}

func TestApplyTellsWhatChanges(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		saveAs(t, w, flowOf("it", "same", "one"))
		saveAs(t, w, flowOf("it", "changed", "one"))
		saveAs(t, w, flowOf("it", "gone", "one"))
		saveAs(t, w, flowOf("other", "kept", "one"))
		r := bot.ApplyRequest{
			Files: files(flowOf("it", "same", "one"), flowOf("it", "changed", "two")+"# more\n", flowOf("it", "new", "one")),
			Prune: true, DryRun: true, By: operator,
		}
		want := []bot.FlowChange{
			{Ref: engine.FlowRef{Namespace: "it", ID: "changed", Revision: 1}, File: "1.yaml", Kind: bot.FlowChanged, Added: 2, Removed: 1},
			{Ref: engine.FlowRef{Namespace: "it", ID: "gone", Revision: 1}, Kind: bot.FlowDropped, Removed: 4},
			{Ref: engine.FlowRef{Namespace: "it", ID: "new"}, File: "2.yaml", Kind: bot.FlowCreated, Added: 4},
			{Ref: engine.FlowRef{Namespace: "it", ID: "same", Revision: 1}, File: "0.yaml", Kind: bot.FlowUnchanged},
		}
		check := func(what string) {
			t.Helper()
			got, err := w.bot.Apply(t.Context(), r)
			if diff := cmp.Diff(want, got.Changes, cmpopts.IgnoreUnexported(bot.FlowChange{})); err != nil || diff != "" {
				t.Errorf("%s = %v (-want +got):\n%s", what, err, diff)
			}
		}
		lines := len(w.trail())
		check("a dry run")
		if n := len(w.trail()); n != lines {
			t.Errorf("a dry run wrote %d lines", n-lines)
		}
		r.DryRun = false
		want[0].Ref.Revision, want[2].Ref.Revision = 2, 1
		check("Apply")
		want = []bot.FlowChange{
			{Ref: engine.FlowRef{Namespace: "it", ID: "changed", Revision: 2}, File: "1.yaml", Kind: bot.FlowUnchanged},
			{Ref: engine.FlowRef{Namespace: "it", ID: "new", Revision: 1}, File: "2.yaml", Kind: bot.FlowUnchanged},
			{Ref: engine.FlowRef{Namespace: "it", ID: "same", Revision: 1}, File: "0.yaml", Kind: bot.FlowUnchanged},
		}
		check("Apply again")
		if _, err := w.store.Flow(t.Context(), engine.FlowRef{Namespace: "other", ID: "kept"}); err != nil {
			t.Errorf("a flow of another namespace: %v, want it kept", err)
		}
	})
}

func TestApplySavesNothingWithAFault(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		before := len(w.trail())
		for name, bad := range map[string]string{
			"a fault":            "id: bad\nnamespace: it\ntasks: 5\n",
			"the same flow":      flowOf("it", "good", "two"),
			"a file without any": "",
		} {
			got, err := w.bot.Apply(t.Context(), bot.ApplyRequest{Files: files(flowOf("it", "good", "one"), bad), Prune: true, By: operator})
			if err != nil || !got.Faults.Stop() || len(got.Changes) != 0 || got.Faults[len(got.Faults)-1].File != "1.yaml" {
				t.Errorf("Apply(%s) = %+v, %v, want a fault of 1.yaml", name, got, err)
			}
		}
		if _, err := w.store.Flow(t.Context(), engine.FlowRef{Namespace: "it", ID: "good"}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Flow = %v, want nothing saved", err)
		}
		if after := len(w.trail()); after != before {
			t.Errorf("%d lines were written", after-before)
		}
	})
}
