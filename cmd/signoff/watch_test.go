package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signoff/bot"
	"signoff/bot/people"
	"signoff/bot/task"
	"signoff/engine"
	"signoff/engine/access"
	"signoff/store"
	"signoff/store/memory"
)

// watched is a watch over a folder, which is looked at by hand.
type watched struct {
	*flowWatch

	t     *testing.T
	dir   string
	store store.Store
	said  *bytes.Buffer
}

func newWatched(t *testing.T) *watched {
	t.Helper()
	w := &watched{t: t, dir: t.TempDir(), store: memory.New(memory.Options{}), said: &bytes.Buffer{}}
	people, err := people.New(people.Config{})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(w.said, nil))
	runner, err := task.New(task.Config{Now: time.Now, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	b, err := bot.New(bot.Config{Store: w.store, Tasks: runner, People: people, Access: access.Unrestricted(), Mapped: func(name string) bool { return name == "acme.Ticket" }, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	w.flowWatch = &flowWatch{paths: []string{w.dir}, bot: b, log: log}
	return w
}

func (w *watched) write(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// rest lets the files rest, so that a change is taken, and returns what was said.
func (w *watched) rest() string {
	w.t.Helper()
	w.said.Reset()
	for range 3 {
		w.look(w.t.Context(), false)
	}
	return w.said.String()
}

func (w *watched) revision(id string) int {
	w.t.Helper()
	f, err := w.store.Flow(w.t.Context(), engine.FlowRef{Namespace: "it", ID: id})
	if err != nil {
		return 0
	}
	return f.Ref.Revision
}

func watchedFlow(id, message string) string {
	return "id: " + id + "\nnamespace: it\ntasks:\n  - {id: say, type: Log, message: " + message + "}\n"
}

func TestChangedFilesAreSaved(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	w.write("a.yaml", watchedFlow("a", "one"))
	if said := w.rest(); w.revision("a") != 1 || !strings.Contains(said, "change=created") {
		t.Fatalf("revision %d, said %q, want it created", w.revision("a"), said)
	}
	if said := w.rest(); said != "" {
		t.Errorf("nothing changed, and it says %q", said)
	}
	w.write("a.yaml", watchedFlow("a", "another"))
	w.write("b.yaml", watchedFlow("b", "one"))
	w.rest()
	if w.revision("a") != 2 || w.revision("b") != 1 {
		t.Errorf("revisions %d and %d, want 2 and 1", w.revision("a"), w.revision("b"))
	}
}

// What the server's configuration maps is no fault, whoever saves it.
func TestMappedTypesAreTakenFromFiles(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	w.write("a.yaml", "id: a\nnamespace: it\ntasks:\n  - {id: open, type: acme.Ticket, title: T}\n")
	if said := w.rest(); w.revision("a") != 1 {
		t.Fatalf("revision %d, said %q, want it saved", w.revision("a"), said)
	}
	svc := service{Bot: w.bot, store: w.store}
	if all, err := pagesOf(svc).Flows(t.Context()); err != nil || len(all) != 1 {
		t.Errorf("Flows = %v, %v, want it listed", all, err)
	}
}

func TestFilesThatAreStillWrittenAreLeftAlone(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	w.write("a.yaml", watchedFlow("a", "one"))
	w.look(t.Context(), false)
	w.write("a.yaml", watchedFlow("a", "half of it"))
	w.look(t.Context(), false)
	if w.revision("a") != 0 {
		t.Error("a file was read while it changed")
	}
	w.look(t.Context(), false)
	if w.revision("a") != 1 {
		t.Error("a file that rests was not read")
	}
	w.write("a.yaml", watchedFlow("a", "told"))
	w.look(t.Context(), true)
	if w.revision("a") != 2 {
		t.Error("a file was not read at once, as it was told to")
	}
}

func TestFaultsChangeNothingAndAreToldOnce(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	w.write("a.yaml", watchedFlow("a", "one"))
	w.rest()
	w.write("a.yaml", watchedFlow("a", "another"))
	w.write("b.yaml", "id: b\nnamespace: it\ntasks: 5\n")
	said := w.rest()
	if w.revision("a") != 1 || strings.Count(said, "flows are not reloaded") != 1 || !strings.Contains(said, "b.yaml:3:8") {
		t.Errorf("revision %d, said %q, want nothing saved and the fault told", w.revision("a"), said)
	}
	if said := w.rest(); said != "" {
		t.Errorf("told again: %q", said)
	}
	w.write("b.yaml", watchedFlow("a", "the same flow"))
	if said := w.rest(); w.revision("a") != 1 || !strings.Contains(said, "flow-duplicate") {
		t.Errorf("revision %d, said %q, want the duplicate told", w.revision("a"), said)
	}
	w.write("b.yaml", watchedFlow("b", "mended"))
	w.rest()
	if w.revision("a") != 2 || w.revision("b") != 1 {
		t.Errorf("revisions %d and %d, want 2 and 1", w.revision("a"), w.revision("b"))
	}
}

func TestFlowWithoutFileStaysAndIsTold(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	w.write("a.yaml", watchedFlow("a", "one"))
	w.write("b.yaml", watchedFlow("b", "one"))
	w.rest()
	if err := os.Remove(filepath.Join(w.dir, "b.yaml")); err != nil {
		t.Fatal(err)
	}
	if said := w.rest(); w.revision("b") != 1 || !strings.Contains(said, "no file any more") || !strings.Contains(said, "flow=it/b") {
		t.Errorf("revision %d, said %q, want it kept and told", w.revision("b"), said)
	}
	if err := os.RemoveAll(w.dir); err != nil {
		t.Fatal(err)
	}
	if said := w.rest(); w.revision("a") != 1 || strings.Count(said, "flows are not reloaded") != 1 {
		t.Errorf("the folder is gone: revision %d, said %q", w.revision("a"), said)
	}
}

func TestWatchRetriesWhatTheStoreRefused(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	w.write("a.yaml", watchedFlow("a", "one"))
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	if said := w.rest(); strings.Count(said, "will retry") != 2 {
		t.Errorf("said %q, want a try at each look once the files rest", said)
	}
}
