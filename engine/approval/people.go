package approval

import "slices"

// people is a set of people: sorted, each once. Sets are never changed in
// place, so they may be shared.
type people []PersonID

func (s people) has(id PersonID) bool {
	_, ok := slices.BinarySearch(s, id)
	return ok
}

func (s people) with(ids ...PersonID) people {
	out := append(slices.Clone(s), ids...)
	slices.Sort(out)
	return slices.Compact(out)
}

func (s people) without(id PersonID) people {
	if !s.has(id) {
		return s
	}
	return s.where(func(other PersonID) bool { return other != id })
}

// minus leaves out everybody who is in another set.
func (s people) minus(other people) people {
	if len(s) == 0 || len(other) == 0 {
		return s
	}
	return s.where(func(id PersonID) bool { return !other.has(id) })
}

// where keeps those who pass.
func (s people) where(keep func(PersonID) bool) people {
	out := make(people, 0, len(s))
	for _, id := range s {
		if keep(id) {
			out = append(out, id)
		}
	}
	return out
}
