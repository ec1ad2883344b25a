package oncall

// Texts is what a path leads to, for tests.
func Texts(p Path, v any) ([]string, error) { return p.texts(v) }
