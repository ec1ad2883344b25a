package approval

import "slices"

// Vote is one person's yes or no at one stage. The caller let it in with [May].
type Vote struct {
	Person PersonID
	// For is whose seat the vote fills, when it is not the person's own.
	For     PersonID
	Stage   int
	Approve bool
}

// Standing says where a stage stands.
type Standing string

// The standings.
const (
	Waiting Standing = "waiting"
	Passed  Standing = "passed"
	Refused Standing = "refused"
)

// Tally says where a stage stands after the votes of that stage. People are
// counted, each once, and compared with at-least; a single rejection ends the
// stage. asked is who could answer when the request was made; `all` means all
// of them, and all of nobody is never reached.
//
// A vote counts although its person is not in asked: who joined the group since
// was let in by [May].
func Tally(s Stage, asked []PersonID, votes []Vote) Standing {
	if slices.ContainsFunc(votes, func(v Vote) bool { return !v.Approve }) {
		return Refused
	}
	if need, _ := count(s, asked, votes); need > 0 {
		return Waiting
	}
	return Passed
}

// Missing says how many more approvals a waiting stage needs, and who of those
// asked has not answered yet. Both are zero once the stage is decided.
func Missing(s Stage, asked []PersonID, votes []Vote) (need int, waiting []PersonID) {
	if Tally(s, asked, votes) != Waiting {
		return 0, nil
	}
	return count(s, asked, votes)
}

// count says how many approvals are missing and who has not answered.
func count(s Stage, asked []PersonID, votes []Vote) (need int, waiting []PersonID) {
	yes := map[PersonID]bool{}
	for _, v := range votes {
		yes[v.Person] = true
	}
	silent := map[PersonID]bool{}
	for _, id := range asked {
		if !yes[id] {
			silent[id] = true
		}
	}
	if s.Need.All {
		if len(asked) == 0 {
			return 1, nil
		}
		return len(silent), sorted(silent)
	}
	return max(s.Need.seats(len(asked))-len(yes), 0), sorted(silent)
}

// seats is how many people a stage needs when so many could answer. It is never
// zero: a stage that nobody answers does not pass.
func (n Need) seats(people int) int {
	if n.All {
		return max(people, 1)
	}
	return max(n.Count, 1)
}
