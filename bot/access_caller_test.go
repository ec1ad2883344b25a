package bot

import (
	"testing"

	"signoff/engine"
	"signoff/engine/access"
)

// TestCaller: only the token of the data folder, and signoff itself, is root.
// Nobody becomes it by a name.
func TestCaller(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		by   engine.Principal
		want access.Caller
	}{
		"signoff":                     {engine.Principal{Via: "engine", Name: "flow files"}, access.Caller{Root: true}},
		"nobody":                      {engine.Principal{}, access.Caller{}},
		"nobody_by_web":               {engine.Principal{Via: "web"}, access.Caller{}},
		"local_token":                 {Service(LocalToken, "api"), access.Caller{Service: LocalToken, Root: true}},
		"local_token_of_a_person":     {engine.Principal{Person: "dana", Account: "api:local token:dana", Via: "api"}, access.Caller{Person: "dana", Root: true}},
		"token_of_a_person":           {engine.Principal{Person: "dana", Account: "api:dana-laptop:dana", Via: "api"}, access.Caller{Person: "dana"}},
		"person_called_like_it":       {engine.Principal{Person: "local token", Account: "api:laptop:local token", Via: "api"}, access.Caller{Person: "local token"}},
		"name_like_it":                {engine.Principal{Person: "dana", Name: LocalToken, Account: "slack:T1:U1", Via: "slack"}, access.Caller{Person: "dana"}},
		"workspace_called_like_it":    {engine.Principal{Person: "dana", Account: "slack:local token:U1", Via: "slack"}, access.Caller{Person: "dana"}},
		"via_like_signoff":            {engine.Principal{Person: "dana", Account: "slack:T1:U1", Via: "engine"}, access.Caller{Person: "dana"}},
		"account_via_like_signoff":    {engine.Principal{Account: "slack:T1:U1", Via: "engine"}, access.Caller{}},
		"service":                     {Service("ci", "api"), access.Caller{Service: "ci"}},
		"flow":                        {engine.Principal{Name: "the flow hr/f", Account: "flow:hr/f:x1", Via: "flow"}, access.Caller{}},
		"trigger":                     {engine.Principal{Name: "tick", Account: "schedule::hr/f/tick", Via: "schedule"}, access.Caller{}},
		"webhook_called_like_service": {engine.Principal{Name: "ci", Account: "webhook::ci", Via: "webhook"}, access.Caller{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := caller(c.by); got != c.want {
				t.Errorf("caller(%+v) = %+v, want %+v", c.by, got, c.want)
			}
		})
	}
}
