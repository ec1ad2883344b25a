package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"signoff/adapters/api"
)

// complain tells the person at the terminal what went wrong and, where there
// is one, the way out.
func (p *program) complain(err error) {
	if p.json {
		p.complainJSON(err)
		return
	}
	_, _ = fmt.Fprintln(p.Stderr, "signoff:", err)
	if refused, ok := errors.AsType[*api.Error](err); ok {
		for _, field := range slices.Sorted(maps.Keys(refused.Fields)) {
			if line := field + ": " + refused.Fields[field]; !strings.Contains(refused.Text, line) {
				_, _ = fmt.Fprintf(p.Stderr, "  %s\n", line)
			}
		}
	}
	if _, ok := errors.AsType[*api.UnreachableError](err); ok {
		_, _ = fmt.Fprintln(p.Stderr, "Start a server with: signoff dev, or name one with --server and --token-file.")
	}
}

func (p *program) complainJSON(err error) {
	body := api.Error{Code: "failed", Text: err.Error()}
	if refused, ok := errors.AsType[*api.Error](err); ok {
		body = *refused
	}
	if _, ok := errors.AsType[*usageError](err); ok {
		body.Code = "usage"
	}
	enc := json.NewEncoder(p.Stderr)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(map[string]api.Error{"error": body}); err != nil {
		_, _ = fmt.Fprintln(p.Stderr, "signoff:", body.Text)
	}
}
