//go:build !unix

package bolt

// Where files have no such modes and locks, nothing more is known.
const noFollow = 0

func lockHolder(string) int { return 0 }
