package card

import (
	"fmt"
	"slices"

	"signoff/adapters"
	"signoff/bot/prose"
	"signoff/engine"
	"signoff/engine/approval"
)

// Recorded tells somebody that their answer is durable and whether more is
// needed. The request is as it is after the answer.
func Recorded(r engine.Request, v engine.Verdict) string {
	var text string
	switch v {
	case engine.Approve:
		text = "Recorded: you approved"
	case engine.Reject:
		text = "Recorded: you rejected"
	case engine.None:
		text = "Recorded: you answered"
	default:
		panic("card: unknown verdict " + string(v))
	}
	if title := prose.OneLine(r.Title); title != "" {
		text += " “" + prose.Cut(title, 200) + "”"
	}
	if r.Open() {
		return text + ". Others still have to answer."
	}
	return text + "."
}

// Problem says in words for people why a copy could not be delivered.
func Problem(e *adapters.DeliveryError) string {
	text := "the delivery failed"
	switch e.Kind {
	case adapters.Unreachable:
		text = "it cannot be reached there"
	case adapters.Denied:
		text = "signoff is not allowed to write there"
	case adapters.Gone:
		text = "the message was deleted"
	case adapters.Frozen:
		text = "the message cannot be changed any more, so it may show old buttons"
	case adapters.Malformed:
		text = "the message was refused, which is a fault of signoff"
	case adapters.Busy, adapters.Unknown:
		text = "it was tried for a long time without success"
	}
	if code := prose.OneLine(e.Code); code != "" {
		text += " (" + code + ")"
	}
	if advice := prose.OneLine(e.Advice); advice != "" {
		text += ". " + advice
	}
	return text
}

// Undelivered tells the requester, and whoever can mend it, that a copy of a
// request was given up, why, and where it can still be answered.
func Undelivered(v View, c engine.Copy) string {
	text := fmt.Sprintf("“%s” (%s): %s", v.Subject(), Ref(engine.NewRequestID(v.Execution.ID, v.Run.ID)), lost(c, v.People))
	if fellBack(v, c) {
		text += " Everybody who is asked gets it as a direct message instead."
	}
	switch {
	case v.BaseURL != "":
		text += " The request is also at " + v.page() + "."
	case c.Person != "":
		text += " Tell them another way."
	}
	return text
}

// fellBack reports whether people are asked alone because a channel was lost.
func fellBack(v View, lost engine.Copy) bool {
	return lost.Place != "" && slices.ContainsFunc(v.Run.Request.Copies, func(c engine.Copy) bool {
		return c.ID > lost.ID && c.Person != "" && c.Role == engine.ForApprovers && c.Surface == lost.Surface
	})
}

// lost says which copy of a request reached nobody, and why.
func lost(c engine.Copy, d *approval.Directory) string {
	where := prose.OneLine(c.Place)
	if c.Person != "" {
		where = prose.OneLine(d.Names([]approval.PersonID{c.Person}, ""))
	}
	text := "Could not reach " + where + " on " + prose.SurfaceName(c.Surface)
	if problem := prose.OneLine(c.Problem); problem != "" {
		text += ": " + prose.Cut(problem, 300)
	}
	return sentence(text)
}
