package entra_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/directory/entra"
	"signoff/directory/entra/entratest"
)

const leads = "99999999-0000-0000-0000-000000000000"

// clocked is a directory in front of a fake, both on a clock that can be set on.
func clocked(t *testing.T, change ...func(*entra.Config)) (*entra.Directory, *entratest.Server, func(time.Duration)) {
	t.Helper()
	fake := entratest.New(t)
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	fake.Now = now
	cfg := entra.Config{
		Tenant: entratest.Tenant, ClientID: entratest.ClientID, ClientSecret: entratest.ClientSecret,
		Login: fake.URL, Graph: fake.URL, Now: now,
	}
	for _, ch := range change {
		ch(&cfg)
	}
	d, err := entra.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range []entratest.User{
		{ID: "u-dana", Name: "Dana", Mail: "dana@corp.example", Login: "dana@corp.example"},
		{ID: "u-kim", Name: "Kim", Login: "kim@corp.example"},
		{ID: "u-gone", Name: "Gone", Mail: "gone@corp.example", Login: "gone@corp.example", Disabled: true},
		{ID: "u-guest", Name: "Guest", Mail: "guest@partner.example", Login: "guest_partner.example#EXT#@corp.example", Guest: true},
		{ID: "u-made", Name: "Made", Mail: "made@partner.example", Login: "made_partner.example#ext#@corp.example"},
	} {
		fake.SetUser(u)
	}
	fake.SetGroup(leads, "u-dana", "g-inner", "u-guest")
	fake.SetGroup("g-inner", "u-kim", "u-gone", "u-made", "g-circle", "u-dana")
	fake.SetGroup("g-circle", "g-inner")
	fake.SetGroup("g-none")
	return d, fake, func(d time.Duration) { ahead.Add(int64(d)) }
}

func account(id, name, mail string) adapters.Account {
	return adapters.Account{Surface: "teams", Tenant: entratest.Tenant, ID: id, Name: name, Email: mail}
}

// TestMembers: people of groups within groups are found once, with what speaks
// against them, over pages of any size.
func TestMembers(t *testing.T) {
	t.Parallel()
	gone, guest, made := account("u-gone", "Gone", "gone@corp.example"), account("u-guest", "Guest", "guest@partner.example"), account("u-made", "Made", "made@partner.example")
	gone.Deactivated, guest.Guest, made.Guest = true, true, true
	want := []adapters.Account{account("u-dana", "Dana", "dana@corp.example"), account("u-kim", "Kim", "kim@corp.example"), gone, made, guest}
	for page := 1; page <= 9; page++ {
		d, fake, _ := clocked(t)
		fake.SetPage(page)
		got, err := d.Members(t.Context(), leads)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("pages of %d: %v (-want +got)\n%s", page, err, diff)
		}
	}
	d, _, _ := clocked(t)
	if got, err := d.Members(t.Context(), "g-none"); len(got) != 0 || err != nil {
		t.Errorf("an empty group: %v, %v", got, err)
	}
}

// TestMembersFails: what cannot be read whole is an error with the way out, and
// never says a secret, a token or an address.
func TestMembersFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		group  string
		spoil  func(*entratest.Server)
		config func(*entra.Config)
		want   string
	}{
		"unknown_group":        {group: "g-what", want: "Entra has no such group"},
		"path_in_the_id":       {group: "../users", want: "Entra has no such group"},
		"wrong_secret":         {config: func(c *entra.Config) { c.ClientSecret = "xyz-canary" }, want: "status 401 (invalid_client). Check entra.tenant"},
		"no_permission":        {spoil: func(s *entratest.Server) { s.Refuse(403) }, want: "status 403 (Forbidden). Grant the application GroupMember.Read.All"},
		"blind":                {spoil: (*entratest.Server).Blind, want: "a member's state cannot be read; the application needs User.Read.All"},
		"refused_twice":        {spoil: func(s *entratest.Server) { s.Refuse(401, 401) }, want: "status 401 (Unauthorized). Check entra"},
		"broken_service":       {spoil: func(s *entratest.Server) { s.Refuse(500) }, want: "status 500"},
		"broken_in_the_middle": {spoil: func(s *entratest.Server) { s.SetPage(2); s.LeadAstray("http://127.0.0.1:1") }, want: "on another host"},
		"look_alike_host":      {spoil: func(s *entratest.Server) { s.SetPage(2); s.LeadAstray(s.URL + ".evil.example") }, want: "on another host"},
		"slow":                 {spoil: func(s *entratest.Server) { s.Delay(time.Minute) }, want: "deadline exceeded"},
		"nobody_there":         {config: func(c *entra.Config) { c.Graph, c.Login = "http://127.0.0.1:1", "http://127.0.0.1:1" }, want: "no connection"},
		"not_an_address":       {config: func(c *entra.Config) { c.Graph, c.Login = "http://\x7fcanary", "http://\x7fcanary" }, want: "not understood"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var changes []func(*entra.Config)
			if c.config != nil {
				changes = append(changes, c.config)
			}
			d, fake, _ := clocked(t, changes...)
			if c.spoil != nil {
				c.spoil(fake)
			}
			if c.group == "" {
				c.group = leads
			}
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			if name == "slow" {
				cancel()
				ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
			}
			defer cancel()
			got, err := d.Members(ctx, c.group)
			if err == nil || got != nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("Members = %v, %v, want %q", got, err, c.want)
			}
			for _, secret := range []string{"canary", entratest.ClientSecret, "token-", "http"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error says %q: %v", secret, err)
				}
			}
		})
	}
}

// TestTokenIsKept: a token is asked for once, again before it runs out, and
// again when it is refused.
func TestTokenIsKept(t *testing.T) {
	t.Parallel()
	d, fake, on := clocked(t)
	read := func(want int) {
		t.Helper()
		if _, err := d.Members(t.Context(), leads); err != nil {
			t.Fatal(err)
		}
		if got := fake.Logins(); got != want {
			t.Errorf("%d logins, want %d", got, want)
		}
	}
	read(1)
	read(1)
	on(57 * time.Minute)
	read(1)
	on(time.Minute)
	read(2)
	fake.Revoke()
	read(3)
}

// TestLeftAlone: a service that wants to be left alone is.
func TestLeftAlone(t *testing.T) {
	t.Parallel()
	for _, status := range []int{429, 503} {
		d, fake, on := clocked(t)
		fake.Refuse(status)
		for range 5 {
			if _, err := d.Members(t.Context(), leads); err == nil {
				t.Fatalf("%d is no error", status)
			}
		}
		if got := fake.Reads(); got != 1 {
			t.Errorf("after %d it was asked %d times, want once", status, got)
		}
		on(30 * time.Second)
		if _, err := d.Members(t.Context(), leads); err != nil {
			t.Errorf("half a minute after %d: %v", status, err)
		}
	}
}

// TestRedirectIsNotFollowed: the token goes where it was meant to.
func TestRedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	var stolen atomic.Int64
	thief := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { stolen.Add(1) }))
	defer thief.Close()
	door := httptest.NewServer(http.RedirectHandler(thief.URL, http.StatusTemporaryRedirect))
	defer door.Close()
	d, _, _ := clocked(t, func(c *entra.Config) { c.Login, c.Graph = door.URL, door.URL })
	if _, err := d.Members(t.Context(), leads); err == nil || stolen.Load() != 0 {
		t.Errorf("a redirect was followed %d times, %v", stolen.Load(), err)
	}
}

func TestConfigSaysNoSecret(t *testing.T) {
	t.Parallel()
	c := entra.Config{Tenant: "t", ClientID: "c", ClientSecret: "canary"}
	if text := fmt.Sprintf("%v %+v %#v %s %s", c, c, c, c, c.LogValue()); strings.Contains(text, "canary") {
		t.Error(text)
	}
	_, err := entra.New(entra.Config{})
	if err == nil || strings.Count(err.Error(), "missing") != 3 || errors.Unwrap(err) != nil {
		t.Errorf("New of nothing = %v", err)
	}
}
