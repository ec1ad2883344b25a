package approval

// Meant returns whom a name means: the id or another name of a person who is
// known, in any case.
func (d *Directory) Meant(name string) (PersonID, bool) {
	if d == nil {
		return "", false
	}
	id := d.person(name)
	_, known := d.find(id)
	return id, known
}
