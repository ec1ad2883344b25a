package people

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"signoff/adapters"
	"signoff/engine/approval"
)

// Teller tells what people say of themselves on a surface. It is safe for
// concurrent use.
type Teller interface {
	// Status returns what the surface says of an account now, and what its owner
	// says of themselves. It heeds ctx.
	Status(ctx context.Context, of adapters.Account) (adapters.Account, adapters.Status, error)
}

// Statuses says where people say that they are away.
type Statuses struct {
	Source  Teller
	Surface string
	// Name is what people call it: "Slack status".
	Name string
	// Away are the emoji that mean away.
	Away []string
}

// longestStatus bounds what is read of a status, in bytes. Slack's have at most a
// hundred characters.
const longestStatus = 1000

// noteNobody is of a status that wants nobody to stand in.
const noteNobody = "names nobody"

// saying is what somebody's status says, as it is kept.
type saying struct {
	// away is when they are away by it, since it was first seen.
	away approval.Absence
	// back says that they came back by a word of theirs, so that it does not count
	// until it changes.
	back bool
}

// over reports whether a saying has ended.
func (s saying) over(now time.Time) bool { return !s.away.Until.IsZero() && !now.Before(s.away.Until) }

// saysAway reads a status. It is no absence without one of the emoji, or if it has
// ended.
func (p *People) saysAway(id approval.PersonID, s adapters.Status, now time.Time) (approval.Absence, bool) {
	emoji, _, _ := strings.Cut(strings.Trim(s.Emoji, ":"), "::") // what follows is the tone of a skin
	if emoji == "" || !slices.Contains(p.statuses.Away, ":"+emoji+":") || !s.Until.IsZero() && !s.Until.After(now) {
		return approval.Absence{}, false
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d\x00%s", s.Emoji, s.Until.Unix(), s.Text))
	a := approval.Absence{From: now, Until: s.Until, Source: p.statuses.Name, Digest: hex.EncodeToString(sum[:])}
	if s.Until.Sub(now) > longestAway {
		a.Until, a.Note = time.Time{}, "lasts longer than a year"
		return a, true
	}
	a.StandIn, a.Note = p.namedIn(s.Text, id)
	return a, true
}

// namedIn finds the one person whom a status names to stand in, or says why there
// is none. Whoever is not surely meant is not.
func (p *People) namedIn(text string, owner approval.PersonID) (approval.PersonID, string) {
	if len(text) > longestStatus {
		return "", "is too long"
	}
	var named approval.PersonID
	for _, word := range strings.FieldsFunc(text, apartWords) {
		if !strings.Contains(word, "@") {
			continue
		}
		id, known := p.meant(strings.TrimRight(word, ".:!?"))
		switch {
		case !known:
			return "", "names somebody whom signoff does not know"
		case named != "" && named != id:
			return "", "names more than one person"
		}
		named = id
	}
	switch {
	case named == "":
		return "", noteNobody
	case named == owner:
		return "", "names themselves"
	case p.people[named].Inactive:
		return "", "names somebody who is switched off in signoff's directory"
	}
	return named, ""
}

// apartWords are the characters that no name of a person has.
func apartWords(r rune) bool {
	return r == ' ' || r == '\t' || r == '\n' || strings.ContainsRune(`,;()<>[]{}"`, r)
}

// meant finds the person of "@kim" or "kim@example.com". Letters that only look
// like those of a name are none.
func (p *People) meant(word string) (approval.PersonID, bool) {
	if !ascii(word) {
		return "", false
	}
	if name, mention := strings.CutPrefix(word, "@"); mention {
		return p.Called(name)
	}
	mail := normalMail(word)
	if mail == "" {
		return "", false
	}
	id, known := p.byMail[mail]
	return id, known
}

// accountOf is the account of a person whose status is read: the one that the
// configuration names, or the only one that is linked.
func (p *People) accountOf(who approval.PersonID, surface string) (adapters.Account, bool) {
	person, known := p.people[who]
	if !known || person.Inactive {
		return adapters.Account{}, false
	}
	if text, pinned := person.Accounts[surface]; pinned {
		key, tenant := parseAccount(surface, text)
		return adapters.Account{Surface: surface, Tenant: tenant, ID: key.id}, true
	}
	var found []adapters.Account
	for _, l := range p.known().placed {
		if l.Person == who && l.Surface == surface {
			found = append(found, adapters.Account{Surface: surface, Tenant: l.Tenant, ID: l.Account})
		}
	}
	if len(found) != 1 {
		return adapters.Account{}, false
	}
	return found[0], true
}
