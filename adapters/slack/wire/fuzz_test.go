package wire

import (
	"encoding/json"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// FuzzDecodeOrigin: wherever a payload says that it comes from, what is looked up is
// named and of the payload.
func FuzzDecodeOrigin(f *testing.F) {
	f.Add([]byte(pressPayload))
	f.Add([]byte(`{"team":null,"enterprise":{"id":"E1"},"is_enterprise_install":true,"user":{"id":"U1","team_id":"T1"}}`))
	f.Add([]byte(`{"team":{"id":null},"user":null}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		o, err := DecodeOrigin(raw)
		if err != nil {
			return
		}
		if !json.Valid(raw) {
			t.Fatalf("decode took what is no JSON: %q", raw)
		}
		for _, key := range o.Keys() {
			if key == "" || !slices.Contains([]string{o.Team, o.Enterprise, o.UserTeam}, key) {
				t.Fatalf("%+v is looked up as %q", o, key)
			}
		}
		if o.Team+o.Enterprise != "" && o.UserTeam != o.Team && o.UserTeam != o.Enterprise && slices.Contains(o.Keys(), o.UserTeam) {
			t.Fatalf("the home of whoever acts says where they are: %+v", o)
		}
	})
}

// FuzzParseButton: a button that is taken says the same when it is written anew.
func FuzzParseButton(f *testing.F) {
	f.Add("act:approve", "1|01JD.2|1")
	f.Add("form:~3", "1|a%7Cb|0|reject")
	f.Add("act:", "1||")
	f.Fuzz(func(t *testing.T, id, value string) {
		a, form, err := ParseButton(id, value)
		if err != nil {
			return
		}
		if a.Request == "" || a.Action == "" || a.Version < 0 {
			t.Fatalf("ParseButton(%q, %q) = %+v", id, value, a)
		}
		again, same, err := ParseButton(id, ButtonValue(a, id))
		if diff := cmp.Diff(a, again); err != nil || same != form || diff != "" {
			t.Fatalf("written anew, %q, %q is another button: %v\n%s", id, value, err, diff)
		}
	})
}

// FuzzParseMetadata: what a form brings back is whole, or none of ours.
func FuzzParseMetadata(f *testing.F) {
	f.Add(`{"r":"01JD.2","v":1,"a":"approve","c":"C1","t":"1.000001"}`)
	f.Add(`{"r":null,"v":-1}`)
	f.Add(`[]`)
	f.Fuzz(func(t *testing.T, s string) {
		a, touched, err := ParseMetadata(s)
		if err != nil {
			return
		}
		if a.Request == "" || a.Action == "" || a.Version < 0 {
			t.Fatalf("ParseMetadata(%q) = %+v", s, a)
		}
		written, err := NewMetadata(a, touched)
		if err != nil {
			return // longer than Slack carries
		}
		again, ref, err := ParseMetadata(written)
		if diff := cmp.Diff(a, again); err != nil || ref != touched || diff != "" || !utf8.ValidString(written) {
			t.Fatalf("written anew, %q says something else: %v\n%s", s, err, diff)
		}
	})
}
