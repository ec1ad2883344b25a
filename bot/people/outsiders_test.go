package people

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"signoff/adapters"
	"signoff/engine/approval"
)

// TestOutsidersChangeNothing: no account that nobody wrote down makes anybody
// answer for somebody, whatever it calls itself.
func TestOutsidersChangeNothing(t *testing.T) {
	t.Parallel()
	people, err := New(staff())
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		mail := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
			"dana@corp.example", "kim@corp.example", "lee@partner.example", "ann", "",
		})).Draw(t, "mail")
		a := adapters.Account{
			Surface: rapid.SampledFrom([]string{"slack", "teams", "web", "api", ""}).Draw(t, "surface"),
			Tenant:  rapid.SampledFrom([]string{"T1", "T2", "T666", ""}).Draw(t, "tenant"),
			ID:      rapid.StringMatching(`(X|dana|T1:U1|T2:U7|:)[a-z]{0,2}`).Draw(t, "id"),
			Name:    rapid.SampledFrom([]string{"Dana", "Kim", ""}).Draw(t, "name"),
			Email:   mail,
			Guest:   rapid.Bool().Draw(t, "guest"), Foreign: rapid.Bool().Draw(t, "foreign"),
		}
		got, err := people.Identify(a)
		// Kim is known by mail alone, and everybody of the house may use it.
		kim := strings.EqualFold(strings.TrimSpace(mail), "kim@corp.example") && !a.Guest && !a.Foreign &&
			a.Surface != "" && (a.Surface != "slack" || a.Tenant == "T1" || a.Tenant == "T2")
		dana := strings.EqualFold(strings.TrimSpace(mail), "dana@corp.example") && !a.Guest && !a.Foreign &&
			a.Surface != "" && a.Surface != "slack"
		want := approval.PersonID("")
		switch {
		case kim:
			want = "kim@corp.example"
		case dana:
			want = "dana"
		}
		if got.Person != want || (err == nil) != (want != "") {
			t.Fatalf("Identify(%+v) = %q, %v, want %q", a, got.Person, err, want)
		}
	})
}
