//go:build race

package process

// keeperEnv keeps the race detector from sleeping a second at the end of each
// keeper.
func keeperEnv() []string { return []string{"GORACE=atexit_sleep_ms=0"} }
