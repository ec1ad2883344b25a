package approval

import (
	"fmt"
	"slices"
)

// RefusalKind names why a person may not answer, for programs.
type RefusalKind string

// The kinds of refusal.
const (
	UnknownPerson   RefusalKind = "unknown"     // the directory does not have them
	InactivePerson  RefusalKind = "inactive"    // they left or were switched off
	AlreadyAnswered RefusalKind = "answered"    // one person, one answer in a stage
	OwnRequest      RefusalKind = "own_request" // the requester may not answer
	Excluded        RefusalKind = "excluded"    // the flow excludes them
	NotEligible     RefusalKind = "not_eligible"
	SeatTaken       RefusalKind = "seat_taken" // they answered in another stage
)

// RefusalError says why a person may not answer, in words for that person.
type RefusalError struct {
	Kind RefusalKind
	Text string
}

func (e *RefusalError) Error() string { return e.Text }

// May reports whether a person may answer a stage now: by the directory as it
// is, after these votes of all stages. It returns nil or a [*RefusalError].
//
// Where one person fills one seat, it also refuses whoever a later stage cannot
// do without: their answer here would leave a request that nobody can finish.
func May(p Policy, d *Directory, requester PersonID, stage int, votes []Vote, who PersonID) error {
	person, known := d.find(who)
	switch {
	case !known:
		return refuse(UnknownPerson, "signoff does not know you. Ask an administrator to add you.")
	case person.Inactive:
		return refuse(InactivePerson, "You are switched off in signoff's directory, so you cannot answer. Ask an administrator.")
	case stage < 0 || stage >= len(p.Stages):
		return refuse(NotEligible, "This step does not exist. Nobody can answer it.")
	case people(votes, stage)[who]:
		return refuse(AlreadyAnswered, "You have already answered this. Your answer counts once.")
	}
	if s, bad := unknownExclusion(p, d); bad {
		return refuse(Excluded, fmt.Sprintf("The flow excludes %s, but signoff does not know %s any more, so nobody can answer. Ask an administrator.", s, thing(s)))
	}
	if no := (chain{p, d, requester, stage, votes}).refusal(who); no != nil {
		return no
	}
	return nil
}

// refusal is why an active person may not answer the stage; nil if they may.
func (c chain) refusal(who PersonID) *RefusalError {
	p, d := c.policy, c.people
	others := without(eligible(p, d, c.requester, c.stage), who)
	switch {
	case who == c.requester && !p.AllowRequester:
		return refuse(OwnRequest, "This is your own request, so somebody else must answer it. "+whoCan(d, others))
	case slices.Contains(d.Resolve(p.Exclude), who):
		return refuse(Excluded, "You are excluded from answering this. "+whoCan(d, others))
	case !slices.Contains(d.Resolve(p.Stages[c.stage].Who), who):
		return refuse(NotEligible, notYou(d, others, who))
	case p.Repeat:
		return nil
	case voted(c.votes, who):
		return refuse(SeatTaken, "You have already answered another step of this, and each step needs somebody else. "+whoCan(d, free(others, c.votes)))
	case c.strands(who):
		return refuse(NotEligible, "A later step of this cannot do without you, and nobody answers two steps. "+whoCan(d, free(others, c.votes)))
	}
	return nil
}

func refuse(kind RefusalKind, text string) *RefusalError {
	return &RefusalError{Kind: kind, Text: text}
}

// voted reports whether a person has a vote in any stage.
func voted(votes []Vote, who PersonID) bool {
	return slices.ContainsFunc(votes, func(v Vote) bool { return v.Person == who })
}

// free leaves out everybody who has a vote.
func free(people []PersonID, votes []Vote) []PersonID {
	return slices.DeleteFunc(slices.Clone(people), func(id PersonID) bool { return voted(votes, id) })
}

func without(people []PersonID, who PersonID) []PersonID {
	return slices.DeleteFunc(slices.Clone(people), func(id PersonID) bool { return id == who })
}
