package main

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters/slack/install"
	"signoff/engine/audit"
	"signoff/store/memory"
)

func TestSlackBook(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	st := memory.New(memory.Options{Now: func() time.Time { return now }})
	b := &slackBook{store: st}
	write := func(w install.Write) error { return b.Write(t.Context(), w) }
	kept := install.Entry{Fields: map[string]string{"name": "Acme", "sealed": "x"}}
	state := install.Entry{Fields: map[string]string{"browser": "y"}, Expires: now.Add(time.Minute)}
	if err := write(install.Write{
		Once: "install/T1/1", Set: map[string]*install.Entry{"install/T1": &kept, "state/1": &state},
		Event: &install.Event{What: install.Installed, Account: "slack:T1:U1", Data: map[string]any{"workspace": "T1"}},
	}); err != nil {
		t.Fatal(err)
	}
	if err := write(install.Write{Once: "install/T1/1", Set: map[string]*install.Entry{"install/T1": nil}}); !errors.Is(err, install.ErrTaken) {
		t.Errorf("the same write again = %v, want ErrTaken", err)
	}
	got, err := b.Read(t.Context())
	if diff := cmp.Diff(map[string]install.Entry{"install/T1": kept, "state/1": state}, got); diff != "" || err != nil {
		t.Errorf("Read (-want +got) %v\n%s", err, diff)
	}
	now = now.Add(time.Minute)
	for what, event := range map[string]audit.Event{
		install.Renewed: audit.SurfaceRenewed, install.Removed: audit.SurfaceRemoved, install.Installed: audit.SurfaceInstalled,
	} {
		if err := write(install.Write{Once: what, Event: &install.Event{What: what}}); err != nil {
			t.Fatal(err)
		}
		_, head, err := st.Audit(t.Context(), 1, 1)
		if err != nil {
			t.Fatal(err)
		}
		lines, _, err := st.Audit(t.Context(), head.Seq, 1)
		if err != nil || len(lines) != 1 {
			t.Fatalf("Audit = %d lines, %v", len(lines), err)
		}
		if r, err := lines[0].Record(); err != nil || r.Event != event || r.Actor.Via != "engine" || r.Data["surface"] != "slack" {
			t.Errorf("%s: the line is %+v, %v, want %s", what, r, err, event)
		}
	}
	if got, err := b.Read(t.Context()); err != nil || len(got) != 1 {
		t.Errorf("after a minute %v, %v; want the install without the state", got, err)
	}
}
