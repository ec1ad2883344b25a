package bot_test

import (
	"strings"
	"testing"

	"signoff/adapters"
)

// Whatever a surface hands over as values, a form answers with words or with
// itself, and starts nothing that the flow's own check did not let through.
func TestDeskFormsTakeHostileValues(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.save(trip)
		w.save(timeOff)
		_, request := w.begin()
		deep := any("end")
		for range 200 {
			deep = []any{deep}
		}
		hostile := map[string]any{
			"nil": nil, "number": 7, "float": 1.5, "yes": true, "list": []any{1, nil, "x", []any{}}, "map": map[string]any{"a": map[string]any{}},
			"account": account("dana"), "stranger": account("nobody"), "long": strings.Repeat("x", 1<<20), "turned": "a\u202eb\x00", "invalid": "\xff\xfe",
			"deep": deep, "mention": "<!channel>", "expression": "{{ secret('K') }}", "accounts": []any{account("dana"), account("nobody")}, "empty": "",
		}
		subjects := []string{"new", "start:hr/trip", "slash:hr/time_off/by_command", "away", "decide:" + request + "/1/reject", "decide:" + request + "/1/delegate"}
		for name, v := range hostile {
			for _, subject := range subjects {
				values := map[string]any{
					"signoff.flow": v, "where": v, "kind": v, "stops": v, "reason": v, "employee": v, "first": v, "signoff.from": v, "signoff.until": v, "signoff.to": v, "signoff.back": v, name: v,
				}
				for _, r := range []adapters.Reply{w.sheet("dana", subject, values), w.submits("dana", subject, values)} {
					if r.Kind == "" || r.Kind != adapters.Asked && r.Text == "" && len(r.Fields) == 0 {
						t.Errorf("%s of %s is %+v", name, subject, r)
					}
					if r.Sheet != nil && len(r.Sheet.Fields) > 20 {
						t.Errorf("%s of %s asks %d fields", name, subject, len(r.Sheet.Fields))
					}
				}
				if _, err := w.bot.Choices(t.Context(), adapters.ChoicesCall{Actor: account("dana"), Subject: subject, Request: "", Field: "stops", Query: strings.Repeat("x", 9999), Values: values}); err != nil {
					t.Errorf("%s of %s: %v", name, subject, err)
				}
			}
		}
		if n := len(w.executions("trip")) + len(w.executions("time_off")); n != 0 {
			t.Errorf("%d executions", n)
		}
	})
}

// FuzzCommand: every text is answered, by a person and by a stranger, with nothing
// that turns or hides text in it.
func FuzzCommand(f *testing.F) {
	for _, text := range []string{"", "approve REQ-7K3F2 ok", "run vacation employee=“x”", "delegate x @UDANA until 1d", "away until 2d to @UKIM", "start vac", "/vacation x", "status 01", "explain x @UALEX", "pending 2"} {
		f.Add("/signoff", text)
		f.Add("", text)
		f.Add("/vacation", text)
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		inBubble(t, func(t *testing.T, w *world) {
			w.save(timeOff)
			for _, user := range []string{"dana", "nobody"} {
				r := w.commands(adapters.Command{Actor: account(user), Name: name, Text: text, People: map[string]adapters.Account{"UKIM": account("kim")}})
				if r.Kind == "" || r.Kind != adapters.Asked && r.Kind != adapters.Again && r.Text == "" || strings.ContainsAny(r.Text, "\x00\u202e") || len([]rune(r.Text)) > 4000 {
					t.Errorf("%q %q: %s %.200q", name, text, r.Kind, r.Text)
				}
			}
		})
	})
}
