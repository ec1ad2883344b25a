package judges_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"signoff/adapters/slack/manifest"
)

// claim is a value that shall have a type of Slack's.
type claim struct {
	from string // the module that has the type
	is   string // the type
	json []byte
}

// compile has the TypeScript compiler judge claims, by their names, and returns
// its complaints by the same names.
func compile(t *testing.T, claims map[string]claim) map[string]string {
	t.Helper()
	dir := room(t)
	files := []string{"documented.ts"}
	for _, name := range slices.Sorted(maps.Keys(claims)) {
		c := claims[name]
		first, _, _ := strings.Cut(strings.NewReplacer("[", " ", "<", " ").Replace(c.is), " ")
		text := "import type { " + first + " } from " + quote(c.from) + ";\nexport const value: " + c.is + " = " + string(c.json) + ";\n"
		write(t, filepath.Join(dir, name+".ts"), []byte(text))
		files = append(files, name+".ts")
	}
	project, err := json.Marshal(map[string]any{"files": files, "compilerOptions": map[string]any{
		"noEmit": true, "strict": true, "skipLibCheck": true, "target": "es2022", "lib": []string{"es2022"}, "types": []string{},
		"module": "nodenext", "moduleResolution": "nodenext",
	}})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "tsconfig.json"), project)
	cmd := exec.CommandContext(t.Context(), "node", filepath.Join("node_modules", "typescript", "bin", "tsc"), "--pretty", "false", "--project", ".")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if _, said := errors.AsType[*exec.ExitError](err); err != nil && !said {
		t.Fatalf("tsc: %v", err)
	}
	complaints := map[string]string{}
	for _, found := range regexp.MustCompile(`(?m)^(\S+)\.ts\(\d+,\d+\): error .*$`).FindAllStringSubmatch(string(out), -1) {
		complaints[found[1]] += found[0] + "\n"
	}
	if err != nil && len(complaints) == 0 {
		t.Fatalf("tsc: %v\n%s", err, out)
	}
	return complaints
}

func quote(s string) string { return `"` + s + `"` }

// goldens are the golden files of the Slack adapter, wherever they are, as
// claims.
func goldens(t *testing.T) map[string]claim {
	t.Helper()
	claims := map[string]claim{}
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".json" || !strings.Contains(name, "testdata") {
			return err
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if c, ok := claimOf(raw); ok {
			claims[strings.NewReplacer("../", "", "/", "_", ".json", "").Replace(filepath.ToSlash(name))] = c
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return claims
}

// claimOf tells what a golden file is: a view, a message, or blocks.
func claimOf(raw []byte) (claim, bool) {
	const types = "@slack/types"
	if bytes.HasPrefix(bytes.TrimSpace(raw), []byte("[")) {
		return claim{types, "KnownBlock[]", raw}, true
	}
	var o struct {
		Type   string          `json:"type"`
		Blocks json.RawMessage `json:"blocks"`
	}
	if json.Unmarshal(raw, &o) != nil || o.Blocks == nil {
		return claim{}, false
	}
	switch o.Type {
	case "modal":
		return claim{types, "ModalView", raw}, true
	case "home":
		return claim{types, "HomeView", raw}, true
	default:
		return claim{types, "KnownBlock[]", o.Blocks}, true
	}
}

// TestTypesTakeEveryGolden: Slack's types have room for each message, form and
// Home that we draw.
func TestTypesTakeEveryGolden(t *testing.T) {
	t.Parallel()
	claims := goldens(t)
	kinds := map[string]int{}
	for _, c := range claims {
		kinds[c.is]++
	}
	if kinds["KnownBlock[]"] < 10 || kinds["ModalView"] < 5 {
		t.Fatalf("there are only %v", kinds)
	}
	for name, complaint := range compile(t, claims) {
		t.Errorf("%s:\n%s", name, complaint)
	}
}

// TestTypesRefuse: the control. Each of these is one fault away from a golden
// message or form.
func TestTypesRefuse(t *testing.T) {
	t.Parallel()
	const types = "@slack/types"
	text := func(kind string) string { return `{"type":"` + kind + `","text":"t"}` }
	header := `[{"type":"header","text":` + text("plain_text") + `}]`
	modal := func(title, more string) string {
		return `{"type":"modal","title":` + title + `,"blocks":[]` + more + `}`
	}
	control := map[string]claim{
		"header":       {types, "KnownBlock[]", []byte(header)},
		"modal":        {types, "ModalView", []byte(modal(text("plain_text"), ""))},
		"home":         {types, "HomeView", []byte(`{"type":"home","blocks":[]}`)},
		"mrkdwn_head":  {types, "KnownBlock[]", []byte(strings.Replace(header, "plain_text", "mrkdwn", 1))},
		"misspelt":     {types, "KnownBlock[]", []byte(strings.Replace(header, `"text":{`, `"txt":{`, 1))},
		"unknown":      {types, "KnownBlock[]", []byte(strings.Replace(header, `"header"`, `"headline"`, 1))},
		"style":        {types, "KnownBlock[]", []byte(`[{"type":"actions","elements":[{"type":"button","style":"green","text":` + text("plain_text") + `}]}]`)},
		"mrkdwn_title": {types, "ModalView", []byte(modal(text("mrkdwn"), ""))},
		"no_title":     {types, "ModalView", []byte(`{"type":"modal","blocks":[]}`)},
		"extra":        {types, "ModalView", []byte(modal(text("plain_text"), `,"send":true`))},
		"list_offset":  {types, "KnownBlock[]", []byte(richList("rich_text_list", `,"style":"ordered"`))},
		"quote_offset": {types, "KnownBlock[]", []byte(richList("rich_text_quote", ""))},
		"home_title":   {types, "HomeView", []byte(`{"type":"home","blocks":[],"title":` + text("plain_text") + `}`)},
	}
	got := slices.Sorted(maps.Keys(compile(t, control)))
	want := []string{"extra", "home_title", "misspelt", "mrkdwn_head", "mrkdwn_title", "no_title", "quote_offset", "style", "unknown"}
	if !slices.Equal(got, want) {
		t.Errorf("refused %v, want %v", got, want)
	}
}

// richList is a rich text with a part that has an offset, which only lists have.
func richList(kind, more string) string {
	return `[{"type":"rich_text","elements":[{"type":"` + kind + `","elements":[],"offset":2` + more + `}]}]`
}

// theManifest is the manifest of the repository as JSON.
func theManifest(t *testing.T) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "manifest.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := yaml.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	raw, err = json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func asManifest(raw []byte) claim {
	return claim{"@slack/web-api/dist/types/request/manifest.js", "Manifest", raw}
}

// TestManifestTypes: the manifest has the shape that Slack's client declares for
// it, and names only scopes and events that Slack has.
func TestManifestTypes(t *testing.T) {
	t.Parallel()
	claims := map[string]claim{"file": asManifest(theManifest(t))}
	for name, o := range map[string]manifest.Options{
		"socket": {Mode: manifest.Socket},
		"http":   {Mode: manifest.HTTP, URL: "https://signoff.example.com"},
	} {
		m, err := manifest.Build(o)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := m.JSON()
		if err != nil {
			t.Fatal(err)
		}
		claims[name] = asManifest(raw)
	}
	for name, complaint := range compile(t, claims) {
		t.Errorf("%s:\n%s", name, complaint)
	}
}

// TestManifestTypesRefuse: the control.
func TestManifestTypesRefuse(t *testing.T) {
	t.Parallel()
	good := string(theManifest(t))
	control := map[string]claim{}
	for name, change := range map[string][2]string{
		"good":       {"", ""},
		"scope":      {`"chat:write"`, `"chat:read"`},
		"name":       {`"name":`, `"title":`},
		"switch_off": {`"is_enabled":true`, `"is_enabled":"yes"`},
		"setting":    {`"socket_mode_enabled"`, `"sockets_enabled"`},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if name != "good" && bad == good {
			t.Fatalf("%s: the manifest has no %s", name, change[0])
		}
		control[name] = asManifest([]byte(bad))
	}
	got := slices.Sorted(maps.Keys(compile(t, control)))
	if want := []string{"name", "scope", "setting", "switch_off"}; !slices.Equal(got, want) {
		t.Errorf("refused %v, want %v", got, want)
	}
}
