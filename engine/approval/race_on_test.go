//go:build race

package approval_test

const raceEnabled = true
