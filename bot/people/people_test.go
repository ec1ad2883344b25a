package people

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/engine"
	"signoff/engine/approval"
)

// staff is an organisation that owns corp.example and two workspaces.
func staff() Config {
	return Config{
		People: []Person{
			{ID: "dana", Name: "Dana", Email: "Dana@corp.example", Accounts: map[string]string{"slack": "T1:U1"}},
			{Name: "Kim", Email: "kim@corp.example"},
			{ID: "lee", Name: "Lee", Email: "lee@partner.example", Accounts: map[string]string{"teams": "aad-lee"}},
			{ID: "otto", Name: "Otto", Email: "otto@corp.example", Inactive: true},
			{ID: "ann", Name: "Ann", Accounts: map[string]string{"slack": "T2:U7"}},
			{ID: "bob", Name: "Bob", Accounts: map[string]string{"slack": "T1:U7"}},
		},
		Groups:       map[string][]approval.PersonID{"leads": {"Dana@corp.example", "kim@corp.example"}},
		OwnedDomains: []string{"Corp.example"},
		Tenants:      map[string][]string{"slack": {"T1", "T2"}},
	}
}

func slackUser(id, mail string) adapters.Account {
	return adapters.Account{Surface: "slack", Tenant: "T1", ID: id, Email: mail}
}

// TestIdentify tells stories of people who are who they are, and of people who
// would like to be somebody else.
func TestIdentify(t *testing.T) {
	t.Parallel()
	people, err := New(staff())
	if err != nil {
		t.Fatal(err)
	}
	const (
		unknown = "signoff does not know your Slack account. Ask an administrator to add it."
		foreign = "Your Slack account belongs to another organisation. Only people of this one can answer."
		two     = "Your Slack account fits two people, so signoff cannot tell who you are. Ask an administrator to mend it."
		off     = "You are switched off in signoff's directory, so you cannot answer. Ask an administrator."
	)
	with := func(a adapters.Account, change func(*adapters.Account)) adapters.Account {
		change(&a)
		return a
	}
	dana, kim := slackUser("U1", "dana@corp.example"), slackUser("U2", "kim@corp.example")
	for name, c := range map[string]struct {
		account adapters.Account
		person  approval.PersonID // empty: refused
		text    string
	}{
		"configured_account":                {dana, "dana", ""},
		"configured_account_without_mail":   {slackUser("U1", ""), "dana", ""},
		"configured_account_private_mail":   {slackUser("U1", "dd@home.example"), "dana", ""},
		"configured_account_renamed":        {with(dana, func(a *adapters.Account) { a.Name = "Kim" }), "dana", ""},
		"mail_in_owned_domain":              {kim, "kim@corp.example", ""},
		"mail_in_capitals":                  {slackUser("U2", " KIM@CORP.Example "), "kim@corp.example", ""},
		"mail_in_the_second_workspace":      {with(kim, func(a *adapters.Account) { a.Tenant = "T2" }), "kim@corp.example", ""},
		"same_id_in_another_workspace":      {with(slackUser("U7", ""), func(a *adapters.Account) { a.Tenant = "T2" }), "ann", ""},
		"same_id_in_this_workspace":         {slackUser("U7", ""), "bob", ""},
		"account_for_any_tenant":            {adapters.Account{Surface: "teams", Tenant: "X", ID: "aad-lee"}, "lee", ""},
		"mail_surface_by_address":           {adapters.Account{Surface: "email", ID: "Lee@Partner.example"}, "lee", ""},
		"mail_surface_configured_elsewhere": {adapters.Account{Surface: "email", ID: "dana@corp.example"}, "dana", ""},

		"bot":                         {with(dana, func(a *adapters.Account) { a.Bot = true }), "", "Bots cannot answer. A person has to press the button."},
		"deactivated":                 {with(dana, func(a *adapters.Account) { a.Deactivated = true }), "", "Your Slack account is deactivated, so you cannot answer."},
		"guest":                       {with(dana, func(a *adapters.Account) { a.Guest = true }), "", "Guests cannot answer. Ask a full member on Slack."},
		"guest_with_a_known_mail":     {with(kim, func(a *adapters.Account) { a.Guest = true }), "", "Guests cannot answer. Ask a full member on Slack."},
		"foreign":                     {with(dana, func(a *adapters.Account) { a.Foreign = true }), "", foreign},
		"foreign_with_a_known_mail":   {with(kim, func(a *adapters.Account) { a.Foreign = true }), "", foreign},
		"workspace_that_is_not_ours":  {with(dana, func(a *adapters.Account) { a.Tenant = "T666" }), "", foreign},
		"mail_in_a_strange_workspace": {with(kim, func(a *adapters.Account) { a.Tenant = "T666" }), "", foreign},
		"workspace_without_a_name":    {with(kim, func(a *adapters.Account) { a.Tenant = "" }), "", foreign},
		"configured_id_elsewhere":     {with(slackUser("U1", ""), func(a *adapters.Account) { a.Tenant = "T2" }), "", unknown},
		"nobody":                      {slackUser("U9", "zoe@corp.example"), "", unknown},
		"nobody_called_dana":          {with(slackUser("U9", ""), func(a *adapters.Account) { a.Name = "Dana" }), "", unknown},
		"id_that_is_a_persons_id":     {slackUser("dana", ""), "", unknown},
		"id_in_other_letters":         {slackUser("u1", ""), "", unknown},
		"id_with_a_tenant_inside":     {slackUser("T1:U1", ""), "", unknown},
		"id_of_another_surface":       {adapters.Account{Surface: "teams", Tenant: "T1", ID: "U1"}, "", "signoff does not know your Teams account. Ask an administrator to add it."},
		"no_id":                       {slackUser("", "kim@corp.example"), "", textNoAccount()},
		"no_surface":                  {adapters.Account{ID: "U1"}, "", textNoAccount()},

		"recycled_mail_of_a_pinned_person": {slackUser("U66", "dana@corp.example"), "", unknown},
		"mail_outside_owned_domains":       {slackUser("U66", "lee@partner.example"), "", unknown},
		"subdomain_of_an_owned_domain":     {slackUser("U66", "kim@evil.corp.example"), "", unknown},
		"domain_that_ends_alike":           {slackUser("U66", "kim@evilcorp.example"), "", unknown},
		"domain_with_a_final_stop":         {slackUser("U66", "kim@corp.example."), "", unknown},
		"domain_in_front_of_another":       {slackUser("U66", "kim@corp.example@evil.example"), "", unknown},
		"plus_address":                     {slackUser("U66", "kim+x@corp.example"), "", unknown},
		"stop_in_the_name":                 {slackUser("U66", "k.im@corp.example"), "", unknown},
		"kelvin_sign":                      {slackUser("U66", "\u212aim@corp.example"), "", unknown},
		"cyrillic_look_alike":              {slackUser("U66", "k\u0456m@corp.example"), "", unknown},
		"fullwidth_at":                     {slackUser("U66", "kim\uff20corp.example"), "", unknown},
		"zero_width_space":                 {slackUser("U66", "kim\u200b@corp.example"), "", unknown},
		"nul_in_the_mail":                  {slackUser("U66", "kim@corp.example\x00.evil.example"), "", unknown},
		"mail_with_a_name":                 {slackUser("U66", "Kim <kim@corp.example>"), "", unknown},
		"two_mails":                        {slackUser("U66", "kim@corp.example,eve@evil.example"), "", unknown},
		"quoted_mail":                      {slackUser("U66", `"kim"@corp.example`), "", unknown},
		"comment_in_the_mail":              {slackUser("U66", "kim(x)@corp.example"), "", unknown},
		"mail_surface_stranger":            {adapters.Account{Surface: "email", ID: "eve@corp.example"}, "", "signoff does not know your mail account. Ask an administrator to add it."},
		"mail_surface_display_name":        {adapters.Account{Surface: "email", ID: "kim@corp.example <eve@evil.example>"}, "", "signoff does not know your mail account. Ask an administrator to add it."},

		"account_of_one_mail_of_another":       {slackUser("U1", "kim@corp.example"), "", two},
		"account_of_one_foreign_mail_of_other": {slackUser("U1", "lee@partner.example"), "", two},
		"inactive_person":                      {slackUser("U5", "otto@corp.example"), "", off},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := people.Identify(c.account)
			if c.person == "" {
				no, ok := errors.AsType[*engine.RejectionError](err)
				if !ok || no.Code != engine.NotEligible || no.Text != c.text || got != (engine.Principal{}) {
					t.Fatalf("Identify = %+v, %v\nwant a refusal: %s", got, err, c.text)
				}
				return
			}
			want := engine.Principal{
				Person: c.person, Name: people.people[c.person].Name, Via: c.account.Surface,
				Account: c.account.Surface + ":" + c.account.Tenant + ":" + c.account.ID,
			}
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Fatalf("Identify: %v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	slack := func(s string) map[string]string { return map[string]string{"slack": s} }
	for name, c := range map[string]struct {
		people  []Person
		groups  map[string][]approval.PersonID
		domains []string
		want    string
	}{
		"nobody_to_name":                {[]Person{{Name: "Dana"}}, nil, nil, "person 1 (Dana): has neither an id nor a mail address"},
		"same_id":                       {[]Person{{ID: "a"}, {ID: "A"}}, nil, nil, "person 2 (A): id a is also that of a"},
		"same_mail":                     {[]Person{{ID: "a", Email: "x@y.example"}, {ID: "b", Email: "X@Y.example"}}, nil, nil, "person 2 (b): mail address x@y.example is also that of a"},
		"same_account":                  {[]Person{{ID: "a", Accounts: slack("T:U")}, {ID: "b", Accounts: slack("T:U")}}, nil, nil, "person 2 (b): slack account T:U is also that of a"},
		"account_in_any_tenant_after":   {[]Person{{ID: "a", Accounts: slack("T:U")}, {ID: "b", Accounts: slack("U")}}, nil, nil, "person 2 (b): slack account U is also that of a"},
		"account_in_any_tenant_before":  {[]Person{{ID: "a", Accounts: slack("U")}, {ID: "b", Accounts: slack("T:U")}}, nil, nil, "person 2 (b): slack account T:U is also that of a"},
		"mail_is_anothers_mail_account": {[]Person{{ID: "a", Email: "a@y.example"}, {ID: "b", Accounts: map[string]string{"email": "A@y.example"}}}, nil, nil, "person 2 (b): email account a@y.example is also that of a"},
		"empty_account":                 {[]Person{{ID: "a", Accounts: slack("")}}, nil, nil, `person 1 (a): account "" on surface "slack" has no id or no surface`},
		"account_without_id":            {[]Person{{ID: "a", Accounts: slack("T:")}}, nil, nil, `person 1 (a): account "T:" on surface "slack" has no id or no surface`},
		"mail_account_that_is_none":     {[]Person{{ID: "a", Accounts: map[string]string{"email": "a"}}}, nil, nil, `person 1 (a): "a" is not a mail address`},
		"not_a_mail":                    {[]Person{{Email: "dana"}}, nil, nil, `person 1 (dana): "dana" is not a mail address`},
		"mail_that_folds":               {[]Person{{Email: "\u212aim@corp.example"}}, nil, nil, "is not a mail address"},
		"id_that_folds":                 {[]Person{{ID: "k\u0456m"}}, nil, nil, "may hold only ASCII letters, digits and punctuation"},
		"mail_is_anothers_id":           {[]Person{{ID: "b@y.example"}, {ID: "c", Email: "b@y.example"}}, nil, nil, "mail address b@y.example of c is the id of b@y.example"},
		"unknown_member":                {[]Person{{ID: "a"}}, map[string][]approval.PersonID{"g": {"a", "b"}}, nil, `group g: nobody is called "b"`},
		"domain_that_is_none":           {nil, nil, []string{"corp"}, `owned domain "corp" is not a mail domain`},
		"domain_with_at":                {nil, nil, []string{"@corp.example"}, `owned domain "@corp.example" is not a mail domain`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := New(Config{People: c.people, Groups: c.groups, OwnedDomains: c.domains})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("New = %v, want %q", err, c.want)
			}
		})
	}
}

func TestNewReportsEveryFault(t *testing.T) {
	t.Parallel()
	_, err := New(Config{
		People: []Person{{Email: "x"}, {Email: "y"}}, OwnedDomains: []string{"z"},
		Groups: map[string][]approval.PersonID{"a": {"nobody"}},
	})
	if got := strings.Count(err.Error(), "\n") + 1; got != 4 {
		t.Errorf("New reports %d faults, want 4:\n%v", got, err)
	}
}

func TestDirectory(t *testing.T) {
	t.Parallel()
	people, err := New(staff())
	if err != nil {
		t.Fatal(err)
	}
	d := people.Directory()
	if diff := cmp.Diff([]approval.PersonID{"dana", "kim@corp.example"}, d.Groups["leads"]); diff != "" {
		t.Errorf("group members (-want +got):\n%s", diff)
	}
	by := []approval.Selector{{Kind: approval.User, Name: "dana@corp.example"}, {Kind: approval.User, Name: "otto"}}
	if diff := cmp.Diff([]approval.PersonID{"dana"}, d.Resolve(by)); diff != "" {
		t.Errorf("Resolve (-want +got):\n%s", diff)
	}
}

func TestPersonForDelivery(t *testing.T) {
	t.Parallel()
	people, err := New(staff())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		id      approval.PersonID
		surface string
		want    adapters.Person
	}{
		{"dana", "slack", adapters.Person{ID: "dana", Name: "Dana", Email: "dana@corp.example", Account: "U1", Tenant: "T1"}},
		{"dana", "teams", adapters.Person{ID: "dana", Name: "Dana", Email: "dana@corp.example"}},
		{"lee", "teams", adapters.Person{ID: "lee", Name: "Lee", Email: "lee@partner.example", Account: "aad-lee"}},
		{"lee", "email", adapters.Person{ID: "lee", Name: "Lee", Email: "lee@partner.example", Account: "lee@partner.example"}},
		{"nobody", "slack", adapters.Person{ID: "nobody"}},
	} {
		if diff := cmp.Diff(c.want, people.Person(c.id, c.surface)); diff != "" {
			t.Errorf("Person(%s, %s) (-want +got):\n%s", c.id, c.surface, diff)
		}
	}
}

// TestNamesAreCleanedOnTheWayIn: what stands on cards cannot hide or turn.
func TestNamesAreCleanedOnTheWayIn(t *testing.T) {
	t.Parallel()
	people, err := New(Config{People: []Person{{ID: "a", Name: "Da\u202ena\n\n<!channel>"}}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := people.Directory().People["a"].Name, "Da⟨U+202E⟩na <!channel>"; got != want {
		t.Errorf("name = %q, want %q", got, want)
	}
}
