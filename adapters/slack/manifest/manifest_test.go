package manifest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"signoff/adapters/slack/manifest"
)

func build(t *testing.T, o manifest.Options) manifest.Manifest {
	t.Helper()
	m, err := manifest.Build(o)
	if err != nil {
		t.Fatalf("Build(%+v) = %v", o, err)
	}
	return m
}

func TestSocketNeedsNoAddress(t *testing.T) {
	t.Parallel()
	raw, err := build(t, manifest.Options{Mode: manifest.Socket, Commands: []manifest.Command{{Name: "/vacation", Flow: "hr/vacation"}}}).YAML()
	if err != nil || strings.Contains(string(raw), "url:") || strings.Contains(string(raw), "redirect_urls") {
		t.Errorf("socket mode names an address: %v\n%s", err, raw)
	}
	if !strings.Contains(string(raw), "socket_mode_enabled: true") || !strings.Contains(string(raw), "command: /vacation") {
		t.Errorf("manifest:\n%s", raw)
	}
}

func TestHTTPNamesEveryAddress(t *testing.T) {
	t.Parallel()
	m := build(t, manifest.Options{
		Mode: manifest.HTTP, URL: "https://signoff.example.com/", Rotation: true, Org: true,
		Commands: []manifest.Command{{Name: "/vacation", Description: "Ask for days off", Usage: "[from] [to]", Flow: "hr/vacation"}},
	})
	const at = "https://signoff.example.com"
	got := []string{
		m.Settings.Interactivity.RequestURL, m.Settings.Interactivity.OptionsURL, m.Settings.Events.RequestURL,
		m.Features.SlashCommands[0].URL, m.Features.SlashCommands[1].URL, m.OAuth.RedirectURLs[0],
	}
	want := []string{
		at + manifest.InteractionsPath, at + manifest.OptionsPath, at + manifest.EventsPath,
		at + manifest.CommandsPath, at + manifest.CommandsPath, at + manifest.CallbackPath,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("addresses (-want +got)\n%s", diff)
	}
	if m.Settings.SocketMode || !m.Settings.TokenRotation || !m.Settings.OrgDeploy {
		t.Errorf("settings = %+v", m.Settings)
	}
	if s := m.Features.SlashCommands[1]; s.Description != "Ask for days off" || s.UsageHint != "[from] [to]" || !s.Escape {
		t.Errorf("the flow's command is %+v", s)
	}
}

// TestJSONAndYAMLAgree: both say the same, and YAML survives what flows say of
// their commands.
func TestJSONAndYAMLAgree(t *testing.T) {
	t.Parallel()
	m := build(t, manifest.Options{Commands: []manifest.Command{
		{Name: "/a", Description: "\"yes\": & <b> # 'no'\n- x", Usage: "{{ x }} | [a: b]", Flow: "x/a"},
	}})
	y, err := m.YAML()
	if err != nil {
		t.Fatal(err)
	}
	j, err := m.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var fromYAML, fromJSON manifest.Manifest
	if err := errors.Join(yaml.Unmarshal(y, &fromYAML), json.Unmarshal(j, &fromJSON)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m, fromYAML); diff != "" {
		t.Errorf("YAML (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(m, fromJSON); diff != "" {
		t.Errorf("JSON (-want +got)\n%s", diff)
	}
}

func TestBuildRefuses(t *testing.T) {
	t.Parallel()
	https := func(u string) manifest.Options { return manifest.Options{Mode: manifest.HTTP, URL: u} }
	own := func(c ...manifest.Command) manifest.Options { return manifest.Options{Commands: c} }
	var many []manifest.Command
	for i := range 50 {
		many = append(many, manifest.Command{Name: fmt.Sprintf("/c%d", i), Flow: "x/y"})
	}
	for name, c := range map[string]struct {
		o    manifest.Options
		rule string
	}{
		"mode":                {manifest.Options{Mode: "pigeon"}, manifest.RuleMode},
		"http_without_url":    {https(""), manifest.RuleURL},
		"plain_http":          {https("http://signoff.example.com"), manifest.RuleURL},
		"no_host":             {https("https://"), manifest.RuleURL},
		"no_url":              {https("://"), manifest.RuleURL},
		"loopback":            {https("https://127.0.0.1:7070"), manifest.RuleURL},
		"localhost":           {https("https://LocalHost"), manifest.RuleURL},
		"user":                {https("https://a:b@signoff.example.com"), manifest.RuleURL},
		"query":               {https("https://signoff.example.com/?a=b"), manifest.RuleURL},
		"empty_query":         {https("https://signoff.example.com/?"), manifest.RuleURL},
		"fragment":            {https("https://signoff.example.com/#a"), manifest.RuleURL},
		"rotation_alone":      {manifest.Options{Rotation: true}, manifest.RuleRotation},
		"org_alone":           {manifest.Options{Org: true}, manifest.RuleRotation},
		"no_slash":            {own(manifest.Command{Name: "vacation"}), manifest.RuleCommand},
		"upper_case":          {own(manifest.Command{Name: "/Vacation"}), manifest.RuleCommand},
		"slash_only":          {own(manifest.Command{Name: "/"}), manifest.RuleCommand},
		"empty":               {own(manifest.Command{}), manifest.RuleCommand},
		"blank_inside":        {own(manifest.Command{Name: "/a b"}), manifest.RuleCommand},
		"line_end":            {own(manifest.Command{Name: "/a\n"}), manifest.RuleCommand},
		"too_long":            {own(manifest.Command{Name: "/" + strings.Repeat("a", 32)}), manifest.RuleCommand},
		"reserved":            {own(manifest.Command{Name: manifest.Own}), manifest.RuleReserved},
		"twice":               {own(manifest.Command{Name: "/a", Flow: "x/a"}, manifest.Command{Name: "/a", Flow: "x/b"}), manifest.RuleTwice},
		"too_many":            {own(many...), manifest.RuleCount},
		"description_to_long": {own(manifest.Command{Name: "/a", Description: strings.Repeat("é", 2001)}), manifest.RuleLength},
		"usage_too_long":      {own(manifest.Command{Name: "/a", Usage: strings.Repeat("x", 1001)}), manifest.RuleLength},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := manifest.Build(c.o)
			fault, ok := errors.AsType[*manifest.FaultError](err)
			if !ok || fault.Rule != c.rule || !strings.Contains(err.Error(), "["+c.rule+"]") {
				t.Errorf("Build = %v, want a fault of the rule %s", err, c.rule)
			}
		})
	}
}

// TestBuildTakes is what lies just within the limits.
func TestBuildTakes(t *testing.T) {
	t.Parallel()
	var many []manifest.Command
	for i := range 49 {
		many = append(many, manifest.Command{
			Name: fmt.Sprintf("/c%d", i), Flow: "x/y", Description: strings.Repeat("é", 2000), Usage: strings.Repeat("x", 1000),
		})
	}
	many = append(many[:48], manifest.Command{Name: "/" + strings.Repeat("a", 31), Flow: "x/z"})
	build(t, manifest.Options{Commands: many})
	build(t, manifest.Options{Mode: manifest.HTTP, URL: "https://example.com:8443/behind/a/path/"})
}

func TestBuildSaysEverything(t *testing.T) {
	t.Parallel()
	_, err := manifest.Build(manifest.Options{Mode: "x", Commands: []manifest.Command{{Name: "a"}, {Name: "/signoff"}}})
	for _, rule := range []string{manifest.RuleMode, manifest.RuleCommand, manifest.RuleReserved} {
		if err == nil || !strings.Contains(err.Error(), "["+rule+"]") {
			t.Errorf("Build = %v, want the rule %s, too", err, rule)
		}
	}
}

func TestScopesAreCompared(t *testing.T) {
	t.Parallel()
	all := manifest.Scopes()
	if !slices.IsSorted(all) || len(manifest.Missing(all)) > 0 || len(manifest.Spare(all)) > 0 {
		t.Errorf("Scopes = %v, missing %v, spare %v", all, manifest.Missing(all), manifest.Spare(all))
	}
	granted := append(slices.Clone(all[1:]), "admin", "")
	if diff := cmp.Diff([]string{all[0]}, manifest.Missing(granted)); diff != "" {
		t.Errorf("Missing (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"admin"}, manifest.Spare(granted)); diff != "" {
		t.Errorf("Spare (-want +got)\n%s", diff)
	}
}

// FuzzCommand: whatever a flow says of its command is refused, or written in a
// way that reads back as it was.
func FuzzCommand(f *testing.F) {
	f.Add("/vacation", "Days off", "[from]")
	f.Add("/x", "a: b # c", "- |")
	f.Fuzz(func(t *testing.T, name, description, usage string) {
		m, err := manifest.Build(manifest.Options{Commands: []manifest.Command{{Name: name, Description: description, Usage: usage, Flow: "a/b"}}})
		if err != nil {
			return
		}
		raw, err := m.YAML()
		if err != nil {
			t.Fatalf("YAML = %v", err)
		}
		var back manifest.Manifest
		if err := yaml.Unmarshal(raw, &back); err != nil || len(back.Features.SlashCommands) != 2 || back.Features.SlashCommands[1].Command != name {
			t.Fatalf("it does not read back: %v\n%s", err, raw)
		}
	})
}
