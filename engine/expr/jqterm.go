package expr

import (
	"slices"

	"github.com/itchyny/gojq"
)

// jqFree are functions whose work is in the instructions that they run, or small
// whatever they are given. They may stand in paths.
func jqFree() []string {
	return []string{
		"empty", "error", "not", "select", "recurse", "range", "while", "until", "repeat", "limit", "skip", "first", "last",
		"isempty", "any", "all", "type", "arrays", "objects", "iterables", "booleans", "numbers", "strings", "nulls", "values",
		"scalars", "floor", "ceil", "round", "sqrt", "fabs", "abs", "pow", "log", "log2", "log10", "exp", "exp2", "trunc", "infinite",
		"nan", "isinfinite", "isnan", "isnormal", "isfinite", "startswith", "endswith", "ltrimstr", "rtrimstr", "trimstr", "path", "toboolean",
	}
}

// jqPaid are functions that work on all of their input at once.
func jqPaid() []string {
	return []string{
		"length", "utf8bytelength", "keys", "has", "in", "add", "tostring", "tojson", "reverse", "ltrim", "rtrim", "trim", "explode",
		"implode", "split", "ascii_downcase", "ascii_upcase", "flatten", "map", "map_values", "to_entries", "from_entries", "with_entries",
		"walk", "del", "paths", "delpaths", "tostream", "pick", "gmtime", "mktime", "todate", "fromdate", "fromdateiso8601",
		"todateiso8601", "bsearch", "INDEX", "IN", "JOIN", "@text", "@json", "@html", "@uri", "@csv", "@tsv", "@sh", "@base64", "@base64d",
	}
}

// jqSpecial are those that are rewritten each in its own way.
func jqSpecial() []string {
	return []string{
		"sort", "min", "max", "unique", "sort_by", "min_by", "max_by", "group_by", "unique_by", "contains", "inside", "indices", "index",
		"rindex", "join", "transpose", "tonumber", "fromjson", "test", "match", "capture", "scan", "splits", "sub", "gsub", "nth", "getpath",
		"setpath",
	}
}

// term rewrites a term and what follows it.
func (t *tamer) term(e *gojq.Term) *gojq.Term {
	if t.fault != nil {
		return e
	}
	if len(e.SuffixList) > 0 {
		bare := *e
		bare.SuffixList = nil
		out := &gojq.Term{Type: gojq.TermTypeQuery, Query: &gojq.Query{Term: t.term(&bare)}}
		for _, s := range e.SuffixList {
			out.SuffixList = append(out.SuffixList, &gojq.Suffix{Index: t.index(s.Index), Iter: s.Iter, Optional: s.Optional})
		}
		return out
	}
	switch e.Type {
	case gojq.TermTypeIdentity, gojq.TermTypeRecurse, gojq.TermTypeNull, gojq.TermTypeTrue, gojq.TermTypeFalse,
		gojq.TermTypeNumber, gojq.TermTypeBreak:
		return e
	case gojq.TermTypeIndex:
		return &gojq.Term{Type: e.Type, Index: t.index(e.Index)}
	case gojq.TermTypeFunc:
		return t.call(e.Func).Term
	case gojq.TermTypeFormat:
		return t.format(e).Term
	case gojq.TermTypeString:
		return t.text(e.Str, nil).Term
	case gojq.TermTypeArray:
		return t.pays(&gojq.Term{Type: e.Type, Array: &gojq.Array{Query: t.query(e.Array.Query)}}).Term
	case gojq.TermTypeObject:
		return t.pays(&gojq.Term{Type: e.Type, Object: t.object(e.Object)}).Term
	case gojq.TermTypeUnary:
		return t.pays(&gojq.Term{Type: e.Type, Unary: &gojq.Unary{Op: e.Unary.Op, Term: t.term(e.Unary.Term)}}).Term
	case gojq.TermTypeQuery:
		return &gojq.Term{Type: e.Type, Query: t.query(e.Query)}
	case gojq.TermTypeIf, gojq.TermTypeTry, gojq.TermTypeReduce, gojq.TermTypeForeach, gojq.TermTypeLabel:
		return t.control(e)
	}
	t.refuse("the jq program has a part that is not known here")
	return e
}

// pays is term | paid.
func (t *tamer) pays(e *gojq.Term) *gojq.Query { return then(&gojq.Query{Term: e}, jqCall("__paid")) }

func (t *tamer) control(e *gojq.Term) *gojq.Term {
	out := &gojq.Term{Type: e.Type}
	switch {
	case e.If != nil:
		out.If = &gojq.If{Cond: t.query(e.If.Cond), Then: t.query(e.If.Then), Else: t.query(e.If.Else)}
		for _, b := range e.If.Elif {
			out.If.Elif = append(out.If.Elif, &gojq.IfElif{Cond: t.query(b.Cond), Then: t.query(b.Then)})
		}
	case e.Try != nil:
		out.Try = &gojq.Try{Body: t.query(e.Try.Body), Catch: t.query(e.Try.Catch)}
	case e.Reduce != nil:
		out.Reduce = &gojq.Reduce{Query: t.query(e.Reduce.Query), Start: t.query(e.Reduce.Start), Update: t.query(e.Reduce.Update)}
		for _, p := range e.Reduce.Patterns {
			out.Reduce.Patterns = append(out.Reduce.Patterns, t.pattern(p))
		}
	case e.Foreach != nil:
		out.Foreach = &gojq.Foreach{
			Query: t.query(e.Foreach.Query), Start: t.query(e.Foreach.Start), Update: t.query(e.Foreach.Update), Extract: t.query(e.Foreach.Extract),
		}
		for _, p := range e.Foreach.Patterns {
			out.Foreach.Patterns = append(out.Foreach.Patterns, t.pattern(p))
		}
	case e.Label != nil:
		out.Label = &gojq.Label{Ident: e.Label.Ident, Body: t.query(e.Label.Body)}
	}
	return out
}

func (t *tamer) index(i *gojq.Index) *gojq.Index {
	if i == nil {
		return nil
	}
	out := &gojq.Index{Name: i.Name, Str: t.plainString(i.Str), IsSlice: i.IsSlice}
	if i.Start != nil {
		out.Start = then(t.query(i.Start), jqCall("__index"))
	}
	if i.End != nil {
		out.End = then(t.query(i.End), jqCall("__index"))
	}
	return out
}

func (t *tamer) object(o *gojq.Object) *gojq.Object {
	out := &gojq.Object{}
	for _, kv := range o.KeyVals {
		entry := &gojq.ObjectKeyVal{Key: kv.Key, KeyString: kv.KeyString, KeyQuery: t.query(kv.KeyQuery), Val: t.query(kv.Val)}
		if kv.KeyString != nil && kv.KeyString.Queries != nil {
			entry.KeyString, entry.KeyQuery = nil, t.text(kv.KeyString, nil)
			if kv.Val == nil {
				t.refuse(`a jq program writes {"…": value} in full where the key is computed`)
			}
		}
		out.KeyVals = append(out.KeyVals, entry)
	}
	return out
}

// text writes a text with expressions in it as a sum.
func (t *tamer) text(s *gojq.String, format *gojq.Term) *gojq.Query {
	if s.Queries == nil {
		return &gojq.Query{Term: &gojq.Term{Type: gojq.TermTypeString, Str: s}}
	}
	if len(s.Queries) > 100 {
		t.refuse("a text of a jq program has more than 100 parts")
		return jqIdentity()
	}
	if format == nil {
		format = &gojq.Term{Type: gojq.TermTypeFunc, Func: &gojq.Func{Name: "tostring"}}
	}
	var sum *gojq.Query
	for _, part := range s.Queries {
		var next *gojq.Query
		if part.Term != nil && part.Term.Str != nil {
			next = part
		} else {
			next = then(t.query(part), t.pays(format))
		}
		if sum == nil {
			sum = next
			continue
		}
		both := &gojq.Query{Left: jqEntry("0"), Op: gojq.OpAdd, Right: jqEntry("1")}
		sum = then(jqCall("__sum", sum, next), both)
	}
	return inBrackets(sum)
}

func (t *tamer) format(e *gojq.Term) *gojq.Query {
	if !slices.Contains(jqPaid(), e.Format) {
		t.refuse("jq has no `%s` here", e.Format)
	}
	bare := &gojq.Term{Type: gojq.TermTypeFormat, Format: e.Format}
	if e.Str != nil {
		return t.text(e.Str, bare)
	}
	return then(jqCall("__paid"), t.pays(bare))
}
