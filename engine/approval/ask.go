package approval

import (
	"fmt"
	"slices"
)

// UnmetError says that a request could never be approved, in a sentence for the
// people who wait for it.
type UnmetError struct {
	// Stage is the index of the stage that cannot be met; -1 if each could be,
	// but not all of them by different people.
	Stage int
	Text  string
}

func (e *UnmetError) Error() string { return e.Text }

// Ask returns who may answer each stage, exclusions applied. It fails with an
// [*UnmetError] if a stage asks for more people than may answer it, if the
// chain as a whole asks for more different people than there are, or if the
// policy names somebody on whom it relies and who is not known.
//
// The requester is empty when a service began the execution.
func Ask(p Policy, d *Directory, requester PersonID) ([][]PersonID, error) {
	if len(p.Stages) == 0 {
		return nil, &UnmetError{Text: "Nobody is named to answer this request. Name approvers in the flow or in the configuration."}
	}
	if s, bad := unknownExclusion(p, d); bad {
		return nil, &UnmetError{Text: fmt.Sprintf("The flow excludes %s, but signoff does not know %s.", s, thing(s))}
	}
	asked := make([][]PersonID, len(p.Stages))
	seats := make([]int, len(p.Stages))
	for i, s := range p.Stages {
		asked[i] = eligible(p, d, requester, i)
		seats[i] = s.Need.seats(len(asked[i]))
		if len(asked[i]) < seats[i] {
			return nil, &UnmetError{Stage: i, Text: tooFew(p, d, requester, i)}
		}
		if missing, bad := unknownMember(s, d); bad {
			return nil, &UnmetError{Stage: i, Text: fmt.Sprintf("%s needs everybody in its list, but %s names no active person that signoff knows.",
				stepName(p, i), missing)}
		}
	}
	if !p.Repeat {
		if short, found := findShortage(seats, asked); found {
			return nil, &UnmetError{Stage: -1, Text: fewerPeopleThanSeats(d, short)}
		}
	}
	return asked, nil
}

// eligible returns who may answer a stage by the directory as it is.
func eligible(p Policy, d *Directory, requester PersonID, stage int) []PersonID {
	out := d.Resolve(p.Stages[stage].Who)
	barred := d.Resolve(p.Exclude)
	return slices.DeleteFunc(out, func(id PersonID) bool {
		return id == requester && !p.AllowRequester || slices.Contains(barred, id)
	})
}

// unknownExclusion finds an exclusion that names nothing. It would exclude
// nobody, which is the one place where "unknown means nobody" opens a door.
func unknownExclusion(p Policy, d *Directory) (Selector, bool) {
	for _, s := range p.Exclude {
		if !d.knows(s) {
			return s, true
		}
	}
	return Selector{}, false
}

// unknownMember finds a selector of a stage that wants everybody and names
// nobody. Dropping it would turn "all" into "all whom I happen to know".
func unknownMember(s Stage, d *Directory) (Selector, bool) {
	if !s.Need.All {
		return Selector{}, false
	}
	for _, sel := range s.Who {
		if len(d.Resolve([]Selector{sel})) == 0 {
			return sel, true
		}
	}
	return Selector{}, false
}
