package flow

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"
)

// The bounds of a JSON Schema. A schema may refer to its own parts, but not in
// a circle, and must stay small when every reference is written out: so the
// work of checking is bounded by the size of what is checked.
const (
	maxSchemaBytes = 32 << 10
	maxSchemaNodes = 2_000
)

// schemaName is what the schema is called; nothing else can be loaded.
const schemaName = "signoff:schema"

// jsonSchema reads a schema: a map, or a text that is JSON.
func (r *inputReader) jsonSchema(s *section) string {
	e := s.find("jsonSchema")
	if e == nil {
		return ""
	}
	refuse := func(problem string) string {
		r.errorf(pos(e.value), ruleBadValue, `"jsonSchema" %s`, problem)
		return ""
	}
	doc, problem := schemaOf(e.value)
	if problem != "" {
		return refuse(problem)
	}
	text, err := json.Marshal(doc)
	if err != nil || len(text) > maxSchemaBytes {
		return refuse(fmt.Sprintf("must have at most %d bytes", maxSchemaBytes))
	}
	if problem := tooWide(doc); problem != "" {
		return refuse(problem)
	}
	if _, problem := compileSchema(string(text)); problem != "" {
		return refuse(problem)
	}
	return string(text)
}

func schemaOf(n *yaml.Node) (doc any, problem string) {
	if n.Kind == yaml.ScalarNode {
		doc, problem = parseJSON(n.Value)
	} else {
		doc, problem = plain(n)
	}
	if _, isMap := doc.(map[string]any); problem == "" && !isMap {
		problem = "must be a JSON Schema, which is a map"
	}
	return doc, problem
}

// tooWide checks the size of a schema with its references written out.
func tooWide(doc any) string {
	m := &schemaMeter{doc: doc, open: map[string]bool{}, size: map[string]int{}}
	if n := m.node(doc, true); m.problem == "" && n > maxSchemaNodes {
		m.problem = fmt.Sprintf("must stay below %d parts with its references written out", maxSchemaNodes)
	}
	return m.problem
}

type schemaMeter struct {
	doc     any
	open    map[string]bool // references that are being measured
	size    map[string]int  // of the parts that references lead to
	problem string
}

// node is how many parts a schema has; it stops counting above the bound.
func (m *schemaMeter) node(v any, root bool) int {
	n := 1
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			if n += m.node(item, false); n > maxSchemaNodes {
				return n
			}
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if n += m.entry(name, v[name], root); n > maxSchemaNodes || m.problem != "" {
				return n
			}
		}
	}
	return n
}

func (m *schemaMeter) entry(name string, v any, root bool) int {
	text, isText := v.(string)
	switch {
	case slices.Contains([]string{"enum", "const", "default", "examples"}, name):
		return 1
	case isText && slices.Contains([]string{"$dynamicRef", "$recursiveRef"}, name), isText && name == "$id" && !root:
		m.problem = fmt.Sprintf("must not use %s", name)
		return 1
	case isText && name == "$ref":
		return m.ref(text)
	}
	return m.node(v, false)
}

func (m *schemaMeter) ref(ref string) int {
	if n, ok := m.size[ref]; ok {
		return n
	}
	switch {
	case ref != "#" && !strings.HasPrefix(ref, "#/"):
		m.problem = fmt.Sprintf(`must refer to its own parts only ("#/…"), not to %s; nothing is loaded from elsewhere`, quote(ref))
		return 1
	case m.open[ref]:
		m.problem = fmt.Sprintf("must not refer to itself in a circle, as %s does", quote(ref))
		return 1
	}
	target, ok := pointed(m.doc, ref)
	if !ok {
		m.problem = fmt.Sprintf("refers to %s, which is not in it", quote(ref))
		return 1
	}
	m.open[ref] = true
	n := m.node(target, ref == "#")
	delete(m.open, ref)
	m.size[ref] = n
	return n
}

// pointed follows a JSON pointer.
func pointed(doc any, ref string) (any, bool) {
	for _, part := range strings.Split(strings.TrimPrefix(ref, "#"), "/")[1:] {
		part = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		m, ok := doc.(map[string]any)
		if !ok {
			return nil, false
		}
		if doc, ok = m[part]; !ok {
			return nil, false
		}
	}
	return doc, true
}

// nowhere loads nothing.
type nowhere struct{}

func (nowhere) Load(string) (any, error) { return nil, errors.New("nothing is loaded from elsewhere") }

func compileSchema(text string) (*jsonschema.Schema, string) {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return nil, "must be a JSON Schema"
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	c.UseLoader(nowhere{})
	if err := c.AddResource(schemaName, doc); err != nil {
		return nil, "must be a JSON Schema"
	}
	schema, err := c.Compile(schemaName)
	if err == nil {
		return schema, ""
	}
	if wrong, ok := errors.AsType[*jsonschema.SchemaValidationError](err); ok {
		if invalid, ok := errors.AsType[*jsonschema.ValidationError](wrong.Err); ok {
			return nil, "must be a JSON Schema: " + schemaProblems(invalid)
		}
	}
	return nil, "must be a JSON Schema of a draft that is known (2020-12, 2019-09, 7, 6 or 4)"
}

// fitSchema says how a value misses its schema, or "".
func fitSchema(text string, v any) string {
	schema, problem := compileSchema(text)
	if problem != "" {
		return "cannot be checked, because its schema is broken"
	}
	err := schema.Validate(v)
	if err == nil {
		return ""
	}
	if invalid, ok := errors.AsType[*jsonschema.ValidationError](err); ok {
		return "must fit its schema: " + schemaProblems(invalid)
	}
	return "must fit its schema"
}

// schemaProblems names the first problems, each with its place.
func schemaProblems(e *jsonschema.ValidationError) string {
	const most = 5
	texts := leaves(*e.DetailedOutput(), nil)
	slices.Sort(texts)
	texts = slices.Compact(texts)
	if more := len(texts) - most; more > 0 {
		texts = append(texts[:most], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(texts, "; ")
}

// leaves are the problems at the ends of the tree of problems.
func leaves(unit jsonschema.OutputUnit, texts []string) []string {
	const enough = 100
	if len(unit.Errors) == 0 && unit.Error != nil && len(texts) < enough {
		text := unit.Error.String()
		if unit.InstanceLocation != "" {
			text = unit.InstanceLocation + " " + text
		}
		return append(texts, cut(printable(text)))
	}
	for _, inner := range unit.Errors {
		texts = leaves(inner, texts)
	}
	return texts
}
