package people

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"signoff/adapters"
	"signoff/engine/approval"
)

const (
	unknownText = "signoff does not know your Slack account. Ask an administrator to add it."
	brokenText  = "Your Slack account was linked to a person by a mail address that one of them has no more, so it does not count. Ask an administrator to link it again."
	otherText   = "Your mail address is linked to another Slack account, so this one does not count. Ask an administrator to break that link if it is out of date."
	twoText     = "Your Slack account fits two people, so signoff cannot tell who you are. Ask an administrator to mend it."
	awayText    = "Your Slack account belongs to another organisation. Only people of this one can answer."
)

// byMail is how Kim's account was linked.
func byMail() Link {
	return Link{
		Surface: "slack", Tenant: "T1", Account: "UKIM", Person: "kim", Method: LinkedByMail, Mail: "kim@corp.example",
		At: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC),
	}
}

func byHand(account string) Link {
	l := byMail()
	l.Account, l.Method, l.Mail, l.By = account, LinkedByHand, "", "dana"
	return l
}

func changed[T any](v T, change func(*T)) T {
	change(&v)
	return v
}

// knowing makes people of whom the store knows these links.
func knowing(t interface{ Fatal(...any) }, c Config, links ...Link) *People {
	p, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	l := readLearned(nil, time.Now())
	for _, link := range links {
		l.links[link.account()] = append(l.links[link.account()], link)
		l.placed[link.place()] = link
	}
	p.taught(l)
	return p
}

// agency is Dana, whose account is written down, and Kim and Lee, who are known
// by their mail addresses.
func agency() Config {
	return Config{
		People: []Person{
			{ID: "dana", Email: "dana@corp.example", Accounts: map[string]string{"slack": "T1:UDANA"}},
			{ID: "kim", Email: "kim@corp.example"},
			{ID: "lee", Email: "lee@corp.example"},
			{ID: "max", Email: "max@partner.example"},
		},
		OwnedDomains: []string{"corp.example", "corp2.example"},
		Tenants:      map[string][]string{"slack": {"T1", "T2"}},
	}
}

// TestTakeover tells how somebody could come to act as somebody else by way of
// an account, an address or the directory, and of those who only look like it.
func TestTakeover(t *testing.T) {
	t.Parallel()
	person := func(change func(p *Person)) func(*Config) {
		return func(c *Config) { change(&c.People[1]) }
	}
	same := func(*Config) {}
	kim := slackUser("UKIM", "kim@corp.example")
	for name, c := range map[string]struct {
		links   []Link
		config  func(*Config)
		account adapters.Account
		person  approval.PersonID // empty: refused
		text    string
	}{
		// Kim, as ever.
		"first_click_by_owned_mail":         {nil, same, kim, "kim", ""},
		"linked_and_the_same":               {[]Link{byMail()}, same, kim, "kim", ""},
		"linked_and_renamed":                {[]Link{byMail()}, same, changed(kim, func(a *adapters.Account) { a.Name = "Dana" }), "kim", ""},
		"linked_mail_in_other_letters":      {[]Link{byMail()}, same, slackUser("UKIM", "KIM@Corp.Example"), "kim", ""},
		"married_on_both_sides":             {[]Link{byMail()}, person(func(p *Person) { p.Email = "kim.new@corp.example" }), slackUser("UKIM", "kim.new@corp.example"), "kim", ""},
		"same_person_in_the_other_tenant":   {[]Link{byMail()}, same, changed(slackUser("UKIM2", "kim@corp.example"), func(a *adapters.Account) { a.Tenant = "T2" }), "kim", ""},
		"linked_by_hand_with_a_private_one": {[]Link{byHand("UNEW")}, same, slackUser("UNEW", "kim@home.example"), "kim", ""},
		"linked_by_hand_without_a_mail":     {[]Link{byHand("UNEW")}, same, slackUser("UNEW", ""), "kim", ""},

		// An address that somebody else has now.
		"address_recycled_to_a_new_account":   {[]Link{byMail()}, same, slackUser("UNEW", "kim@corp.example"), "", otherText},
		"old_account_after_its_address_went":  {[]Link{byMail()}, same, slackUser("UKIM", "kim.old@corp.example"), "", brokenText},
		"old_account_without_an_address":      {[]Link{byMail()}, same, slackUser("UKIM", ""), "", brokenText},
		"old_account_with_a_private_address":  {[]Link{byMail()}, same, slackUser("UKIM", "kim@home.example"), "", brokenText},
		"linked_account_takes_lees_address":   {[]Link{byMail()}, same, slackUser("UKIM", "lee@corp.example"), "", brokenText},
		"linked_account_takes_danas_address":  {[]Link{byMail()}, same, slackUser("UKIM", "dana@corp.example"), "", brokenText},
		"by_hand_and_takes_lees_address":      {[]Link{byHand("UNEW")}, same, slackUser("UNEW", "lee@corp.example"), "", brokenText},
		"by_hand_and_another_has_the_address": {[]Link{byHand("UNEW")}, same, kim, "", otherText},
		"address_given_to_somebody_in_the_directory": {[]Link{byMail()}, func(c *Config) {
			c.People[1].Email, c.People[2].Email = "kim.old@corp.example", "kim@corp.example"
		}, kim, "", brokenText},
		"person_left_and_the_address_is_lees": {[]Link{byMail()}, func(c *Config) {
			c.People = []Person{{ID: "lee", Email: "kim@corp.example"}}
		}, kim, "", brokenText},
		"person_left": {[]Link{byMail()}, func(c *Config) { c.People = c.People[2:] }, kim, "", brokenText},

		// A domain that is not owned, or not any more, or only looks like it.
		"domain_was_sold":                  {[]Link{byMail()}, func(c *Config) { c.OwnedDomains = c.OwnedDomains[1:] }, kim, "", brokenText},
		"fallback_domain":                  {nil, same, slackUser("UEVE", "kim@corp2.example"), "", unknownText},
		"partner_whose_domain_is_not_ours": {nil, same, slackUser("UMAX", "max@partner.example"), "", unknownText},
		"subdomain":                        {nil, same, slackUser("UEVE", "kim@mail.corp.example"), "", unknownText},
		"look_alike_domain":                {nil, same, slackUser("UEVE", "kim@c\u043erp.example"), "", unknownText},
		"plus_address":                     {nil, same, slackUser("UEVE", "kim+eve@corp.example"), "", unknownText},

		// The same address or id in another place.
		"same_address_in_a_foreign_tenant": {nil, same, changed(kim, func(a *adapters.Account) { a.Tenant = "T666" }), "", awayText},
		"linked_id_in_a_foreign_tenant":    {[]Link{byMail()}, same, changed(kim, func(a *adapters.Account) { a.Tenant = "T666" }), "", awayText},
		"linked_id_in_the_other_tenant":    {[]Link{byMail()}, same, changed(slackUser("UKIM", ""), func(a *adapters.Account) { a.Tenant = "T2" }), "", unknownText},
		"linked_id_on_another_surface":     {[]Link{byMail()}, same, adapters.Account{Surface: "teams", Tenant: "T1", ID: "UKIM"}, "", "signoff does not know your Teams account. Ask an administrator to add it."},
		"linked_id_with_a_slash":           {[]Link{byMail()}, same, slackUser("T1/UKIM", ""), "", unknownText},
		"linked_and_now_a_guest":           {[]Link{byMail()}, same, changed(kim, func(a *adapters.Account) { a.Guest = true }), "", "Guests cannot answer. Ask a full member on Slack."},
		"linked_and_deactivated":           {[]Link{byMail()}, same, changed(kim, func(a *adapters.Account) { a.Deactivated = true }), "", "Your Slack account is deactivated, so you cannot answer."},
		"linked_and_a_bot":                 {[]Link{byMail()}, same, changed(kim, func(a *adapters.Account) { a.Bot = true }), "", "Bots cannot answer. A person has to press the button."},

		// The configuration has the last word.
		"configuration_names_another_account": {[]Link{byMail()}, person(func(p *Person) { p.Accounts = map[string]string{"slack": "T1:UPIN"} }), kim, "", brokenText},
		"account_written_down_for_another":    {[]Link{byMail()}, func(c *Config) { c.People[2].Accounts = map[string]string{"slack": "T1:UKIM"} }, kim, "", twoText},
		"account_linked_to_two":               {[]Link{byMail(), changed(byMail(), func(l *Link) { l.Person = "lee" })}, same, kim, "", twoText},
		"switched_off":                        {[]Link{byMail()}, person(func(p *Person) { p.Inactive = true }), kim, "", textInactive()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := knowing(t, changed(agency(), c.config), c.links...)
			by, _, err := p.identify(c.account)
			if text := refusedText(err); by.Person != c.person || text != c.text {
				t.Errorf("identify = %q, %q\nwant %q, %q", by.Person, text, c.person, c.text)
			}
		})
	}
}

func refusedText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestLinkIsKeptOnce: only a person who was found by mail is linked, and not
// again as long as the link holds.
func TestLinkIsKeptOnce(t *testing.T) {
	t.Parallel()
	want := byMail()
	want.At = time.Time{}
	for name, c := range map[string]struct {
		links   []Link
		account adapters.Account
		want    *Link
	}{
		"found_by_mail": {nil, slackUser("UKIM", "kim@corp.example"), &want},
		"linked":        {[]Link{byMail()}, slackUser("UKIM", "kim@corp.example"), nil},
		"written_down":  {nil, slackUser("UDANA", "dana@corp.example"), nil},
		"refused":       {nil, slackUser("UEVE", "eve@corp.example"), nil},
	} {
		_, got, _ := knowing(t, agency(), c.links...).identify(c.account)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: link (-want +got):\n%s", name, diff)
		}
	}
}

// TestOutsiderChangesNothing: whatever account an outsider has, and whether they
// come before or after, it never becomes a person, and people stay who they are.
func TestOutsiderChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		links := rapid.SliceOfNDistinct(rapid.SampledFrom([]Link{byMail(), byHand("UHAND")}), 0, 1, Link.account).Draw(t, "links")
		p := knowing(t, agency(), links...)
		outsider := adapters.Account{
			Surface: rapid.SampledFrom([]string{"slack", "teams", "email", "api", ""}).Draw(t, "surface"),
			Tenant:  rapid.SampledFrom([]string{"T1", "T2", "T666", "", "t1"}).Draw(t, "tenant"),
			ID:      rapid.SampledFrom([]string{"UEVE", "kim", "dana", "ukim", "T1:UDANA", "eve@evil.example", ""}).Draw(t, "id"),
			Email: rapid.SampledFrom([]string{
				"", "eve@corp.example", "eve@evil.example", "max@partner.example", "kim@evil.example", "kim@corp.example.", "k\u0131m@corp.example",
				"kim@corp.example,eve@evil.example", "<kim@corp.example>", "kim@corp2.example",
			}).Draw(t, "mail"),
			Name:  rapid.SampledFrom([]string{"Kim", "Dana", ""}).Draw(t, "name"),
			Guest: rapid.Bool().Draw(t, "guest"),
		}
		before := p.Directory()
		if by, link, err := p.identify(outsider); err == nil || link != nil {
			t.Fatalf("%+v became %+v, %+v", outsider, by, link)
		}
		if diff := cmp.Diff(before, p.Directory()); diff != "" {
			t.Fatalf("the directory changed (-before +after):\n%s", diff)
		}
		if by, _, err := p.identify(slackUser("UDANA", "dana@corp.example")); err != nil || by.Person != "dana" {
			t.Fatalf("Dana is %+v, %v", by, err)
		}
	})
}
