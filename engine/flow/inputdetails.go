package flow

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// inputDetails reads what only some types have. What another type has is
// reported with the types that have it.
func (r *inputReader) inputDetails(s *section, i *Input) {
	if s.only(i, "validator", String, LongText, Secret) {
		i.Validator = r.validator(s)
	}
	r.bounds(s, i)
	r.moments(s, i)
	r.choices(s, i)
	if s.only(i, "itemType", Array, MultiSelect) {
		i.Items = r.itemType(s, i.Type)
	}
	if s.only(i, "jsonSchema", JSON) {
		i.Schema = r.jsonSchema(s)
	}
	if s.only(i, "allowedFileExtensions", File) {
		i.Extensions = r.extensions(s)
	}
	if s.only(i, "extension", File) {
		r.oldExtension(s, i)
	}
}

// bounds reads the smallest and largest number or duration.
func (r *inputReader) bounds(s *section, i *Input) {
	low, high := s.only(i, "min", Int, Float, Duration), s.only(i, "max", Int, Float, Duration)
	if !low || !high {
		return
	}
	if i.Type == Duration {
		i.Shortest, i.Longest = s.span("min"), s.span("max")
		if i.Shortest != "" && i.Longest != "" && longer(i.Shortest, i.Longest) {
			r.errorf(s.find("min").at, ruleInputRange, `"min" %s is above "max" %s`, i.Shortest, i.Longest)
		}
		return
	}
	i.Min, i.Max = s.bound("min", i.Type), s.bound("max", i.Type)
	if i.Min != nil && i.Max != nil && *i.Min > *i.Max {
		r.errorf(s.find("min").at, ruleInputRange, `"min" %s is above "max" %s`, number(*i.Min), number(*i.Max))
	}
}

// moments reads the earliest and latest date or time.
func (r *inputReader) moments(s *section, i *Input) {
	if s.only(i, "after", Date, Time, DateTime) {
		i.After = s.moment("after", i.Type)
	}
	if s.only(i, "before", Date, Time, DateTime) {
		i.Before = s.moment("before", i.Type)
	}
	if i.After != "" && i.Before != "" && later(i.Type, i.After, i.Before) {
		r.errorf(s.find("after").at, ruleInputRange, `"after" %s is later than "before" %s`, i.After, i.Before)
	}
}

// only reports a key that the input's type does not have, and tells whether to
// read it.
func (s *section) only(i *Input, name string, types ...InputType) bool {
	if slices.Contains(types, i.Type) {
		return true
	}
	if i.Type == "" {
		s.present(name) // the type was reported; its keys are not to blame
		return false
	}
	if e := s.lookup(name); e != nil {
		e.asked = true
		words := make([]string, len(types))
		for k, t := range types {
			words[k] = string(t)
		}
		s.p.errorf(e.at, ruleUnknownKey, "unknown key %s in an input of type %s; it belongs to %s", quote(name), i.Type, orList(words))
	}
	return false
}

func (p *parser) validator(s *section) *regexp.Regexp {
	e := s.find("validator")
	if e == nil {
		return nil
	}
	if e.value.Kind != yaml.ScalarNode || len(e.value.Value) > maxPattern {
		p.errorf(pos(e.value), ruleBadValue, `"validator" must be a regular expression of at most %d characters`, maxPattern)
		return nil
	}
	re, err := wholePattern(e.value.Value)
	if err != nil {
		p.errorf(pos(e.value), ruleBadValue, "%s is not a regular expression that can be used here (RE2): %s", quote(e.value.Value), regexpProblem(err))
		return nil
	}
	return re
}

// regexpProblem is the error without the whole expression in it.
func regexpProblem(err error) string {
	if broken, ok := errors.AsType[*syntax.Error](err); ok {
		return broken.Code.String() + " " + quote(broken.Expr)
	}
	return printable(err.Error())
}

// bound reads a smallest or largest number.
func (s *section) bound(name string, t InputType) *float64 {
	text := s.word(name)
	if text == "" {
		return nil
	}
	f, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || !finite(f):
		s.p.errorf(pos(s.find(name).value), ruleBadValue, "%s must be a number, not %s", quote(name), quote(text))
	case t == Int && (f != float64(int64(f)) || f > maxExact || f < -maxExact):
		s.p.errorf(pos(s.find(name).value), ruleBadValue, "%s of an INT must be a whole number, not %s", quote(name), quote(text))
	default:
		return &f
	}
	return nil
}

// moment reads an earliest or latest date or time.
func (s *section) moment(name string, t InputType) string { return s.bounding(name, Field{Type: t}) }

// span reads a shortest or longest duration.
func (s *section) span(name string) string { return s.bounding(name, Field{Type: Duration}) }

func (s *section) bounding(name string, f Field) string {
	text := s.word(name)
	if text == "" {
		return ""
	}
	v, problem := convert(f, text)
	if problem != "" {
		s.p.errorf(pos(s.find(name).value), ruleBadValue, "%s %s", quote(name), problem)
		return ""
	}
	bound, _ := v.(string)
	return bound
}

// itemType reads the type of each item. Kestra has none of ARRAY, SECRET,
// SELECT and MULTISELECT as items.
func (r *inputReader) itemType(s *section, of InputType) InputType {
	known := []string{"STRING", "INT", "FLOAT", "BOOL", "BOOLEAN", "DATE", "TIME", "DATETIME", "DURATION", "EMAIL", "URI"}
	if of == Array {
		known = append(known, "JSON", "YAML", "FILE")
	}
	switch t := s.word("itemType"); {
	case t == "BOOLEAN":
		return Bool
	case slices.Contains(known, t):
		return InputType(t)
	case t != "":
		r.errorf(pos(s.find("itemType").value), ruleBadValue, `"itemType" must be %s, not %s%s`, orList(known), quote(t), didYouMean(t, known))
	}
	return String
}

const maxExtensions = 50

// extensions reads which names a file may end with.
func (r *inputReader) extensions(s *section) []string {
	e := s.find("allowedFileExtensions")
	if e == nil {
		return nil
	}
	items := r.list(e)
	if items != nil && (len(items) == 0 || len(items) > maxExtensions) {
		r.errorf(pos(e.value), ruleBadValue, `"allowedFileExtensions" must hold 1 to %d endings, not %d`, maxExtensions, len(items))
		return nil
	}
	var all []string
	for _, item := range items {
		if ending := r.ending(item); ending != "" && !slices.Contains(all, ending) {
			all = append(all, ending)
		}
	}
	return all
}

// oldExtension reads Kestra's older key for one ending.
func (r *inputReader) oldExtension(s *section, i *Input) {
	e := s.find("extension")
	if e == nil {
		return
	}
	if s.lookup("allowedFileExtensions") != nil {
		r.errorf(e.at, ruleKeyConflict, `"extension" is the older form of "allowedFileExtensions"; write one of them`)
		return
	}
	if ending := r.ending(e.value); ending != "" {
		i.Extensions = []string{ending}
	}
}

var fileEnding = regexp.MustCompile(`^(\.[a-z0-9_-]{1,16}){1,3}$`)

func (r *inputReader) ending(n *yaml.Node) string {
	text := r.word(n, "a file's ending")
	if text == "" {
		return ""
	}
	ending := "." + strings.TrimPrefix(strings.ToLower(text), ".")
	if !fileEnding.MatchString(ending) {
		r.errorf(pos(n), ruleBadValue, "%s is not the ending of a file's name, such as .pdf", quote(text))
		return ""
	}
	return ending
}
