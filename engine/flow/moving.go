package flow

// Moving names the fields on whose answers others depend: whether they are
// asked, or what they say and offer.
func Moving(fields []Field) map[string]bool {
	moving := map[string]bool{}
	for i, f := range fields {
		for _, id := range f.DependsOn {
			if id != f.ID {
				moving[id] = true
			}
		}
		if f.Late == nil {
			continue
		}
		for _, k := range compileLate(f, fields).reads {
			if k != i {
				moving[fields[k].ID] = true
			}
		}
	}
	return moving
}
