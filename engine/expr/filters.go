package expr

import "strings"

// filters are what may follow |.
//
//nolint:gochecknoglobals // a table, never written
var filters = map[string]builtin{
	"default": {params: []string{"default"}, need: 1, catches: true, nulls: true, apply: filterDefault},
	"jq":      {params: []string{"expression"}, need: 1, nulls: true, apply: filterJQ},
	"string":  {apply: func(c *invocation) (any, error) { return c.text(c.in) }},

	// texts
	"upper":               textFilter(strings.ToUpper),
	"lower":               textFilter(strings.ToLower),
	"trim":                textFilter(trim),
	"title":               textFilter(title),
	"capitalize":          textFilter(capitalize),
	"slugify":             textFilter(slugify),
	"nl2br":               textFilter(strings.NewReplacer("\r\n", "<br />", "\r", "<br />", "\n", "<br />").Replace),
	"abbreviate":          {params: []string{"length"}, need: 1, apply: filterAbbreviate},
	"replace":             {params: []string{"replace_pairs", "regexp"}, need: 1, apply: filterReplace},
	"split":               {params: []string{"delimiter", "limit"}, need: 1, apply: filterSplit},
	"startsWith":          {params: []string{"value"}, need: 1, apply: partTest(strings.HasPrefix)},
	"endsWith":            {params: []string{"value"}, need: 1, apply: partTest(strings.HasSuffix)},
	"substringBefore":     {params: []string{"separator"}, need: 1, apply: cutAt(strings.Index, before)},
	"substringBeforeLast": {params: []string{"separator"}, need: 1, apply: cutAt(strings.LastIndex, before)},
	"substringAfter":      {params: []string{"separator"}, need: 1, apply: cutAt(strings.Index, after)},
	"substringAfterLast":  {params: []string{"separator"}, need: 1, apply: cutAt(strings.LastIndex, after)},
	"indent":              {params: []string{"amount", "prefix"}, need: 1, apply: func(c *invocation) (any, error) { return indent(c, "") }},
	"nindent":             {params: []string{"amount", "prefix"}, need: 1, apply: func(c *invocation) (any, error) { return indent(c, "\n") }},
	"escapeChar":          {params: []string{"type"}, need: 1, apply: filterEscapeChar},
	"format":              {rest: true, apply: filterFormat},

	// regular expressions
	"regexMatch":   {params: []string{"regex"}, need: 1, nulls: true, apply: filterRegexMatch},
	"regexReplace": {params: []string{"regex", "replacement"}, need: 2, apply: filterRegexReplace},
	"regexExtract": {params: []string{"regex", "group"}, need: 1, apply: filterRegexExtract},

	// lists and maps
	"first":    {apply: func(c *invocation) (any, error) { return end(c, false) }},
	"last":     {apply: func(c *invocation) (any, error) { return end(c, true) }},
	"length":   {nulls: true, apply: filterLength},
	"join":     {params: []string{"separator"}, apply: filterJoin},
	"slice":    {params: []string{"fromIndex", "toIndex"}, apply: filterSlice},
	"sort":     {apply: func(c *invocation) (any, error) { return sorted(c, 1) }},
	"rsort":    {apply: func(c *invocation) (any, error) { return sorted(c, -1) }},
	"reverse":  {apply: filterReverse},
	"merge":    {params: []string{"items"}, need: 1, nulls: true, apply: filterMerge},
	"distinct": {apply: filterDistinct},
	"flatten":  {apply: filterFlatten},
	"chunk":    {params: []string{"size"}, need: 1, apply: filterChunk},
	"keys":     {apply: filterKeys},
	"values":   {apply: filterValues},

	// numbers
	"abs":          {apply: filterAbs},
	"number":       {params: []string{"type"}, apply: filterNumber},
	"numberFormat": {params: []string{"format"}, apply: filterNumberFormat},

	// encodings
	"toJson":       {nulls: true, apply: func(c *invocation) (any, error) { return toJSON(c, c.in) }},
	"yaml":         {nulls: true, apply: filterYAML},
	"toIon":        {nulls: true, apply: func(c *invocation) (any, error) { return toJSON(c, c.in) }},
	"className":    {nulls: true, apply: func(c *invocation) (any, error) { return className(c.in), nil }},
	"json":         {nulls: true, apply: func(c *invocation) (any, error) { return toJSON(c, c.in) }},
	"urlencode":    textFilter(urlEncode),
	"urldecode":    {apply: decoder(urlDecode)},
	"base64encode": textFilter(base64Encode),
	"base64decode": {apply: decoder(base64Decode)},
	"sha1":         textFilter(sha1Hex),
	"sha256":       textFilter(sha256Hex),
	"sha512":       textFilter(sha512Hex),
	"md5":          textFilter(md5Hex),

	// times
	"date":           {params: []string{"format", "timeZone", "existingFormat", "locale"}, apply: filterDate},
	"dateAdd":        {params: []string{"amount", "unit", "format", "timeZone", "existingFormat", "locale"}, need: 2, apply: filterDateAdd},
	"timestamp":      {params: []string{"timeZone", "existingFormat"}, apply: timestamp(1)},
	"timestampMilli": {params: []string{"timeZone", "existingFormat"}, apply: timestamp(1e3)},
	"timestampMicro": {params: []string{"timeZone", "existingFormat"}, apply: timestamp(1e6)},
	"timestampNano":  {params: []string{"timeZone", "existingFormat"}, apply: timestamp(1e9)},
}

// className is what Java calls a value's type: Kestra's flows compare with it.
func className(v any) any {
	switch v.(type) {
	case bool:
		return "java.lang.Boolean"
	case int64:
		return "java.lang.Long"
	case float64:
		return "java.lang.Double"
	case string:
		return "java.lang.String"
	case []any:
		return "java.util.ArrayList"
	case map[string]any:
		return "java.util.LinkedHashMap"
	}
	return nil
}

// filterDefault is the argument for what is undefined, null or empty.
func filterDefault(c *invocation) (any, error) {
	if isEmpty(c.in) {
		return c.arg(0), nil
	}
	return c.in, nil
}
