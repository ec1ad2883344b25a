//go:build !race

package process

// keeperEnv is the environment of a keeper, which needs none.
func keeperEnv() []string { return []string{} }
