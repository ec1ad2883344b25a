package main

import (
	"strings"

	"signoff/cmd/signoff/config"
)

// environment is what flows may read of where they run: of signoff's own
// environment only what the configuration lists.
func (p *program) environment(c config.Config) map[string]any {
	envs := map[string]any{}
	for _, name := range c.Environment.Envs {
		if v := p.Getenv(name); v != "" {
			envs[strings.ToLower(name)] = v
		}
	}
	globals := c.Environment.Globals
	if globals == nil {
		globals = map[string]any{}
	}
	return map[string]any{
		"envs": envs, "globals": globals,
		"kestra": map[string]any{"url": c.BaseURL, "environment": c.Environment.Name},
	}
}
