package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"signoff/engine/audit"
)

// auditLine is a line of the log for a person: number, short hash, time, event,
// who, where, and what else is known.
func auditLine(l audit.Line) string {
	var r audit.Record
	if err := json.Unmarshal(l.Raw, &r); err != nil {
		return fmt.Sprintf("%6d %s cannot be read: %v", l.Seq, l.Hash.String()[:8], err)
	}
	parts := []string{
		fmt.Sprintf("%6d", l.Seq), l.Hash.String()[:8], stamp(r.At), fmt.Sprintf("%-18s", r.Event), actorName(r.Actor),
	}
	if r.Flow != "" {
		parts = append(parts, r.Namespace+"/"+r.Flow)
	}
	if r.Execution != "" {
		parts = append(parts, r.Execution)
	}
	if r.Task != "" {
		parts = append(parts, "task "+r.Task)
	}
	return visible(strings.Join(append(parts, dataWords(r.Data)...), " "))
}

// dataWords are the record's own values, without those that only a program
// reads; --json has them all.
func dataWords(data map[string]any) []string {
	machine := []string{"digest", "flowDigest", "evidence", "ref", "copy", "shown", "version"}
	var words []string
	for _, k := range sortedKeys(data) {
		if slices.Contains(machine, k) {
			continue
		}
		var value bytes.Buffer
		enc := json.NewEncoder(&value)
		enc.SetEscapeHTML(false) // a terminal is not a page
		if err := enc.Encode(data[k]); err != nil {
			continue // it came out of JSON
		}
		words = append(words, k+"="+strings.TrimSuffix(value.String(), "\n"))
	}
	return words
}

func actorName(a audit.Actor) string {
	switch {
	case a.Person != "":
		return a.Person
	case a.Account != "":
		return a.Account
	case a.Via != "":
		return a.Via
	default:
		return "-"
	}
}
