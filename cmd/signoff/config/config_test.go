package config_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"signoff/cmd/signoff/config"
	"signoff/directory/oncall"
	"signoff/engine/approval"
	"signoff/engine/flow"
)

var update = flag.Bool("update", false, "rewrite the expected faults")

func TestParseReadsEverything(t *testing.T) {
	t.Parallel()
	got, faults := config.Parse("good.yaml", read(t, "good.yaml"))
	for _, f := range faults {
		t.Error(f)
	}
	want := config.Config{
		Listen: "0.0.0.0:8080", BaseURL: "https://signoff.example.com",
		Data: "/var/lib/signoff", Flows: "/etc/signoff/flows",
		Slack: config.Slack{
			Token:          config.SecretRef{File: "/run/secrets/slack-token"},
			AppToken:       config.SecretRef{Env: "APP_TOKEN"},
			Sockets:        3,
			SigningSecrets: []config.SecretRef{{Env: "OLD_SECRET"}, {Env: "NEW_SECRET"}},
			APIURL:         "http://127.0.0.1:9999/api/",
		},
		People: []config.Person{
			{ID: "dana@example.com", Name: "Dana", Email: "dana@example.com", Slack: "U012AB3CD"},
			{
				ID: "alex@example.com", Name: "alex@example.com", Email: "alex@example.com", Manager: "dana@example.com", Entra: "1f2e",
				Hours: approval.Hours{Zone: "Europe/Berlin", From: 540, To: 1050, Days: []time.Weekday{1, 2, 3, 4, 5}},
			},
			{ID: "otto", Name: "otto", Inactive: true, Hours: approval.Hours{Zone: "Asia/Tokyo"}},
		},
		Groups:    map[string][]approval.PersonID{"hr-managers": {"dana@example.com"}, "nobody": {}, "ops": {"alex@example.com"}},
		Elsewhere: map[string]config.Elsewhere{"ops": {Slack: []string{"S012"}, Entra: []string{"e-1", "e-2"}, OnCall: []string{"payments"}}},
		Entra: &config.Entra{
			Tenant: "t-1", ClientID: "c-1", ClientSecret: config.SecretRef{Env: "ENTRA"},
			LoginURL: "https://login.example.com", GraphURL: "https://graph.example.com",
		},
		OnCall: map[string]config.Rota{"payments": {
			URL: "https://oncall.example.com/oncalls?schedule=payments&level=1", People: rotaPath(t),
			Headers: map[string]config.Setting{"Authorization": {Ref: config.SecretRef{File: "/run/secrets/oncall"}}, "Accept-Version": {Text: "2"}},
		}},
		OwnedDomains: []string{"example.com"},
		Namespaces: map[string]config.Namespace{"hr.operations": {
			Approvers: []approval.Selector{
				{Kind: approval.User, Name: "dana@example.com"},
				{Kind: approval.Group, Name: "hr-managers"},
				{Kind: approval.Role, Name: "approver"},
				{Kind: approval.OnCall, Name: "payments"},
				{Kind: approval.ManagerOf, Name: approval.Requester},
				{Kind: approval.ManagerOf, Name: "alex@example.com"},
			},
			Deliver: []flow.Destination{{Surface: "slack", To: "#vacation-approvals"}, {Surface: "slack", To: "approvers"}},
			Secrets: map[string]config.SecretRef{"HR_TOKEN": {File: "/run/secrets/hr-token"}},
		}},
		Secrets: config.Secrets{Dir: "/run/flow-secrets", Names: map[string]config.SecretRef{"SMTP.PASSWORD": {Env: "SMTP_PASSWORD"}}},
		KV: map[string]map[string]any{"hr.operations": {
			"HR_API_ENDPOINT": "https://hr.example.com", "DAYS": int64(30), "RATE": 1.5, "ON": true,
			"LIST": []any{"a", map[string]any{"b": int64(1)}}, "WHEN": "2026-11-22",
		}},
		Egress: config.Egress{Allow: []string{"hr.internal:8443", "10.20.0.0/16"}},
		API:    config.API{LocalPerson: "dana@example.com"},
		Alerts: &flow.Destination{Surface: "slack", To: "#ops"},

		Triggers: config.Triggers{Missed: flow.MissedLast, PerMinute: 30, WebhookGet: true},
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b oncall.Path) bool { return a.String() == b.String() })); diff != "" {
		t.Errorf("Parse (-want +got):\n%s", diff)
	}
	if gaps := got.Gaps(); len(gaps) != 0 {
		t.Errorf("a full configuration has gaps: %v", gaps)
	}
}

func rotaPath(t *testing.T) oncall.Path {
	t.Helper()
	path, err := oncall.ParsePath("oncalls[].user.email")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestParseTellsEveryFault(t *testing.T) {
	t.Parallel()
	_, faults := config.Parse("bad.yaml", read(t, "bad.yaml"))
	var b strings.Builder
	for _, f := range faults {
		fmt.Fprintln(&b, f)
	}
	golden := filepath.Join("testdata", "bad.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(read(t, "bad.txt")), b.String()); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
	if strings.Contains(b.String(), "very-secret") {
		t.Error("a fault repeats the secret")
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("{a: ", 40) + "1" + strings.Repeat("}", 40)
	for name, src := range map[string]string{
		"broken yaml":   "a: [",
		"a list":        "- a",
		"two documents": "listen: 127.0.0.1:1\n---\nlisten: 127.0.0.1:2\n",
		"too large":     strings.Repeat("# \n", 1<<20),
		"an alias":      "kv: {a: {b: &x [1], c: *x}}",
		"a deep value":  "kv: {a: {b: " + deep + "}}",
		"a merge key":   "slack: {<<: {token: {env: A}}}",
		"a list as key": "? [a]\n: b\n",
		"null":          "people:\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, faults := config.Parse("f.yaml", []byte(src))
			if !faults.Stop() {
				t.Fatal("Parse found no fault")
			}
			for _, f := range faults {
				if f.Line < 1 || f.Col < 1 || f.Rule == "" {
					t.Errorf("%#v has no place or rule", f)
				}
			}
		})
	}
}

func TestEveryRuleIsDocumented(t *testing.T) {
	t.Parallel()
	docs, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "configuration.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, faults := config.Parse("bad.yaml", read(t, "bad.yaml"))
	for _, f := range faults {
		if !strings.Contains(string(docs), "`"+f.Rule+"`") {
			t.Errorf("docs/configuration.md does not explain %s", f.Rule)
		}
	}
	_, rest, _ := strings.Cut(string(docs), "```yaml\n")
	example, _, _ := strings.Cut(rest, "```")
	c, faults := config.Parse("docs/configuration.md", []byte(example))
	for _, f := range faults {
		t.Errorf("the example: %s", f)
	}
	if gaps := c.Gaps(); len(gaps) > 0 {
		t.Errorf("the example leaves out %v", gaps)
	}
}

func TestGapsNameTheWayOut(t *testing.T) {
	t.Parallel()
	c, faults := config.Parse("empty.yaml", nil)
	if faults.Stop() {
		t.Fatal(faults)
	}
	var keys []string
	for _, g := range c.Gaps() {
		keys = append(keys, g.Key)
		if len(g.How) < 40 {
			t.Errorf("%s: %q does not say how to get it", g.Key, g.How)
		}
	}
	want := []string{"base_url", "slack.token", "slack.app_token", "people", "flows"}
	if diff := cmp.Diff(want, keys); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
	c = c.WithDefaults(func(name string) string { return "set" })
	if got := len(c.Gaps()); got != 3 {
		t.Errorf("with all secrets in the environment %d gaps are left, want 3", got)
	}
}

// TestSlackTransport: an app-level token opens sockets, a signing secret lets
// Slack call; one of the two must be there.
func TestSlackTransport(t *testing.T) {
	t.Parallel()
	here := config.SecretRef{Env: "HERE"}
	for name, tt := range map[string]struct {
		slack     config.Slack
		transport string
		http, gap bool
	}{
		"app token":      {config.Slack{AppToken: here}, "socket mode", false, false},
		"signing secret": {config.Slack{SigningSecrets: []config.SecretRef{here}}, "http", true, false},
		"both":           {config.Slack{AppToken: here, SigningSecrets: []config.SecretRef{here}}, "socket mode and http", true, false},
		"neither":        {config.Slack{}, "http", false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := tt.slack.Transport(); got != tt.transport || tt.slack.OverHTTP() != tt.http {
				t.Errorf("Transport = %q, OverHTTP = %v", got, tt.slack.OverHTTP())
			}
			gap := false
			for _, g := range (config.Config{Slack: tt.slack}).Gaps() {
				gap = gap || g.Key == "slack.app_token"
			}
			if gap != tt.gap {
				t.Errorf("Gaps names slack.app_token: %v, want %v", gap, tt.gap)
			}
		})
	}
}

func TestSecretIsNeverPrinted(t *testing.T) {
	t.Parallel()
	const canary = "xoxb-canary"
	s := config.NewSecret(canary)
	holder := struct {
		S config.Secret `json:"s" yaml:"s"`
	}{s}
	var logged strings.Builder
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("x", "secret", s, "holder", holder)
	asJSON, err := json.Marshal(holder)
	if err != nil {
		t.Fatal(err)
	}
	asYAML, err := yaml.Marshal(holder)
	if err != nil {
		t.Fatal(err)
	}
	all := logged.String() + string(asJSON) + string(asYAML)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		all += fmt.Sprintf(verb+verb+verb, s, &s, holder)
	}
	if strings.Contains(all, canary) || strings.Contains(all, fmt.Sprintf("%x", canary)) {
		t.Errorf("the secret was printed: %s", all)
	}
	if s.Reveal() != canary {
		t.Error("Reveal lost the secret")
	}
}

func TestSecretRefReads(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	getenv := func(name string) string { return map[string]string{"SET": " from-env\n"}[name] }
	for name, tt := range map[string]struct {
		ref  config.SecretRef
		want string // empty: refused
	}{
		"file":         {config.SecretRef{File: write("a", "from-file\n")}, "from-file"},
		"env":          {config.SecretRef{Env: "SET"}, "from-env"},
		"unset env":    {config.SecretRef{Env: "UNSET"}, ""},
		"absent file":  {config.SecretRef{File: filepath.Join(dir, "absent")}, ""},
		"empty file":   {config.SecretRef{File: write("b", "\n")}, ""},
		"a large file": {config.SecretRef{File: write("c", strings.Repeat("x", 1<<20))}, ""},
		"no place":     {config.SecretRef{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := tt.ref.Read(getenv)
			if got.Reveal() != tt.want || (err == nil) != (tt.want != "") {
				t.Errorf("Read = %q, %v, want %q", got.Reveal(), err, tt.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"good.yaml", "bad.yaml"} {
		src, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		_, faults := config.Parse("f.yaml", src)
		for _, fault := range faults {
			if fault.Line < 1 || fault.Col < 1 || fault.Rule == "" || fault.Message == "" {
				t.Errorf("%#v has no place, rule or text", fault)
			}
		}
	})
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return src
}
