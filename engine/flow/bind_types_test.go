package flow_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/flow"
)

func typed(t flow.InputType) flow.Field { return flow.Field{ID: "x", Type: t} }

var (
	aTime     = flow.Field{ID: "x", Type: flow.Time, After: "09:00:00", Before: "17:30:00"}
	aSpan     = flow.Field{ID: "x", Type: flow.Duration, Shortest: "PT1H", Longest: "P1D"}
	someOf    = flow.Field{ID: "x", Type: flow.MultiSelect, Values: []flow.Option{{Value: "A"}, {Value: "B"}, {Value: "[C"}}}
	someInts  = flow.Field{ID: "x", Type: flow.MultiSelect, Items: flow.Int, Values: []flow.Option{{Value: "1"}, {Value: "2"}}}
	intList   = flow.Field{ID: "x", Type: flow.Array, Items: flow.Int}
	dayList   = flow.Field{ID: "x", Type: flow.Array, Items: flow.Date}
	dataList  = flow.Field{ID: "x", Type: flow.Array, Items: flow.JSON}
	aPicture  = flow.Field{ID: "x", Type: flow.File, Extensions: []string{".png", ".tar.gz"}}
	withLines = flow.Field{ID: "x", Type: flow.JSON, Schema: `{"type":"object","required":["lines"],"properties":{"lines":{"type":"array","items":{"type":"integer","minimum":1}}}}`}
)

const aFile = "signoff:///upload-1/aaaa/"

func TestBindConvertsTypes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		field flow.Field
		raw   any
		want  any
	}{
		"time_minutes":             {typed(flow.Time), "09:30", "09:30:00"},
		"time_seconds":             {typed(flow.Time), " 09:30:15 ", "09:30:15"},
		"time_fraction":            {typed(flow.Time), "09:30:15.25", "09:30:15.25"},
		"time_first":               {aTime, "09:00", "09:00:00"},
		"time_last":                {aTime, "17:30:00", "17:30:00"},
		"time_midnight":            {typed(flow.Time), "00:00", "00:00:00"},
		"duration_as_written":      {typed(flow.Duration), "pt1h30m", "PT1H30M"},
		"duration_days":            {typed(flow.Duration), "P1D", "P1D"},
		"duration_shortest":        {aSpan, "PT60M", "PT60M"},
		"duration_longest":         {aSpan, "PT24H", "PT24H"},
		"email":                    {typed(flow.Email), " dana@example.com ", "dana@example.com"},
		"email_tag":                {typed(flow.Email), "dana+x@mail.example.co", "dana+x@mail.example.co"},
		"email_internal":           {typed(flow.Email), "root@localhost", "root@localhost"},
		"email_of_the_world":       {typed(flow.Email), "dörte@bücher.example", "dörte@bücher.example"},
		"uri":                      {typed(flow.URI), "https://example.com/a?b=c#d", "https://example.com/a?b=c#d"},
		"uri_without_host":         {typed(flow.URI), "mailto:dana@example.com", "mailto:dana@example.com"},
		"uri_of_a_store":           {typed(flow.URI), "s3://bucket/key", "s3://bucket/key"},
		"json_object":              {typed(flow.JSON), `{"a": [1, 2.5, true, null, "x"]}`, map[string]any{"a": []any{int64(1), 2.5, true, nil, "x"}}},
		"json_large_number":        {typed(flow.JSON), `9007199254740993`, int64(9007199254740993)},
		"json_given_as_data":       {typed(flow.JSON), map[string]any{"a": 1}, map[string]any{"a": int64(1)}},
		"json_fits_schema":         {withLines, `{"lines": [1, 2]}`, map[string]any{"lines": []any{int64(1), int64(2)}}},
		"yaml_map":                 {typed(flow.YAML), "a: 1\nb: [x, 2026-01-01]\n", map[string]any{"a": int64(1), "b": []any{"x", "2026-01-01"}}},
		"yaml_text":                {typed(flow.YAML), "hello", "hello"},
		"yaml_is_no_template":      {typed(flow.YAML), "a: '{{ secret(1) }}'", map[string]any{"a": "{{ secret(1) }}"}},
		"several":                  {someOf, []any{"B", "A"}, []any{"B", "A"}},
		"several_as_json":          {someOf, `["A"]`, []any{"A"}},
		"several_as_lines":         {someOf, "A\r\n B \n", []any{"A", "B"}},
		"several_odd_value":        {someOf, "[C", []any{"[C"}},
		"several_none":             {someOf, []any{}, nil},
		"several_ints":             {someInts, []any{"2", int64(1)}, []any{int64(2), int64(1)}},
		"several_of_ones_own":      {flow.Field{ID: "x", Type: flow.MultiSelect, AllowCustom: true}, "Z", []any{"Z"}},
		"array_of_ints":            {intList, "[1, \"2\"]", []any{int64(1), int64(2)}},
		"array_of_lines":           {intList, "1\n2", []any{int64(1), int64(2)}},
		"array_empty":              {intList, []any{}, []any{}},
		"array_of_dates":           {dayList, []any{"2026-01-01"}, []any{"2026-01-01"}},
		"array_of_data":            {dataList, `[{"a": 1}]`, []any{map[string]any{"a": int64(1)}}},
		"array_untyped":            {typed(flow.Array), []any{"a", true}, []any{"a", "true"}},
		"file":                     {typed(flow.File), aFile + "a.exe", aFile + "a.exe"},
		"file_ending":              {aPicture, aFile + "Photo.PNG", aFile + "Photo.PNG"},
		"file_double_ending":       {aPicture, aFile + "a.tar.gz", aFile + "a.tar.gz"},
		"secret_sealed":            {typed(flow.Secret), flow.SealedPrefix + "AAAA", flow.SealedPrefix + "AAAA"},
		"default_of_json_is_read":  {flow.Field{ID: "x", Type: flow.JSON, Default: "a text", Required: true}, nil, "a text"},
		"default_of_several":       {flow.Field{ID: "x", Type: flow.MultiSelect, Values: someOf.Values, Default: []any{"A"}, Required: true}, nil, []any{"A"}},
		"optional_json_of_nothing": {typed(flow.JSON), "null", nil},
		"optional_empty_yaml":      {typed(flow.YAML), " \n", nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, faults := flow.Bind([]flow.Field{tt.field}, map[string]any{"x": tt.raw})
			if diff := cmp.Diff(map[string]any{"x": tt.want}, got); diff != "" || faults != nil {
				t.Errorf("Bind(%v) = %v (-want +got):\n%s", tt.raw, faults, diff)
			}
		})
	}
}

func TestBindRefusesTypes(t *testing.T) {
	t.Parallel()
	const (
		wrongTime  = "must be a time such as 09:30 or 09:30:15"
		wrongSpan  = "must be a duration such as PT30M, PT4H, P3D or P1W"
		wrongEmail = "must be a mail address such as dana@example.com"
		wrongURI   = "must be an address with its scheme such as https://example.com/page"
		wrongFile  = "must be a file that was uploaded, with an address that begins with signoff:///"
		noKey      = "cannot be kept, because there is no key for secrets; name one in the configuration (secret_key)"
	)
	deep := strings.Repeat("[", 70) + strings.Repeat("]", 70)
	required := func(f flow.Field) flow.Field { f.Required = true; return f }
	tests := map[string]struct {
		field flow.Field
		raw   any
		want  string
	}{
		"time_words":              {typed(flow.Time), "noon", wrongTime},
		"time_too_late_for_a_day": {typed(flow.Time), "24:00", wrongTime},
		"time_with_zone":          {typed(flow.Time), "09:30:00Z", wrongTime},
		"time_number":             {typed(flow.Time), 930.0, wrongTime},
		"time_before_range":       {aTime, "08:59:59", "must not be before 09:00:00"},
		"time_after_range":        {aTime, "17:30:01", "must not be after 17:30:00"},
		"duration_words":          {typed(flow.Duration), "2 hours", wrongSpan},
		"duration_number":         {typed(flow.Duration), 30.0, wrongSpan},
		"duration_negative":       {typed(flow.Duration), "-PT1H", wrongSpan},
		"duration_months":         {typed(flow.Duration), "P1M", "must not count years or months, whose length varies; use days or weeks"},
		"duration_too_short":      {aSpan, "PT59M", "must be at least PT1H"},
		"duration_too_long":       {aSpan, "P1DT1S", "must be at most P1D"},
		"email_without_at":        {typed(flow.Email), "dana", wrongEmail},
		"email_with_name":         {typed(flow.Email), "Dana <dana@example.com>", wrongEmail},
		"email_two":               {typed(flow.Email), "a@example.com,b@example.com", wrongEmail},
		"email_header":            {typed(flow.Email), "a@example.com\nBcc: b@example.com", wrongEmail},
		"email_double_dot":        {typed(flow.Email), "a..b@example.com", wrongEmail},
		"email_bad_domain":        {typed(flow.Email), "a@-example.com", wrongEmail},
		"email_long":              {typed(flow.Email), strings.Repeat("a", 65) + "@example.com", wrongEmail},
		"uri_without_scheme":      {typed(flow.URI), "example.com/a", wrongURI},
		"uri_with_blank":          {typed(flow.URI), "https://exa mple.com", wrongURI},
		"uri_scheme_only":         {typed(flow.URI), "https:", wrongURI},
		"uri_number":              {typed(flow.URI), 5, wrongURI},
		"json_broken":             {typed(flow.JSON), "{\n  a: 1}", "must be JSON; it cannot be read at line 2, column 3"},
		"json_cut":                {typed(flow.JSON), `{"a": `, "must be JSON; it breaks off before it is complete"},
		"json_two":                {typed(flow.JSON), `{} {}`, "must be one JSON value; more stands behind it"},
		"json_deep":               {typed(flow.JSON), deep, "must not be nested deeper than 64"},
		"json_huge_number":        {typed(flow.JSON), "99999999999999999999", "must not hold the number 99999999999999999999, which does not fit into 64 bits"},
		"json_control":            {typed(flow.JSON), `"a\u0000"`, "must not hold the control character U+0000"},
		"json_misses_schema":      {withLines, `{"lines": [0, "x"]}`, "must fit its schema: /lines/0 minimum: got 0, want 1; /lines/1 got string, want integer"},
		"json_lacks_a_key":        {withLines, `{}`, "must fit its schema: missing property 'lines'"},
		"json_is_no_data":         {typed(flow.JSON), struct{}{}, "must be data: texts, numbers, true, false, lists and maps"},
		"json_required":           {required(typed(flow.JSON)), "null", "is required"},
		"yaml_broken":             {typed(flow.YAML), "a: [1", "must be YAML; line 1: the YAML cannot be read: did not find expected ',' or ']'"},
		"yaml_two_documents":      {typed(flow.YAML), "a: 1\n---\nb: 2", "must be YAML; line 2: the file holds more than one YAML document; write each flow into its own file"},
		"several_not_offered":     {someOf, []any{"A", "Z", "Y"}, "is not accepted: item 2 (Z) must be one of A, B, [C; item 3 (Y) must be one of A, B, [C"},
		"several_twice":           {someOf, []any{"A", "A"}, "is not accepted: item 2 (A) is there twice"},
		"several_nested":          {someOf, []any{[]any{"A"}}, "is not accepted: item 1 must be a text"},
		"several_number":          {someOf, 5, `must be a list such as ["a", "b"]`},
		"several_required":        {required(someOf), []any{}, "is required"},
		"several_of_no_choice":    {typed(flow.MultiSelect), []any{"A"}, "is not accepted: item 1 (A) cannot be chosen, because there is no choice"},
		"choice_of_no_choice":     {typed(flow.Select), "A", "cannot be chosen, because there is no choice"},
		"array_bad_items":         {intList, `["s1", 2, null]`, "is not accepted: item 1 (s1) must be a whole number such as 42; item 3 must not be empty"},
		"array_of_an_object":      {intList, `{"a": 1}`, `must be a list such as ["a", "b"]`},
		"array_broken":            {intList, `[1`, "must be JSON; it breaks off before it is complete"},
		"array_long":              {intList, make([]any, 1001), "must hold at most 1000 items, not 1001"},
		"file_elsewhere":          {typed(flow.File), "file:///etc/passwd", wrongFile},
		"file_path":               {typed(flow.File), "../../etc/passwd", wrongFile},
		"file_climbs":             {typed(flow.File), "signoff:///a/../../x", wrongFile},
		"file_with_query":         {typed(flow.File), aFile + "a?b", wrongFile},
		"file_other_ending":       {aPicture, aFile + "a.pdf", "must be a file whose name ends with .png or .tar.gz"},
		"file_as_data":            {typed(flow.File), []any{"x"}, "must be a file that was uploaded"},
		"secret_in_clear":         {typed(flow.Secret), "hunter2", noKey},
		"secret_unfit":            {typed(flow.Secret), flow.Unfit("is too short"), "is too short"},
		"text_is_no_secret":       {typed(flow.String), flow.SealedPrefix + "AAAA", "must not be a sealed secret"},
		"choice_is_no_secret":     {flow.Field{ID: "x", Type: flow.Select, AllowCustom: true}, flow.SealedPrefix + "AAAA", "must not be a sealed secret"},
		"address_is_no_secret":    {typed(flow.URI), flow.SealedPrefix + "AAAA", "must not be a sealed secret"},
		"data_is_no_secret":       {typed(flow.JSON), flow.SealedPrefix + "AAAA", "must not be a sealed secret"},
		"data_holds_no_secret":    {typed(flow.JSON), `{"a": ["` + flow.SealedPrefix + `AAAA"]}`, "must not be a sealed secret"},
		"values_hold_no_secret":   {typed(flow.JSON), map[string]any{"a": []any{flow.SealedPrefix + "AAAA"}}, "must not be a sealed secret"},
		"yaml_holds_no_secret":    {typed(flow.YAML), "a: {b: \"" + flow.SealedPrefix + "AAAA\"}", "must not be a sealed secret"},
		"name_is_no_secret":       {typed(flow.JSON), map[string]any{flow.SealedPrefix + "AAAA": true}, "must not be a sealed secret"},
		"item_is_no_secret":       {flow.Field{ID: "x", Type: flow.Array, Items: flow.URI}, []any{flow.SealedPrefix + "AAAA"}, "is not accepted: item 1 (sealed:v1:AAAA) must not be a sealed secret"},
		"optional_choice_offered": {aChoice, "Legal", "must be one of HR, IT"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, faults := flow.Bind([]flow.Field{tt.field}, map[string]any{"x": tt.raw})
			if diff := cmp.Diff([]flow.FieldError{{Field: "x", Text: tt.want}}, faults); diff != "" || got != nil {
				t.Errorf("Bind = %v, faults (-want +got):\n%s", got, diff)
			}
		})
	}
}
