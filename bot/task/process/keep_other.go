//go:build !linux

package process

import (
	"encoding/json"
	"os"
)

// Keep refuses: without a keeper of orphans, processes would be left behind.
func Keep() int {
	say := json.NewEncoder(os.NewFile(4, "report"))
	_ = say.Encode(map[string]int{"pid": 0})
	_ = say.Encode(Exit{Code: -1, Problem: "programs are run on Linux only"})
	return 0
}

func killGroup(int) {}

// Hide has nothing to hide from.
func Hide() error { return nil }
