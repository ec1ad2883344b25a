package main

import "encoding/json"

// plain writes a value of a flow for a person: a text as it is, nothing as a
// dash, and all else as the JSON that could be put in again.
func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return "-"
	case string:
		return v
	}
	b, err := json.Marshal(v)
	if err != nil {
		return "(cannot be written)"
	}
	return string(b)
}
