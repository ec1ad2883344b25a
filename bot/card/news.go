package card

import (
	"slices"
	"strings"
	"time"

	"signoff/bot/prose"
	"signoff/engine"
	"signoff/engine/approval"
)

// News is what a person is told about a request, in words. It reports false for
// what is no news any more: the request ended meanwhile, or what it was about is
// not there.
func News(v View, t engine.Tell) (string, bool) {
	r := v.Run.Request
	switch t.What {
	case engine.NewsReminder:
		return v.reminder(t.Person)
	case engine.NewsNudge:
		return v.nudgeNews(t.Person)
	case engine.NewsMoved, engine.NewsTaken, engine.NewsEscalated:
		if t.N < 0 || t.N >= len(r.Moves) || !r.Open() {
			return "", false
		}
		return v.movedNews(t.What, r.Moves[t.N]), true
	case engine.NewsStandIn:
		return "You stand in for somebody who is away and is asked to answer " + v.called() + ". Answer on its card." + v.where(), r.Open()
	case engine.NewsOverride:
		if t.N < 0 || t.N >= len(r.Responses) || r.Responses[t.N].Override == "" {
			return "", false
		}
		return v.overrideNews(r.Responses[t.N]), true
	case engine.NewsChanges, engine.NewsQuestion, engine.NewsReply:
		if t.N < 0 || t.N >= len(r.Comments) || !r.Open() {
			return "", false
		}
		return v.remarkNews(t.What, r.Comments[t.N]), true
	case engine.NewsToChange, engine.NewsUnchanged:
		return v.returnNews(t.What)
	case engine.NewsAnew:
		if t.N < 0 || t.N >= len(r.Rounds) || !r.Open() {
			return "", false
		}
		return v.anewNews(r.Rounds[t.N]), true
	}
	panic("card: unknown news " + string(t.What))
}

// called is how a request is named in a sentence.
func (v View) called() string {
	return "“" + prose.Cut(v.Subject(), 200) + "” (" + v.ref() + ")"
}

func (v View) ref() string { return Ref(v.ID()) }

// ID names the request.
func (v View) ID() engine.RequestID { return engine.NewRequestID(v.Execution.ID, v.Run.ID) }

// where says where everything about the request can be read.
func (v View) where() string {
	if v.BaseURL == "" {
		return ""
	}
	return " Details: " + v.page()
}

// reminder is for somebody who can still answer.
func (v View) reminder(who approval.PersonID) (string, bool) {
	r := v.Run.Request
	answered := func(a engine.Response) bool { return a.Stage == r.Stage && (a.By.Person == who || a.For == who) }
	if !r.Open() || r.Wanted != "" || slices.ContainsFunc(r.Responses, answered) {
		return "", false
	}
	text := "Reminder: " + v.called() + " waits for your answer since " + clock(v.Began()) + "."
	if at := lastCall(r); !at.IsZero() {
		text += " It expires " + clock(at) + "."
	}
	return text + " Answer on its card." + v.where(), true
}

// returnNews is for the requester who has not changed what they were asked to,
// and for whoever asked them.
func (v View) returnNews(what engine.News) (string, bool) {
	r := v.Run.Request
	back, ok := r.Returned()
	if !ok || !r.Open() {
		return "", false
	}
	wanted := sentence(prose.Cut(prose.OneLine(back.Text), answerText))
	text := "Reminder: " + v.called() + " waits for you since " + clock(back.At) + ". " +
		Name(back.By, v.People) + " wants you to change something: " + wanted + v.resubmit()
	if what == engine.NewsUnchanged {
		text = "Reminder: " + v.called() + " still waits for " + Name(v.Execution.Requester, v.People) + " since it was sent back, " +
			clock(back.At) + ", to change something: " + wanted + " Nobody can answer it until then, and nobody is told again. Talk to them, or cancel it."
	}
	if at := lastCall(r); !at.IsZero() {
		text += " It expires " + clock(at) + "."
	}
	return text + v.where(), true
}

// Began is when the request, or the step of it that is open, was put to people.
func (v View) Began() time.Time {
	r := v.Run.Request
	if r.StageAt.IsZero() {
		return r.Opened
	}
	return r.StageAt
}

func (v View) movedNews(what engine.News, m approval.Move) string {
	by := v.name(m.By)
	if m.By == "" {
		by = "signoff"
	}
	why := reasoned(m.Reason)
	switch {
	case what == engine.NewsTaken && m.Kind == approval.Escalated:
		return "Nobody answered " + v.called() + " in time, so it is now for " + v.named(m.Who) + " alone. You need not answer." + v.where()
	case what == engine.NewsTaken:
		return sentence(by+" gave your place in "+v.called()+" to "+v.name(m.To)+why) + " You need not answer." + v.where()
	case m.Kind == approval.Delegated:
		return sentence(by+" asks you to answer "+v.called()+" for "+v.themselves(m)+until(m.Until)+why) + " Answer on its card." + v.where()
	case m.Kind == approval.Reassigned:
		return sentence(by+" gave you the place of "+v.name(m.From)+" in "+v.called()+why) + " Answer on its card." + v.where()
	default:
		return "Nobody answered " + v.called() + " in time, so you are asked. Answer on its card." + v.where()
	}
}

// themselves is whose seat a delegate fills.
func (v View) themselves(m approval.Move) string {
	if m.By == m.From {
		return "them"
	}
	return v.name(m.From)
}

func (v View) overrideNews(a engine.Response) string {
	return "⚠ Break-glass: " + sentence(Name(a.By, v.People)+" approved "+v.called()+" alone, over the heads of those who were asked, because: "+
		prose.Cut(prose.OneLine(a.Override), answerText)) + v.where()
}

func (v View) remarkNews(what engine.News, c engine.Remark) string {
	who, text := Name(c.By, v.People), sentence(prose.Cut(prose.OneLine(c.Text), answerText))
	if what == engine.NewsChanges {
		return who + " wants you to change something in " + v.called() + ": " + text + v.resubmit() + v.where()
	}
	if what == engine.NewsQuestion {
		return who + " asks about " + v.called() + ": " + text + " Reply with: " + v.command("comment", "\"…\"") + v.where()
	}
	return who + " replies about " + v.called() + ": " + text + " Answer on its card." + v.where()
}

// resubmit tells the requester how to ask anew.
func (v View) resubmit() string {
	r := v.Run.Request
	if len(r.Editable) == 0 {
		return " Ask anew with: " + v.command("resubmit")
	}
	args := make([]string, len(r.Editable))
	for i, id := range r.Editable {
		args[i] = "-i " + prose.OneLine(id) + "=…"
	}
	return " You can change " + v.changeable() + ", and ask anew with: " + v.command("resubmit", args...)
}

// command is what to type.
func (v View) command(name string, args ...string) string {
	return strings.Join(append([]string{"signoff", name, string(v.ID())}, args...), " ")
}

func (v View) anewNews(r engine.Round) string {
	text := v.called() + " is asked anew, so what was answered before does not count."
	if why := prose.OneLine(r.Why); why != "" {
		text = v.called() + " is asked anew, so what was answered before does not count: " + sentence(prose.Cut(why, answerText))
	}
	return text + " Look at its card." + v.where()
}

// Untold tells those who can mend it that a person could not be told something.
func Untold(v View, who approval.PersonID, news string) string {
	return "Could not tell " + v.name(who) + ": " + news
}

// Done tells somebody that what they did with a request is durable, and what
// follows. The request is as it is afterwards.
func (v View) Done(verb Verb) string {
	r := v.Run.Request
	text := "Recorded"
	switch verb {
	case Delegate, Reassign:
		if n := len(r.Moves); n > 0 {
			m := r.Moves[n-1]
			text += ": " + v.name(m.To) + " answers for " + v.name(m.From) + until(m.Until)
			if m.Kind == approval.Reassigned {
				text = "Recorded: " + v.name(m.To) + " is asked instead of " + v.name(m.From)
			}
		}
	case SendBack:
		text += ": " + Name(v.Execution.Requester, v.People) + " is asked to change it. Nobody can answer until then"
	case Resubmit:
		text += ": " + v.called() + " is asked anew"
		if !r.Open() {
			text = "Recorded: " + v.called() + ". " + decidedBy(r, v.People)
		}
	case Comment:
		text += ": it stands on the card"
	case Withdraw:
		text += ": you took " + v.called() + " back"
	case Remind:
		text += ": those who are missing are reminded"
	case Again:
		text += ": " + v.called() + " is asked once more"
	case Override:
		text += ": you approved " + v.called() + " alone. Everybody who was asked is told"
	default:
		panic("card: unknown verb " + string(verb))
	}
	return sentence(text)
}
