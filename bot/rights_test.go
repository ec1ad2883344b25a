package bot_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/bot"
	"signoff/engine"
	"signoff/engine/access"
	"signoff/engine/approval"
)

// TestRights: who manages people sees what everybody may, and everybody what they
// may themselves.
func TestRights(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		kim := approval.Selector{Kind: approval.User, Name: "kim"}
		w.with(granted(t,
			access.Grant{Role: access.Approver, To: []approval.Selector{kim}, Services: []string{"ci"}, In: []string{"hr"}},
			access.Grant{Role: access.Admin, To: []approval.Selector{{Kind: approval.User, Name: "dana"}}, In: []string{""}},
			access.Grant{Role: access.Admin, To: []approval.Selector{kim}, In: []string{"it"}},
		))
		by := func(who approval.PersonID) engine.Principal {
			return engine.Principal{Person: who, Account: "slack:T1:U", Via: "slack"}
		}
		inHR := access.Held{Role: access.Approver, In: []string{"hr"}}
		admin := bot.Entitled{Person: "dana", Name: "Dana", Roles: []access.Held{{Role: access.Admin, In: []string{""}}}, Verbs: access.Verbs()}
		starter := bot.Entitled{
			Person: "alex", Name: "Alex", Roles: []access.Held{{Role: access.Launcher, In: []string{""}}},
			Verbs: []access.Verb{access.ViewFlow, access.StartExecution},
		}
		answers := []access.Verb{access.ViewRequest, access.Decide}
		for name, c := range map[string]struct {
			by   approval.PersonID
			q    bot.RightsQuery
			want []bot.Entitled // nil: refused
		}{
			"all": {"dana", bot.RightsQuery{}, []bot.Entitled{
				starter, admin,
				{Person: "kim", Name: "Kim", Roles: []access.Held{inHR, {Role: access.Admin, In: []string{"it"}}}, Verbs: access.Verbs()},
				{Service: "ci", Roles: []access.Held{inHR}, Verbs: []access.Verb{access.ViewRequest}},
			}},
			"in_a_namespace": {"dana", bot.RightsQuery{Namespace: "hr.pay"}, []bot.Entitled{
				starter, admin,
				{Person: "kim", Name: "Kim", Roles: []access.Held{inHR}, Verbs: answers},
				{Service: "ci", Roles: []access.Held{inHR}, Verbs: []access.Verb{access.ViewRequest}},
			}},
			"one":            {"dana", bot.RightsQuery{Person: "kim", Namespace: "hr"}, []bot.Entitled{{Person: "kim", Name: "Kim", Roles: []access.Held{inHR}, Verbs: answers}}},
			"themselves":     {"kim", bot.RightsQuery{Person: "kim", Namespace: "hr"}, []bot.Entitled{{Person: "kim", Name: "Kim", Roles: []access.Held{inHR}, Verbs: answers}}},
			"others":         {"kim", bot.RightsQuery{Person: "dana"}, nil},
			"all_by_another": {"kim", bot.RightsQuery{}, nil},
			"an_unknown_one": {"kim", bot.RightsQuery{Person: "eve"}, nil},
		} {
			got, err := w.bot.Rights(t.Context(), c.q, by(c.by))
			if no, ok := errors.AsType[*engine.RejectionError](err); c.want == nil {
				if !ok || no.Code != engine.NotAllowed {
					t.Errorf("%s: Rights() = %v, %v, want a refusal that does not say who there is", name, got, err)
				}
				continue
			}
			if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
				t.Errorf("%s: Rights() = %v (-want +got):\n%s", name, err, diff)
			}
		}
	})
}
