package expr

import "slices"

// Functions lists the names of the built-in functions, sorted.
func Functions() []string { return []string{} }

// Filters lists the names of the filters, sorted.
func Filters() []string { return []string{} }

// Tests lists the names of the tests that may follow `is`, sorted.
func Tests() []string { return []string{} }

// Known reports whether name is a built-in function or filter.
func Known(name string) bool {
	return slices.Contains(Functions(), name) || slices.Contains(Filters(), name)
}
