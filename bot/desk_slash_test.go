package bot_test

import (
	"fmt"
	"strings"
	"testing"

	"signoff/adapters"
	"signoff/bot"
	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/approval"
	"signoff/engine/audit"
)

// timeOff is asked for by /vacation.
const timeOff = `
id: time_off
namespace: hr
inputs:
  - {id: employee, type: STRING}
  - {id: first, type: DATE}
  - {id: note, type: STRING, required: false}
triggers:
  - id: by_command
    type: SlashCommand
    command: /vacation
    description: Ask for time off
    usage: first=…
    labels: {from: chat}
    inputs: {employee: "{{ trigger.user }}", note: "{{ trigger.text }}"}
tasks:
  - {id: say, type: Log, message: "{{ trigger.command }} {{ trigger.text }} {{ trigger.user }} {{ trigger.name }} {{ trigger.channel }}"}
  - id: gate
    type: Pause
    pauseDuration: P3D
    behavior: FAIL
    onReject: FAIL
    onResume: [{id: ok, type: BOOL}]
    request: {title: "Time off for {{ inputs.employee }}"}
    approval: {stages: [{id: one, who: ["user:dana"]}]}
    deliver: [{slack: "#hr"}]
`

// slashes is what a person types as a flow's own command.
func (w *world) slashes(user, name, text string) adapters.Reply {
	w.t.Helper()
	return w.commands(adapters.Command{
		Actor: account(user), Name: name, Text: text, Place: "C1", Evidence: "hash", Once: fmt.Sprintf("%s-%s-%d", name, text, len(w.trail())),
	})
}

func TestFlowsCommandOpensItsForm(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(timeOff)
		for text, want := range map[string]string{
			"":                       "employee*=alex first* note",
			"a week at the sea":      "employee*=alex first* note=a week at the sea",
			"note=x":                 "employee*=alex first* note=x",
			"first=tomorrow":         "employee*=alex first*=tomorrow note=first=tomorrow",
			"first= employee=“Al B”": "employee*=Al B first* note=first= employee=“Al B”",
		} {
			r := w.slashes("alex", "/vacation", text)
			w.wants(r, adapters.Asked, "")
			if got := fieldsOf(r.Sheet); got != want || r.Sheet.Title != "/vacation" {
				t.Errorf("%q asks %s, want %s", text, got, want)
			}
		}
		r := w.slashes("alex", "/VACATION", "sea")
		again := w.sheet("alex", r.Sheet.Subject, map[string]any{"employee": "me"})
		if got, want := fieldsOf(again.Sheet), "employee*=me first* note=sea"; got != want || again.Sheet.Title != "/vacation" {
			t.Errorf("drawn anew it asks %s, want %s", got, want)
		}
		wrong := w.submits("alex", r.Sheet.Subject, map[string]any{"employee": "me", "first": "soon"})
		if wrong.Kind != adapters.Wrong || wrong.Fields["first"] == "" || !strings.HasPrefix(fieldsOf(wrong.Sheet), "employee*=me") {
			t.Errorf("it is %s %v", wrong.Kind, wrong.Fields)
		}
		c := adapters.SheetCall{Actor: account("alex"), Subject: r.Sheet.Subject, Values: map[string]any{"employee": "me", "first": "2026-12-01", "note": nil}, Place: "C1", Once: "s", Evidence: "hash"}
		w.wants(w.submit(c), adapters.Done, "Started time_off. REQ-")
		if r := w.submit(c); r.Kind != adapters.Again {
			t.Errorf("again it is %s %q", r.Kind, r.Text)
		}
		all := w.executions("time_off")
		if len(all) != 1 {
			t.Fatalf("%d executions", len(all))
		}
		x := all[0]
		if got, want := x.Runs[0].Logs[0].Text, "/vacation sea alex Alex C1"; got != want {
			t.Errorf("the root trigger says %q, want %q", got, want)
		}
		if x.Requester.Person != "alex" || x.Requester.Via != "slack" || x.Labels["from"] != "chat" || x.Inputs["note"] != nil {
			t.Errorf("it began as %+v %v %v", x.Requester, x.Labels, x.Inputs)
		}
		fired := 0
		for _, line := range w.trail() {
			if line.Event == audit.TriggerFired {
				fired++
				if line.Actor.Person != "alex" || line.Data["command"] != "/vacation" || line.Execution != string(x.ID) {
					t.Errorf("the trail says %+v", line)
				}
			}
		}
		if fired != 1 {
			t.Errorf("it fired %d times", fired)
		}
		// Whoever typed it began it, and does not approve it.
		w.wants(w.types("alex", "approve "+w.at("#hr").Ref), adapters.Turned, "your own request")
	})
}

func TestFlowsCommandStartsAtOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(timeOff)
		w.save("id: ping\nnamespace: hr\ntasks: [{id: say, type: Log, message: '{{ trigger.text }}'}]\ntriggers: [{id: t, type: SlashCommand, command: /ping}]")
		w.wants(w.slashes("alex", "/vacation", "first=2026-12-01 note=“the sea”"), adapters.Done, "Started time_off. REQ-")
		if x := w.executions("time_off")[0]; x.Inputs["note"] != "the sea" || x.Inputs["employee"] != "alex" {
			t.Errorf("it began with %v", x.Inputs)
		}
		w.wants(w.slashes("alex", "/ping", "hello <!here>"), adapters.Done, "Started ping. It is done already.")
		if got := w.executions("ping")[0].Runs[0].Logs[0].Text; got != "hello <!here>" {
			t.Errorf("it said %q", got)
		}
	})
}

func TestFlowsCommandIsRefused(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(timeOff)
		w.save("id: off\nnamespace: hr\ndisabled: true\ntasks: [{id: say, type: Log, message: hi}]\ntriggers: [{id: t, type: SlashCommand, command: /off}]")
		w.save("id: never\nnamespace: hr\ntasks: [{id: say, type: Log, message: hi}]\ntriggers: [{id: t, type: SlashCommand, command: /never, when: \"{{ trigger.text == 'please' }}\"}]")
		w.save("id: broken\nnamespace: hr\ninputs: [{id: a, type: STRING}]\ntasks: [{id: say, type: Log, message: hi}]\ntriggers: [{id: t, type: SlashCommand, command: /broken, inputs: {a: \"{{ trigger.nothing.at.all }}\"}}]")
		for _, c := range []struct{ user, name, text, says string }{
			{"alex", "/nothing", "", "There is no command /nothing, or you may not start its flow. Type “/signoff help”"},
			{"alex", "/" + strings.Repeat("x", 9999), "", "There is no command"},
			{"alex", "/vacation\x00", "", "There is no command"},
			{"alex", "vacation", "", "There is no command"},
			{"nobody", "/vacation", "", "signoff does not know your Slack account"},
			{"alex", "/off", "", "The command /off is switched off."},
			{"alex", "/never", "no", "/never starts nothing now"},
			{"alex", "/broken", "", "could not make its inputs"},
			{"alex", "/vacation", "first=2026-12-01 frist=1", "frist is no input of this flow; did you mean first?"},
			{"alex", "/vacation", "first=“2026", "The quote that begins the value of first does not end."},
			{"alex", "/vacation", strings.Repeat("x", 5000), "That is too long"},
		} {
			w.wants(w.slashes(c.user, c.name, c.text), adapters.Turned, c.says)
		}
		r := w.slashes("alex", "/vacation", "")
		if err := w.bot.SwitchTrigger(t.Context(), engine.FlowRef{Namespace: "hr", ID: "time_off"}, "by_command", false, engine.Principal{Via: "engine"}); err != nil {
			t.Fatal(err)
		}
		w.wants(w.slashes("alex", "/vacation", ""), adapters.Turned, "The command /vacation is switched off.")
		w.wants(w.submits("alex", r.Sheet.Subject, map[string]any{"employee": "x", "first": "2026-12-01"}), adapters.Turned, "switched off")
		if n := len(w.executions("time_off")); n != 0 {
			t.Errorf("%d executions", n)
		}
	})
}

func TestFlowsCommandIsForThoseWhoMayStartIt(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.with(granted(t, access.Grant{Role: access.Launcher, To: []approval.Selector{{Kind: approval.User, Name: "kim"}}, In: []string{"it"}}))
		w.operates(timeOff)
		absent := strings.ReplaceAll(w.slashes("kim", "/holidays", "").Text, "holidays", "vacation")
		w.wants(w.slashes("kim", "/vacation", ""), adapters.Turned, absent)
		if body := fmt.Sprint(w.types("kim", "help").Body); strings.Contains(body, "/vacation") {
			t.Error("the help names a command that they may not use")
		}
		if body := fmt.Sprint(w.types("alex", "help").Body); !strings.Contains(body, "/vacation first=…") || !strings.Contains(body, "Ask for time off") {
			t.Errorf("the help does not name the command: %s", body)
		}
		if r := w.types("nobody", ""); r.Kind != adapters.Said || strings.Contains(fmt.Sprint(r.Body), "/vacation") {
			t.Errorf("a stranger's help is %s %q", r.Kind, r.Text)
		}
	})
}

// A command is one flow's: the second is not saved, and the fault names both.
func TestCommandIsOwnedOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(timeOff)
		w.save(timeOff + "# again\n") // its own
		other := strings.Replace(timeOff, "id: time_off", "id: leave", 1)
		by := engine.Principal{Via: "engine"}
		_, faults, err := w.bot.SaveFlow(t.Context(), "leave.yaml", []byte(other), by)
		if err != nil || !faults.Stop() || !strings.Contains(fmt.Sprint(faults), "leave.yaml:9:5: the command /vacation of hr/leave belongs to hr/time_off, too") {
			t.Errorf("SaveFlow = %v, %v", faults, err)
		}
		apply := func(prune bool, files ...bot.FlowFile) string {
			a, err := w.bot.Apply(t.Context(), bot.ApplyRequest{Files: files, Prune: prune, By: by})
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprint(a.Faults)
		}
		mine, its := bot.FlowFile{Name: "a.yaml", Source: []byte(timeOff)}, bot.FlowFile{Name: "b.yaml", Source: []byte(other)}
		if got := apply(false, mine, its); !strings.Contains(got, "a.yaml:9:5: the command /vacation of hr/time_off belongs to hr/leave") || !strings.Contains(got, "b.yaml:9:5: the command /vacation of hr/leave belongs to hr/time_off") {
			t.Errorf("two files: %s", got)
		}
		if got := apply(false, its); !strings.Contains(got, "b.yaml:9:5") {
			t.Errorf("a file and what is stored: %s", got)
		}
		if got := apply(true, its); strings.Contains(got, "command-taken") { // the other one goes
			t.Errorf("with prune: %s", got)
		}
		list, err := w.bot.Commands(t.Context())
		if err != nil || len(list) != 1 || list[0].Owner() != "hr/leave" || list[0].Usage != "first=…" {
			t.Errorf("Commands = %+v, %v", list, err)
		}
	})
}

// Where no slash is needed, a flow's command still begins with one.
func TestFlowsCommandWithoutName(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(timeOff)
		w.wants(w.slashes("alex", "", "/vacation sea"), adapters.Asked, "")
		w.wants(w.slashes("alex", "", "/vacatoin sea"), adapters.Turned, "There is no command “/vacatoin”")
		w.wants(w.slashes("alex", "", "pending"), adapters.Said, "Nothing waits for you. Type “start”")
	})
}
