package bot

import (
	"context"

	"signoff/bot/prose"
	"signoff/engine"
	"signoff/engine/access"
)

// Verb is what can be asked of an execution as a whole. None answers a request:
// that is a [adapters.Click], whoever asks.
type Verb string

// The verbs.
const (
	Kill     Verb = "kill"
	Cancel   Verb = "cancel"
	Hold     Verb = "hold"
	Release  Verb = "release"
	Restart  Verb = "restart"
	ForceRun Verb = "force-run"
	Relabel  Verb = "labels"
	SetState Verb = "state"
)

// Order is a verb with what it needs, and who asks for it.
type Order struct {
	Verb Verb
	By   engine.Principal
	// Reason is for Cancel; it may be empty.
	Reason string
	// Labels is for Relabel; an empty value removes a label.
	Labels map[string]string
	// Run and State are for SetState.
	Run   engine.TaskRunID
	State engine.State
	// DryRun says what would come of it and changes nothing.
	DryRun bool
}

// maxReason bounds a reason, in characters.
const maxReason = 500

// Do does what an order says and returns the execution as it then is. It refuses
// with a *engine.RejectionError.
func (b *Bot) Do(ctx context.Context, id engine.ExecutionID, o Order) (engine.Execution, error) {
	cmd, err := o.command()
	if err != nil {
		return engine.Execution{}, err
	}
	x, err := b.reachable(ctx, id, o.By, access.ControlExecution)
	if err != nil {
		return x, err
	}
	if o.DryRun {
		t, err := b.step(ctx, x, cmd)
		if err != nil {
			return x, err
		}
		return t.Next, nil
	}
	return b.apply(ctx, id, cmd, cause{read: &x})
}

func (o Order) command() (engine.Command, error) {
	switch o.Verb {
	case Kill:
		return engine.Kill{By: o.By}, nil
	case Cancel:
		return engine.Cancel{By: o.By, Reason: o.reason()}, nil
	case Hold:
		return engine.Hold{By: o.By}, nil
	case Release:
		return engine.Release{By: o.By}, nil
	case Restart:
		return engine.Restart{By: o.By}, nil
	case ForceRun:
		return engine.Admit{By: o.By, Forced: true}, nil
	case Relabel:
		if len(o.Labels) == 0 {
			return nil, refuse(engine.BadInput, "Name the labels to set; an empty value removes one.")
		}
		return engine.Relabel{By: o.By, Labels: o.Labels}, nil
	case SetState:
		if o.Run == "" || o.State == "" {
			return nil, refuse(engine.BadInput, "Name the task run and the state that it is to have.")
		}
		return engine.SetState{By: o.By, Run: o.Run, State: o.State}, nil
	}
	return nil, refuse(engine.NotAllowed, "There is no verb %.40q.", o.Verb)
}

// reason names who cancelled, and why if they said so.
func (o Order) reason() string {
	why := prose.OneLine(o.Reason)
	if why == "" {
		return ""
	}
	return "Cancelled by " + o.By.String() + ": " + prose.Cut(why, maxReason)
}
