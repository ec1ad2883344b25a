package expr

import "github.com/itchyny/gojq"

// jqFree are functions whose work is in the instructions that they run, or small
// whatever they are given. They may stand in paths.
//
//nolint:gochecknoglobals // a table, never written
var jqFree = map[string]bool{
	"empty": true, "error": true, "not": true, "select": true, "recurse": true, "range": true, "while": true, "until": true, "repeat": true, "limit": true, "skip": true, "first": true, "last": true,
	"isempty": true, "any": true, "all": true, "type": true, "arrays": true, "objects": true, "iterables": true, "booleans": true, "numbers": true, "strings": true, "nulls": true, "values": true,
	"scalars": true, "floor": true, "ceil": true, "round": true, "sqrt": true, "fabs": true, "abs": true, "pow": true, "log": true, "log2": true, "log10": true, "exp": true, "exp2": true, "trunc": true, "infinite": true,
	"nan": true, "isinfinite": true, "isnan": true, "isnormal": true, "isfinite": true, "startswith": true, "endswith": true, "ltrimstr": true, "rtrimstr": true, "trimstr": true, "path": true, "toboolean": true,
}

// jqPaid are functions that work on all of their input at once.
//
//nolint:gochecknoglobals // a table, never written
var jqPaid = map[string]bool{
	"length": true, "utf8bytelength": true, "keys": true, "has": true, "in": true, "add": true, "tostring": true, "tojson": true, "reverse": true, "ltrim": true, "rtrim": true, "trim": true, "explode": true,
	"implode": true, "split": true, "ascii_downcase": true, "ascii_upcase": true, "flatten": true, "map": true, "map_values": true, "to_entries": true, "from_entries": true, "with_entries": true,
	"walk": true, "del": true, "paths": true, "delpaths": true, "tostream": true, "pick": true, "gmtime": true, "mktime": true, "todate": true, "fromdate": true, "fromdateiso8601": true,
	"todateiso8601": true, "bsearch": true, "INDEX": true, "IN": true, "JOIN": true, "@text": true, "@json": true, "@html": true, "@uri": true, "@csv": true, "@tsv": true, "@sh": true, "@base64": true, "@base64d": true,
}

// jqSpecial are those that are rewritten each in its own way.
//
//nolint:gochecknoglobals // a table, never written
var jqSpecial = map[string]bool{
	"sort": true, "min": true, "max": true, "unique": true, "sort_by": true, "min_by": true, "max_by": true, "group_by": true, "unique_by": true, "contains": true, "inside": true, "indices": true, "index": true,
	"rindex": true, "join": true, "transpose": true, "tonumber": true, "fromjson": true, "test": true, "match": true, "capture": true, "scan": true, "splits": true, "sub": true, "gsub": true, "nth": true, "getpath": true,
	"setpath": true,
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
	if !jqPaid[e.Format] {
		t.refuse("jq has no `%s` here", e.Format)
	}
	bare := &gojq.Term{Type: gojq.TermTypeFormat, Format: e.Format}
	if e.Str != nil {
		return t.text(e.Str, bare)
	}
	return then(jqCall("__paid"), t.pays(bare))
}
