package bot_test

import (
	"fmt"
	"strings"
	"testing/synctest"

	"signoff/adapters"
	"signoff/engine"
)

// account is a person's on the chat.
func account(user string) adapters.Account {
	return adapters.Account{Surface: "slack", Tenant: "T1", ID: "U" + strings.ToUpper(user), Name: user}
}

// types is what a person types behind /signoff.
func (w *world) types(user, text string) adapters.Reply {
	w.t.Helper()
	return w.commands(adapters.Command{
		Actor: account(user), Name: "/signoff", Text: text, Place: "C1", Evidence: "hash",
		Once:   fmt.Sprintf("%s-%s-%d", user, text, len(w.trail())),
		People: map[string]adapters.Account{"UDANA": account("dana"), "UKIM": account("kim"), "UALEX": account("alex"), "UNOBODY": account("nobody")},
	})
}

func (w *world) commands(c adapters.Command) adapters.Reply {
	w.t.Helper()
	r, err := w.bot.Command(w.t.Context(), c)
	if err != nil {
		w.t.Fatalf("Command(%.80q) failed: %v", c.Text, err)
	}
	synctest.Wait()
	return r
}

// wants checks the kind of a reply and a piece of its text.
func (w *world) wants(r adapters.Reply, kind adapters.ReplyKind, says string) {
	w.t.Helper()
	if r.Kind != kind || !strings.Contains(r.Text, says) {
		w.t.Fatalf("the reply is %s %q %v, want %s with %q", r.Kind, r.Text, r.Fields, kind, says)
	}
}

// ref is the short name of the request of an execution.
func (w *world) ref(engine.Execution) string {
	w.t.Helper()
	return w.at("#hr").Ref
}

func (w *world) sheet(user, subject string, values map[string]any) adapters.Reply {
	w.t.Helper()
	return w.sheets(adapters.SheetCall{Actor: account(user), Subject: subject, Values: values, Place: "C1"})
}

func (w *world) sheets(c adapters.SheetCall) adapters.Reply {
	w.t.Helper()
	r, err := w.bot.Sheet(w.t.Context(), c)
	if err != nil {
		w.t.Fatalf("Sheet(%q) failed: %v", c.Subject, err)
	}
	return r
}

func (w *world) submits(user, subject string, values map[string]any) adapters.Reply {
	w.t.Helper()
	c := adapters.SheetCall{Actor: account(user), Subject: subject, Values: values, Place: "C1", Evidence: "hash"}
	c.Once = fmt.Sprintf("%s-%s-%d", user, subject, w.submitted.Add(1))
	return w.submit(c)
}

func (w *world) submit(c adapters.SheetCall) adapters.Reply {
	w.t.Helper()
	r, err := w.bot.Submit(w.t.Context(), c)
	if err != nil {
		w.t.Fatalf("Submit(%q) failed: %v", c.Subject, err)
	}
	synctest.Wait()
	return r
}

func (w *world) inbox(user string) adapters.Inbox {
	w.t.Helper()
	in, err := w.bot.Inbox(w.t.Context(), adapters.InboxCall{Actor: account(user)})
	if err != nil {
		w.t.Fatalf("Inbox() failed: %v", err)
	}
	return in
}

// fieldsOf lists a sheet's fields as "id*=initial".
func fieldsOf(s *adapters.Sheet) string {
	if s == nil {
		return "no sheet"
	}
	var out []string
	for _, f := range s.Fields {
		text := f.ID
		if f.Required {
			text += "*"
		}
		if f.Initial != "" {
			text += "=" + f.Initial
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}
