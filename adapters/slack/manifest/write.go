package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// YAML writes the manifest as Slack's page takes it, with a comment at each
// permission.
func (m Manifest) YAML() ([]byte, error) {
	var doc yaml.Node
	if err := doc.Encode(m); err != nil {
		return nil, fmt.Errorf("write the manifest: %w", err)
	}
	doc.HeadComment = strings.Join([]string{
		"# The Slack app of signoff, as written by: signoff slack manifest",
		"# Create it at https://api.slack.com/apps: Create New App, From a manifest.",
		"# docs/slack.md says the rest.",
	}, "\n")
	explain(&doc)
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(&doc); err != nil {
		return nil, fmt.Errorf("write the manifest: %w", err)
	}
	return b.Bytes(), nil
}

// explain says beside each permission what it is for.
func explain(n *yaml.Node) {
	why := Purposes()
	scopes := find(n, "oauth_config", "scopes", "bot")
	if scopes == nil {
		return
	}
	for _, s := range scopes.Content {
		s.LineComment = "# " + strings.Join(why[s.Value], ", ")
	}
}

// find walks down mappings by key.
func find(n *yaml.Node, path ...string) *yaml.Node {
	if len(path) == 0 {
		return n
	}
	i := slices.IndexFunc(n.Content, func(k *yaml.Node) bool { return k.Value == path[0] })
	if n.Kind != yaml.MappingNode || i < 0 || i+1 >= len(n.Content) {
		return nil
	}
	return find(n.Content[i+1], path[1:]...)
}

// JSON writes the manifest for programs.
func (m Manifest) JSON() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(m); err != nil {
		return nil, fmt.Errorf("write the manifest: %w", err)
	}
	return b.Bytes(), nil
}
