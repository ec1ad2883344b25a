package bot_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // the hours are judged by other tables than those of the engine

	"signoff/bot/people"
	"signoff/engine/approval"
)

// yearStaff is the organisation of the simulated year: people come and go, change
// groups, work in their own hours, and some never answer.
type yearStaff struct {
	r      *rand.Rand
	people []people.Person
	groups map[string][]approval.PersonID
	silent map[approval.PersonID]bool
	hired  int
}

// yearGroups are the groups of the flows and how many are in each.
func yearGroups() map[string]int {
	return map[string]int{"ops": 6, "security": 4, "leads": 5, "hr": 3, "duo": 2}
}

// zones are where people work; none is repeated in the tests of the engine.
func zones() []string {
	return []string{"Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney", "America/Los_Angeles", "Asia/Tokyo", ""}
}

func hire(r *rand.Rand, n int) *yearStaff {
	s := &yearStaff{r: r, groups: map[string][]approval.PersonID{}, silent: map[approval.PersonID]bool{}}
	for range n {
		s.join()
	}
	for _, name := range sortedNames(yearGroups()) {
		for range yearGroups()[name] {
			s.add(name)
		}
	}
	return s
}

func sortedNames(m map[string]int) []string {
	var out []string
	for name := range m {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// join hires somebody.
func (s *yearStaff) join() {
	s.hired++
	id := approval.PersonID(fmt.Sprintf("p%03d", s.hired))
	p := people.Person{
		ID: id, Name: "Person " + strings.ToUpper(string(id)), Accounts: map[string]string{"slack": "T1:U" + strings.ToUpper(string(id))},
	}
	if s.r.IntN(10) > 0 {
		p.Hours = approval.Hours{
			Zone: zones()[s.r.IntN(len(zones()))], From: (7 + s.r.IntN(4)) * 60, To: (15+s.r.IntN(4))*60 + 30,
			Days: []time.Weekday{1, 2, 3, 4, 5},
		}
		if s.r.IntN(6) == 0 {
			p.Hours.Days = []time.Weekday{0, 1, 2, 3, 4}
		}
	}
	if boss, found := s.anybody(); found && s.r.IntN(20) > 0 {
		p.Manager = boss
	}
	s.silent[id] = s.r.IntN(4) == 0
	s.people = append(s.people, p)
}

// leave switches somebody off.
func (s *yearStaff) leave() {
	if i := s.r.IntN(len(s.people)); s.r.IntN(4) == 0 {
		s.people[i].Inactive = true
	}
}

// add puts somebody into a group, at first; later the oldest member goes.
func (s *yearStaff) add(group string) {
	id, found := s.anybody()
	if !found || slices.Contains(s.groups[group], id) {
		return
	}
	s.groups[group] = append(s.groups[group], id)
	if len(s.groups[group]) > yearGroups()[group] {
		s.groups[group] = s.groups[group][1:]
	}
}

// churn is a week: some join, some leave, some change groups.
func (s *yearStaff) churn() {
	for range s.r.IntN(3) {
		s.join()
	}
	for range 4 {
		s.leave()
	}
	for _, group := range sortedNames(yearGroups()) {
		if s.r.IntN(6) == 0 {
			s.add(group)
		}
	}
}

// anybody is some active person.
func (s *yearStaff) anybody() (approval.PersonID, bool) {
	for range 50 {
		if len(s.people) == 0 {
			break
		}
		if p := s.people[s.r.IntN(len(s.people))]; !p.Inactive {
			return p.ID, true
		}
	}
	return "", false
}

func (s *yearStaff) config(now func() time.Time) people.Config {
	groups := map[string][]approval.PersonID{}
	for name, members := range s.groups {
		groups[name] = slices.Clone(members)
	}
	return people.Config{People: slices.Clone(s.people), Groups: groups, Now: now}
}

func (s *yearStaff) person(id approval.PersonID) people.Person {
	i := slices.IndexFunc(s.people, func(p people.Person) bool { return p.ID == id })
	if i < 0 {
		return people.Person{}
	}
	return s.people[i]
}

// atWork reports whether a person works at a moment, by the tables of the
// standard library.
func (s *yearStaff) atWork(id approval.PersonID, at time.Time) bool {
	h := s.person(id).Hours
	if h.To == 0 {
		return true
	}
	loc, err := time.LoadLocation(h.Zone)
	if err != nil {
		panic(err)
	}
	local := at.In(loc)
	minute := local.Hour()*60 + local.Minute()
	return minute >= h.From && minute < h.To && slices.Contains(h.Days, local.Weekday())
}
