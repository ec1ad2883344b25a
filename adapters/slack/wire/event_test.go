package wire

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestDecodeEvent(t *testing.T) {
	t.Parallel()
	outer := func(event string) string {
		return `{"type":"event_callback","api_app_id":"A1","team_id":"T1","event_id":"Ev1","event_time":1790000000,"event":` + event + `}`
	}
	known := Event{Type: EventCallback, ID: "Ev1", At: time.Unix(1790000000, 0), TeamID: "T1", AppID: "A1"}
	for name, c := range map[string]struct {
		raw  string
		want func(*Event)
	}{
		"user":    {outer(`{"type":"user_change","user":{"id":"U1","profile":{"x":[1]}}}`), func(e *Event) { e.Kind, e.User = UserChange, "U1" }},
		"home":    {outer(`{"type":"app_home_opened","user":"U1","tab":"home","view":{"id":"V1","hash":"h","blocks":[{"type":"hologram"}]}}`), func(e *Event) { e.Kind, e.User, e.Tab, e.View, e.Hash = HomeOpened, "U1", "home", "V1", "h" }},
		"members": {outer(`{"type":"subteam_members_changed","subteam_id":"S1"}`), func(e *Event) { e.Kind, e.Group = GroupMembers, "S1" }},
		"group":   {outer(`{"type":"subteam_updated","subteam":{"id":"S1"}}`), func(e *Event) { e.Kind, e.Group = GroupUpdated, "S1" }},
		"revoked": {outer(`{"type":"tokens_revoked","tokens":{"bot":["U9"]}}`), func(e *Event) { e.Kind, e.Bots = TokensRevoked, []string{"U9"} }},
		"unknown": {outer(`{"type":"message","user":{"id":7}}`), func(e *Event) { e.Kind = "message" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := known
			c.want(&want)
			got, err := DecodeEvent([]byte(c.raw))
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%v (-want +got)\n%s", err, diff)
			}
		})
	}
}

// TestEventInstall: of an organisation's install the organisation is told, and of a
// workspace's the workspace, whatever it belongs to.
func TestEventInstall(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ raw, want string }{
		"workspace":       {`{"type":"event_callback","team_id":"T1","event":{"type":"app_uninstalled"}}`, "T1"},
		"grid_workspace":  {`{"type":"event_callback","team_id":"T1","enterprise_id":"E1","authorizations":[{"is_enterprise_install":false,"team_id":"T1"}],"event":{"type":"app_uninstalled"}}`, "T1"},
		"organisation":    {`{"type":"event_callback","team_id":null,"enterprise_id":"E1","authorizations":[{"is_enterprise_install":true,"team_id":null}],"event":{"type":"app_uninstalled"}}`, "E1"},
		"only_authorized": {`{"type":"event_callback","authorizations":[{"is_enterprise_install":true,"enterprise_id":"E1"}],"event":{"type":"app_uninstalled"}}`, "E1"},
		"nobody":          {`{"type":"event_callback","event":{"type":"app_uninstalled"}}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, err := DecodeEvent([]byte(c.raw))
			if got := e.Install(); err != nil || got != c.want {
				t.Errorf("Install() = %q, %v, want %q", got, err, c.want)
			}
		})
	}
}

func FuzzDecodeEvent(f *testing.F) {
	f.Add([]byte(`{"type":"event_callback","event_id":"Ev1","event":{"type":"app_home_opened","user":"U1","view":{"id":"V1"}}}`))
	f.Add([]byte(`{"type":"url_verification","challenge":"x"}`))
	f.Add([]byte(`{"type":"event_callback","event":null}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := DecodeEvent(raw)
		if err != nil {
			return
		}
		if len(e.Challenge) > maxChallenge {
			t.Fatalf("a challenge of %d bytes", len(e.Challenge))
		}
		if e.Type != EventCallback && (e.Kind != "" || e.User != "") {
			t.Fatalf("what is no event says something: %+v", e)
		}
		_ = e.Install()
	})
}
