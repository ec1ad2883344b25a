package flow_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/engine/flow"
)

var (
	anInt    = flow.Field{ID: "x", Type: flow.Int, Min: new(1.0), Max: new(10.0)}
	aFloat   = flow.Field{ID: "x", Type: flow.Float, Min: new(-1.5)}
	aDate    = flow.Field{ID: "x", Type: flow.Date, After: "2026-01-01", Before: "2026-12-31"}
	aMoment  = flow.Field{ID: "x", Type: flow.DateTime, After: "2026-01-01T00:00:00Z"}
	aChoice  = flow.Field{ID: "x", Type: flow.Select, Values: []flow.Option{{Value: "HR"}, {Value: "IT", Label: "Tech"}}}
	aPattern = flow.Field{ID: "x", Type: flow.String, Validator: "a|ab|[0-9]+"}
)

func TestBindConverts(t *testing.T) {
	t.Parallel()
	free := flow.Field{ID: "x", Type: flow.Int}
	tests := map[string]struct {
		field flow.Field
		raw   any
		want  any
	}{
		"text":                       {flow.Field{ID: "x", Type: flow.String}, "a\tb\n👋", "a\tb\n👋"},
		"text_with_line_ends_of_web": {flow.Field{ID: "x", Type: flow.String}, "a\r\nb", "a\nb"},
		"empty_text_is_a_text":       {flow.Field{ID: "x", Type: flow.String, Required: true}, "", ""},
		"text_from_number":           {flow.Field{ID: "x", Type: flow.String}, 7.0, "7"},
		"pattern_whole_not_first":    {aPattern, "ab", "ab"},
		"int_from_text":              {anInt, " 5 ", int64(5)},
		"int_from_json":              {anInt, 5.0, int64(5)},
		"int_lowest":                 {anInt, int64(1), int64(1)},
		"int_highest":                {anInt, 10, int64(10)},
		"int_64_bits":                {free, "9223372036854775807", int64(math.MaxInt64)},
		"int_negative":               {free, "-3", int64(-3)},
		"float_from_text":            {aFloat, "-1.5", -1.5},
		"float_from_int":             {aFloat, int64(2), 2.0},
		"float_with_exponent":        {aFloat, "1e3", 1000.0},
		"bool":                       {flow.Field{ID: "x", Type: flow.Bool}, false, false},
		"bool_from_text":             {flow.Field{ID: "x", Type: flow.Bool}, "TRUE", true},
		"date":                       {aDate, "2026-11-22", "2026-11-22"},
		"date_first":                 {aDate, "2026-01-01", "2026-01-01"},
		"date_last":                  {aDate, "2026-12-31", "2026-12-31"},
		"datetime_keeps_its_zone":    {aMoment, "2026-11-22T09:30:00+02:00", "2026-11-22T09:30:00+02:00"},
		"datetime_without_seconds":   {aMoment, "2026-11-22T09:30Z", "2026-11-22T09:30:00Z"},
		"datetime_with_fraction":     {aMoment, "2026-11-22T09:30:00.25Z", "2026-11-22T09:30:00.25Z"},
		"choice":                     {aChoice, "IT", "IT"},
		"choice_of_ones_own":         {flow.Field{ID: "x", Type: flow.Select, AllowCustom: true}, "Ops", "Ops"},
		"optional_absent":            {anInt, nil, nil},
		"optional_empty":             {aDate, "", nil},
		"default_for_absent":         {flow.Field{ID: "x", Type: flow.Int, Required: true, Default: int64(3)}, nil, int64(3)},
		"default_for_empty":          {flow.Field{ID: "x", Type: flow.Date, Required: true, Default: "2026-01-01"}, "", "2026-01-01"},
		"default_stored_as_json":     {flow.Field{ID: "x", Type: flow.Int, Default: 3.0}, nil, int64(3)},
		"default_not_for_false":      {flow.Field{ID: "x", Type: flow.Bool, Default: true}, false, false},
		"default_not_for_empty_text": {flow.Field{ID: "x", Type: flow.String, Default: "d"}, "", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw := map[string]any{"x": tt.raw}
			got, faults := flow.Bind([]flow.Field{tt.field}, raw)
			if diff := cmp.Diff(map[string]any{"x": tt.want}, got); diff != "" || faults != nil {
				t.Errorf("Bind(%v) = %v (-want +got):\n%s", tt.raw, faults, diff)
			}
		})
	}
}

func TestBindRefuses(t *testing.T) {
	t.Parallel()
	str := flow.Field{ID: "x", Type: flow.String}
	boolean := flow.Field{ID: "x", Type: flow.Bool}
	const (
		wrongInt   = "must be a whole number such as 42"
		wrongFloat = "must be a number such as 3.5"
		wrongDate  = "must be a date such as 2026-11-22"
		wrongTime  = "must be a date and time with its zone such as 2026-11-22T09:30:00Z"
	)
	tests := map[string]struct {
		field flow.Field
		raw   any
		want  string
	}{
		"required_absent":         {flow.Field{ID: "x", Type: flow.String, Required: true}, nil, "is required"},
		"required_empty":          {flow.Field{ID: "x", Type: flow.Int, Required: true}, "", "is required"},
		"text_too_long":           {str, strings.Repeat("x", 32<<10+1), "must have at most 32768 bytes, not 32769"},
		"text_with_nul":           {str, "a\x00b", "must not hold the control character U+0000"},
		"text_with_escape":        {str, "\x1b[31m", "must not hold the control character U+001B"},
		"text_with_c1":            {str, "a\u0085b", "must not hold the control character U+0085"},
		"text_with_bare_return":   {str, "a\rb", "must not hold the control character U+000D"},
		"text_not_utf8":           {str, "\xff", "must be valid UTF-8"},
		"text_from_map":           {str, map[string]any{"a": 1}, "must be a text"},
		"text_from_list":          {str, []any{"a"}, "must be a text"},
		"pattern_only_in_part":    {aPattern, "12b", "must match the pattern `a|ab|[0-9]+`"},
		"pattern_second_line":     {aPattern, "x\na", "must match the pattern `a|ab|[0-9]+`"},
		"pattern_empty":           {aPattern, "", "must match the pattern `a|ab|[0-9]+`"},
		"int_fraction":            {anInt, 1.5, wrongInt},
		"int_fraction_text":       {anInt, "1.5", wrongInt},
		"int_words":               {anInt, "five", wrongInt},
		"int_hex":                 {anInt, "0x5", wrongInt},
		"int_underscore":          {anInt, "1_0", wrongInt},
		"int_inexact":             {anInt, math.Pow(2, 60), wrongInt},
		"int_overflow":            {anInt, "9223372036854775808", wrongInt},
		"int_nan":                 {anInt, math.NaN(), wrongInt},
		"int_bool":                {anInt, true, wrongInt},
		"int_below":               {anInt, "0", "must be from 1 to 10"},
		"int_above":               {anInt, 11.0, "must be from 1 to 10"},
		"float_nan":               {aFloat, "NaN", wrongFloat},
		"float_infinite":          {aFloat, math.Inf(1), wrongFloat},
		"float_infinite_text":     {aFloat, "1e999", wrongFloat},
		"float_hex":               {aFloat, "0x1p-2", wrongFloat},
		"float_comma":             {aFloat, "1,5", wrongFloat},
		"float_below":             {aFloat, "-2", "must be at least -1.5"},
		"bool_yes":                {boolean, "yes", "must be true or false"},
		"bool_one":                {boolean, 1.0, "must be true or false"},
		"date_other_order":        {aDate, "22.11.2026", wrongDate},
		"date_that_is_none":       {aDate, "2026-02-30", wrongDate},
		"date_with_time":          {aDate, "2026-11-22T10:00:00Z", wrongDate},
		"date_short":              {aDate, "2026-1-2", wrongDate},
		"date_number":             {aDate, 20261122.0, wrongDate},
		"date_before_range":       {aDate, "2025-12-31", "must not be before 2026-01-01"},
		"date_after_range":        {aDate, "2027-01-01", "must not be after 2026-12-31"},
		"datetime_without_zone":   {aMoment, "2026-11-22T09:30:00", wrongTime},
		"datetime_before_range":   {aMoment, "2026-01-01T00:30:00+01:00", "must not be before 2026-01-01T00:00:00Z"},
		"choice_not_offered":      {aChoice, "Legal", "must be one of HR, IT"},
		"choice_by_label":         {aChoice, "Tech", "must be one of HR, IT"},
		"choice_other_case":       {aChoice, "hr", "must be one of HR, IT"},
		"choice_list":             {aChoice, []any{"HR"}, "must be a text"},
		"default_out_of_own_rule": {flow.Field{ID: "x", Type: flow.Int, Max: new(1.0), Default: int64(2)}, nil, "must be at most 1"},
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

// Everything that is wrong is told at once, in the order of the form.
func TestBindReportsAll(t *testing.T) {
	t.Parallel()
	fields := []flow.Field{
		{ID: "name", Type: flow.String, Required: true},
		{ID: "days", Type: flow.Int},
		{ID: "team", Type: flow.Select, Values: []flow.Option{{Value: "HR"}, {Value: "Finance"}, {Value: "IT"}}},
		{ID: "fine", Type: flow.Bool},
	}
	raw := map[string]any{"days": "many", "team": "Legal", "fine": "true", "zzz": 1, "Name": "x"}
	want := []flow.FieldError{
		{Field: "name", Text: "is required"},
		{Field: "days", Text: "must be a whole number such as 42"},
		{Field: "team", Text: "must be one of HR, Finance, IT"},
		{Field: "Name", Text: "is not a field here"},
		{Field: "zzz", Text: "is not a field here"},
	}
	_, got := flow.Bind(fields, raw)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
	if raw["fine"] != "true" {
		t.Error("Bind changed what it was given")
	}
}

func TestBindNothing(t *testing.T) {
	t.Parallel()
	got, faults := flow.Bind(nil, nil)
	if got == nil || len(got) != 0 || faults != nil {
		t.Errorf("Bind(nil, nil) = %v, %v, want an empty map", got, faults)
	}
	many := map[string]any{}
	for i := range 1000 {
		many[strings.Repeat("x", i)] = i
	}
	if _, faults := flow.Bind(nil, many); len(faults) == 0 || len(faults) > 20 {
		t.Errorf("1000 unknown fields gave %d faults, want some, at most 20", len(faults))
	}
}
