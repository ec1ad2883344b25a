package approval

// May is [Case.May] for one who answers their own seat.
func May(p Policy, d *Directory, requester PersonID, stage int, votes []Vote, who PersonID) error {
	_, err := Case{Policy: p, People: d, Requester: requester, Stage: stage, Votes: votes}.May(who)
	return err
}

// Tally is [Case.Tally] for a stage alone.
func Tally(s Stage, asked []PersonID, votes []Vote) Standing {
	return alone(s, asked, votes).Tally()
}

// Missing is [Case.Missing] for a stage of one group.
func Missing(s Stage, asked []PersonID, votes []Vote) (need int, waiting []PersonID) {
	for _, gap := range alone(s, asked, votes).Missing() {
		return gap.Need, gap.Waiting
	}
	return 0, nil
}

func alone(s Stage, asked []PersonID, votes []Vote) Case {
	c := Case{Policy: Policy{Stages: []Stage{s}}, Asked: [][]PersonID{asked}}
	for _, v := range votes {
		v.Stage = 0
		c.Votes = append(c.Votes, v)
	}
	return c
}
