package slack

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters/slack/install"
	"signoff/adapters/slack/manifest"
	"signoff/adapters/slack/wire"
)

// calls says which method of the Web API each function of slack-go calls that
// this package may use. A function that is not here fails the test: find out
// what it needs first.
func calls() map[string]string {
	return map[string]string{
		"AuthTestContext":      methodAuth,
		"PostMessageContext":   methodPost,
		"UpdateMessageContext": methodUpdate,
		"DeleteMessageContext": methodDelete,

		"PostMessageWithResponseContext": methodPost,

		"PostEphemeralContext":  methodWhisper,
		"OpenViewContext":       methodOpen,
		"PushViewContext":       methodPush,
		"UpdateViewContext":     methodRedraw,
		"PublishViewContext":    methodPublish,
		"GetFileInfoContext":    methodFile,
		"GetPermalinkContext":   methodPermalink,
		"GetUserInfoContext":    methodInfo,
		"GetUserByEmailContext": methodLookup,

		"StartSocketModeContext":     methodConnect,
		"GetUserGroupMembersContext": methodGroup,
	}
}

// TestMethodsAreThoseOfTheManifest: the manifest asks for what is called, here and
// in the rooms that call by name, and for nothing else.
func TestMethodsAreThoseOfTheManifest(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, function := range calledFunctions(t) {
		method, known := calls()[function]
		if !known {
			t.Errorf("slack-go's %s is called; say in calls() which method that is", function)
		}
		used[method] = true
	}
	for _, name := range namedMethods(t, "install", "probe") {
		used[name] = true
	}
	var want []string
	for _, m := range manifest.Methods() {
		want = append(want, m.Name)
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(used))); diff != "" {
		t.Errorf("methods (-manifest +called)\n%s", diff)
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(calls())), calledFunctions(t)); diff != "" {
		t.Errorf("functions of slack-go (-table +called)\n%s", diff)
	}
}

// TestManifestLeadsHere: the addresses in the manifest are those that are served.
func TestManifestLeadsHere(t *testing.T) {
	t.Parallel()
	if manifest.InteractionsPath != InteractionsPath || manifest.CommandsPath != CommandsPath || manifest.EventsPath != EventsPath ||
		manifest.OptionsPath != InteractionsPath || manifest.NewShortcut != wire.NewShortcut || manifest.AboutShortcut != wire.AboutShortcut ||
		manifest.Own != ownCommand || manifest.InstallPath != install.InstallPath || manifest.CallbackPath != install.CallbackPath {
		t.Error("the manifest names addresses that are not served")
	}
}

// namedMethods are the methods of the Web API that stand as texts in the sources
// of rooms.
func namedMethods(t *testing.T, rooms ...string) []string {
	t.Helper()
	var out []string
	for _, room := range rooms {
		files, err := filepath.Glob(filepath.Join(room, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			for _, m := range regexp.MustCompile(`"((?:auth|apps|blocks|chat|conversations|files|oauth|usergroups|users|views)\.[A-Za-z0-9.]+)"`).FindAllStringSubmatch(string(src), -1) {
				out = append(out, m[1])
			}
		}
	}
	return out
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
