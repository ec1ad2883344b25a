package flow_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/flow"
)

func owns(t *testing.T, id, triggers string) *flow.Flow {
	t.Helper()
	f, faults := flow.Parse(id+".yaml", []byte("id: "+id+"\nnamespace: hr\ntasks: [{id: say, type: Log, message: hi}]\n"+triggers))
	if faults.Stop() {
		t.Fatal(faults)
	}
	return f
}

func TestCommandsAreThoseOfWhatIsOn(t *testing.T) {
	t.Parallel()
	flows := []*flow.Flow{
		nil, // a file that does not load
		owns(t, "b", "triggers: [{id: two, type: SlashCommand, command: /b, description: Does b, usage: x=…}, {id: one, type: SlashCommand, command: /a}]"),
		owns(t, "a", "triggers: [{id: t, type: SlashCommand, command: /b}, {id: off, type: SlashCommand, command: /c, disabled: true}]"),
		owns(t, "c", "disabled: true\ntriggers: [{id: t, type: SlashCommand, command: /c}]"),
		owns(t, "d", ""),
	}
	want := []flow.Command{
		{Name: "/a", Namespace: "hr", Flow: "b", Trigger: "one"},
		{Name: "/b", Namespace: "hr", Flow: "a", Trigger: "t"},
		{Name: "/b", Description: "Does b", Usage: "x=…", Namespace: "hr", Flow: "b", Trigger: "two"},
	}
	if diff := cmp.Diff(want, flow.Commands(flows)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCommandsTakenNamesBoth(t *testing.T) {
	t.Parallel()
	mine := owns(t, "b", "triggers:\n  - {id: one, type: SlashCommand, command: /a}\n  - {id: two, type: SlashCommand, command: /b}\n  - {id: off, type: SlashCommand, command: /c, disabled: true}\n")
	others := flow.Commands([]*flow.Flow{
		mine, // as it was saved before
		owns(t, "a", "triggers: [{id: t, type: SlashCommand, command: /b}, {id: u, type: SlashCommand, command: /c}]"),
	})
	faults := flow.CommandsTaken(mine, "b.yaml", others)
	if len(faults) != 1 || !faults.Stop() {
		t.Fatalf("faults = %v, want one", faults)
	}
	want := "b.yaml:6:5: the command /b of hr/b belongs to hr/a, too; one of them must take another name [command-taken]"
	if got := faults[0].String(); got != want {
		t.Errorf("it says\n%s\nwant\n%s", got, want)
	}
	if faults := flow.CommandsTaken(owns(t, "e", "disabled: true\ntriggers: [{id: t, type: SlashCommand, command: /b}]"), "e.yaml", others); faults != nil {
		t.Errorf("a flow that is off takes nothing: %v", faults)
	}
}

func TestCommandSaysNoMoreThanAChatShows(t *testing.T) {
	t.Parallel()
	src := "id: a\nnamespace: hr\ntasks: [{id: say, type: Log, message: hi}]\ntriggers: [{id: t, type: SlashCommand, command: /b, description: " +
		strings.Repeat("é", 2001) + ", usage: " + strings.Repeat("é", 1001) + "}]"
	_, faults := flow.Parse("a.yaml", []byte(src))
	if len(faults) != 2 || !strings.Contains(faults[0].Message, `"description" of a command must be at most 2000 characters, not 2001`) ||
		!strings.Contains(faults[1].Message, `"usage" of a command must be at most 1000`) {
		t.Errorf("faults = %v", faults)
	}
}
