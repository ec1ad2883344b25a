package slack

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

// calls says which method of the Web API each function of slack-go calls that
// this package may use. A function that is not here fails the test: find out
// what it needs first.
func calls() map[string]string {
	return map[string]string{
		"AuthTestContext":       methodAuth,
		"PostMessageContext":    methodPost,
		"UpdateMessageContext":  methodUpdate,
		"PostEphemeralContext":  methodWhisper,
		"OpenViewContext":       methodOpen,
		"GetUserInfoContext":    methodInfo,
		"GetUserByEmailContext": methodLookup,

		"StartSocketModeContext":     methodConnect,
		"GetUserGroupMembersContext": methodGroup,
	}
}

// scopes says what each method needs, by Slack's reference. The e-mail address
// in users.info comes with users:read.email.
func scopes() map[string][]string {
	return map[string][]string{
		methodAuth:    nil,
		methodPost:    {"chat:write"},
		methodUpdate:  {"chat:write"},
		methodWhisper: {"chat:write"},
		methodOpen:    nil,
		methodInfo:    {"users:read", "users:read.email"},
		methodLookup:  {"users:read.email"},
		methodConnect: nil, // connections:write, of the app-level token
		methodGroup:   {"usergroups:read"},
	}
}

// manifest is Slack's app manifest, as far as it is tested.
type manifest struct {
	Display struct {
		Name            string `yaml:"name"`
		Description     string `yaml:"description"`
		LongDescription string `yaml:"long_description"`
	} `yaml:"display_information"`
	OAuth struct {
		Scopes struct {
			Bot []string `yaml:"bot"`
		} `yaml:"scopes"`
	} `yaml:"oauth_config"`
	Features struct {
		SlashCommands []struct {
			Command string `yaml:"command"`
		} `yaml:"slash_commands"`
	} `yaml:"features"`
	Settings struct {
		Interactivity struct {
			IsEnabled  bool   `yaml:"is_enabled"`
			RequestURL string `yaml:"request_url"`
		} `yaml:"interactivity"`
		SocketMode bool `yaml:"socket_mode_enabled"`
	} `yaml:"settings"`
}

func readManifest(t *testing.T) manifest {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "manifest.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var m manifest
	if err := yaml.Unmarshal(b, &m); err != nil {
		t.Fatalf("manifest.yaml: %v", err)
	}
	return m
}

// TestManifestScopes: the app asks for what the code calls, and nothing else.
func TestManifestScopes(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, function := range calledFunctions(t) {
		method, known := calls()[function]
		if !known {
			t.Errorf("slack-go's %s is called; say in calls() which method that is", function)
		}
		for _, scope := range scopes()[method] {
			used[scope] = true
		}
	}
	want := slices.Sorted(maps.Keys(used))
	got := slices.Sorted(slices.Values(readManifest(t).OAuth.Scopes.Bot))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("scopes (-used +asked for)\n%s", diff)
	}
}

// TestManifestCalls: the tables above hold no function and no method that is
// not used.
func TestManifestCalls(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(slices.Sorted(maps.Keys(calls())), calledFunctions(t)); diff != "" {
		t.Errorf("functions of slack-go (-table +called)\n%s", diff)
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(scopes())), slices.Sorted(maps.Values(calls()))); diff != "" {
		t.Errorf("methods (-scopes +calls)\n%s", diff)
	}
}

func TestManifestFits(t *testing.T) {
	t.Parallel()
	m := readManifest(t)
	if n := utf8.RuneCountInString(m.Display.Name); n < 1 || n > 35 {
		t.Errorf("the name has %d characters", n)
	}
	if n := utf8.RuneCountInString(m.Display.Description); n < 1 || n > 140 {
		t.Errorf("the description has %d characters, at most 140 fit", n)
	}
	if n := utf8.RuneCountInString(m.Display.LongDescription); n < 175 || n > 4000 {
		t.Errorf("the long description has %d characters, want 175 to 4,000", n)
	}
	if in := m.Settings.Interactivity; !in.IsEnabled || in.RequestURL != "" || !m.Settings.SocketMode {
		t.Errorf("interactivity is %+v and Socket Mode %v, want both on and no address", in, m.Settings.SocketMode)
	}
	if len(m.Features.SlashCommands) > 0 {
		t.Errorf("the app promises commands that the code does not take: %v", m.Features.SlashCommands)
	}
}

// TestManifestOverHTTP: what docs/slack.md says to put in the place of the
// manifest's settings turns it into one for HTTP.
func TestManifestOverHTTP(t *testing.T) {
	t.Parallel()
	docs, err := os.ReadFile(filepath.Join("..", "..", "docs", "slack.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(docs), "```yaml\nsettings:")
	block, _, found := strings.Cut(rest, "```")
	var m manifest
	if err := yaml.Unmarshal([]byte("settings:"+block), &m); err != nil || !found {
		t.Fatalf("docs/slack.md has no settings for HTTP: %v", err)
	}
	u, err := url.Parse(m.Settings.Interactivity.RequestURL)
	if err != nil || u.Scheme != "https" || u.Path != InteractionsPath || !m.Settings.Interactivity.IsEnabled || m.Settings.SocketMode {
		t.Errorf("settings = %+v, want interactivity at https://…%s and no Socket Mode", m.Settings, InteractionsPath)
	}
	var here, there struct {
		Settings map[string]any `yaml:"settings"`
	}
	manifest, err := os.ReadFile(filepath.Join("..", "..", "manifest.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(manifest, &here); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal([]byte("settings:"+block), &there); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(here.Settings)), slices.Sorted(maps.Keys(there.Settings))); diff != "" {
		t.Errorf("settings (-manifest.yaml +docs/slack.md)\n%s", diff)
	}
}

// calledFunctions reads the package's source for methods that are called on
// slack-go's client, which is always named api.
func calledFunctions(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if name, ok := onClient(call); ok {
					found[name] = true
				}
			}
			return true
		})
	}
	return slices.Sorted(maps.Keys(found))
}

// onClient reports whether a call is one of the form api.Name or x.api.Name.
func onClient(call *ast.CallExpr) (string, bool) {
	function, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	switch on := function.X.(type) {
	case *ast.Ident:
		return function.Sel.Name, on.Name == "api"
	case *ast.SelectorExpr:
		return function.Sel.Name, on.Sel.Name == "api"
	}
	return "", false
}
