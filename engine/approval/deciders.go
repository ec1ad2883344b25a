package approval

import "slices"

// Seats returns the people whom the selectors let answer: [Directory.ResolveFor]
// without those who are named by what they are and may not answer in the
// namespace.
func (d *Directory) Seats(sels []Selector, requester PersonID) []PersonID {
	all := d.ResolveFor(sels, requester)
	if d == nil || d.Deciders == nil {
		return all
	}
	named := d.ResolveFor(slices.DeleteFunc(slices.Clone(sels), Selector.byNature), requester)
	return slices.DeleteFunc(all, func(id PersonID) bool {
		return !d.Deciders[id] && !slices.Contains(named, id)
	})
}

// byNature reports whether a selector names people by what they are, and not
// themselves or a group that somebody put them in.
func (s Selector) byNature() bool {
	switch s.Kind {
	case Role, ManagerOf, OnCall:
		return true
	case User, Group:
		return false
	}
	return true
}
