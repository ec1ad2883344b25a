package people

import (
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/approval"
)

// TestManagersAndHours: what the configuration says of a person is what the
// rules know.
func TestManagersAndHours(t *testing.T) {
	t.Parallel()
	hours := approval.Hours{Zone: "Europe/Berlin", From: 540, To: 1020, Days: []time.Weekday{1, 2, 3, 4, 5}}
	people, err := New(Config{People: []Person{
		{ID: "dana", Email: "dana@corp.example", Hours: hours},
		{ID: "kim", Manager: "Dana@Corp.example"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := map[approval.PersonID]approval.Person{
		"dana": {ID: "dana", Name: "dana", Hours: hours}, "kim": {ID: "kim", Name: "kim", Manager: "dana"},
	}
	if diff := cmp.Diff(want, maps.Clone(people.Directory().People)); diff != "" {
		t.Errorf("people (-want +got):\n%s", diff)
	}
	for name, manager := range map[string]approval.PersonID{"nobody": "zoe", "oneself": "kim"} {
		if _, err := New(Config{People: []Person{{ID: "kim", Manager: manager}}}); err == nil {
			t.Errorf("%s may be a manager", name)
		}
	}
}
