package approval

// barredText tells a barred person why.
func (l *look) barredText(b *board, kind RefusalKind, who PersonID) *RefusalError {
	can := whoCan(l.People, b.owners().without(who))
	if kind == OwnRequest {
		return refuse(kind, l.barred.yours(who)+", so somebody else must answer it. "+can)
	}
	if kind == Author {
		return refuse(kind, "You wrote this flow, so somebody else must answer it. "+can)
	}
	return refuse(kind, "You are excluded from answering this. "+can)
}

// yours tells somebody whose own request it is why it is.
func (b *barred) yours(who PersonID) string {
	switch {
	case who == b.requester:
		return "This is your own request"
	case b.origin.has(who):
		return "You made this request first"
	}
	return "You restarted this execution"
}

// wouldSit reports whether a person would have a seat if they did not stand in
// for anybody who is barred.
func (l *look) wouldSit(who PersonID) bool {
	free := *l
	free.barred.agents = nil
	return len(free.board(l.Stage).seatsOf(&free, who)) > 0
}

// noSeat tells a person without a seat why.
func (l *look) noSeat(b *board, who PersonID) *RefusalError {
	others := b.owners().without(who)
	if b.gone.has(who) {
		return refuse(Moved, "This was given to somebody else, so you do not answer it any more. "+whoCan(l.People, others))
	}
	if of := l.barred.actsFor(who); of != "" && l.wouldSit(who) {
		return refuse(StandIn, "You stand in for "+l.People.name(of)+", who may not answer this, so what was handed to you since does not count. "+whoCan(l.People, others))
	}
	if s, unsure := l.unsure(l.Stage); unsure {
		return refuse(Unverified, unverified(s))
	}
	if owner := l.doubted(b, who); owner != "" {
		return refuse(Unverified, "signoff cannot verify you now: it could not read whether "+l.People.name(owner)+" is away, and you stand in for them. Try again in a minute.")
	}
	for _, m := range l.Moves {
		if m.Kind == Delegated && m.Stage == l.Stage && m.To == who && !m.Until.IsZero() && !l.Now.Before(m.Until) {
			return refuse(NotEligible, "The time for which you could answer for "+l.People.name(m.From)+" is over. "+whoCan(l.People, others))
		}
	}
	return refuse(NotEligible, notYou(l.People, others, who))
}

// doubted finds an owner for whom a person would answer, could it be read that
// they are away.
func (l *look) doubted(b *board, who PersonID) PersonID {
	if l.Policy.NoDelegate || len(l.People.Absent) == 0 {
		return ""
	}
	for _, owner := range b.owners() {
		if away := l.People.Absent[owner]; away.Unsure && l.People.standIn(owner, l.Now) == who && !l.barred.actedFor(who, away.From) {
			return owner
		}
	}
	return ""
}

// unverified says that it is not known who may answer.
func unverified(s Selector) string {
	return "signoff cannot verify you now: it could not read who is in " + s.String() + ". Try again in a minute."
}
