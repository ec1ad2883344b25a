package expr

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// functions are the built-in ones: pure, and the same for everybody.
//
//nolint:gochecknoglobals // a table, never written
var functions = map[string]builtin{
	"fromJson": {params: []string{"json"}, need: 1, apply: func(c *invocation) (any, error) { return fromJSON(c, c.arg(0)) }},
	"json":     {params: []string{"json"}, need: 1, apply: func(c *invocation) (any, error) { return fromJSON(c, c.arg(0)) }},
	"toJson":   {params: []string{"value"}, need: 1, apply: func(c *invocation) (any, error) { return toJSON(c, c.arg(0)) }},
	"range": {params: []string{"start", "end", "increment"}, need: 2, apply: func(c *invocation) (any, error) {
		by := c.arg(2)
		if by == nil {
			by = int64(1)
		}
		return makeRange(c.run, c.arg(0), c.arg(1), by)
	}},
	"yaml":    {params: []string{"yaml"}, need: 1, apply: fromYAML},
	"fromIon": {params: []string{"ion", "allRows"}, need: 1, apply: fromIon},
	"toIon":   {params: []string{"value"}, need: 1, apply: func(c *invocation) (any, error) { return toJSON(c, c.arg(0)) }},

	"isWeekend":        dateFunction(func(t time.Time) any { return isWeekend(t) }),
	"isLastWorkingDay": dateFunction(func(t time.Time) any { return isLastWorkingDay(t) }),
	"isPublicHoliday":  {params: []string{"date", "countryCode", "subDivision"}, need: 2, apply: isPublicHoliday},
	"isDayWeekInMonth": {params: []string{"date", "dayOfWeek", "position"}, need: 3, apply: isDayWeekInMonth},
	"dayOfWeek":        dateFunction(func(t time.Time) any { return strings.ToUpper(t.Weekday().String()) }),
	"dayOfMonth":       dateFunction(func(t time.Time) any { return int64(t.Day()) }),
	"monthOfYear":      dateFunction(func(t time.Time) any { return int64(t.Month()) }),
	"hourOfDay":        dateFunction(func(t time.Time) any { return int64(t.Hour()) }),

	"printContext": {apply: rootNames},
	"fetchContext": {apply: rootNames}, // as Kestra 2 calls it

	"max": {rest: true, apply: func(c *invocation) (any, error) { return extreme(c, 1) }},
	"min": {rest: true, apply: func(c *invocation) (any, error) { return extreme(c, -1) }},
}

// rootNames are the names at the top, not their values.
func rootNames(c *invocation) (any, error) {
	names := slices.Sorted(maps.Keys(c.env.Roots))
	out := make([]any, len(names))
	for i, n := range names {
		out[i] = n
	}
	return out, c.run.items(len(out))
}

// outside are the arguments of the functions that come with [Env.Funcs], as far
// as they are known, so that a wrong name or number is found when a template is
// read. Func gets them as they were written.
//
//nolint:gochecknoglobals // a table, never written
var outside = map[string]builtin{
	"secret":      {params: []string{"key", "namespace", "subkey"}, need: 1},
	"kv":          {params: []string{"key", "namespace", "errorOnMissing"}, need: 1},
	"now":         {params: []string{"format", "timeZone", "existingFormat", "locale"}},
	"appLink":     {params: []string{"appId", "baseUrl"}},
	"env":         {params: []string{"name", "default"}, need: 1},
	"read":        {params: []string{"path", "namespace"}, need: 1},
	"fileURI":     {params: []string{"path", "namespace"}, need: 1},
	"fileSize":    {params: []string{"path", "namespace"}, need: 1},
	"fileExists":  {params: []string{"path", "namespace"}, need: 1},
	"isFileEmpty": {params: []string{"path", "namespace"}, need: 1},
	"randomInt":   {params: []string{"lower", "upper"}, need: 2},
	"nanoId":      {params: []string{"length", "alphabet"}},
	"encrypt":     {params: []string{"key", "plaintext"}, need: 2},
	"decrypt":     {params: []string{"key", "encrypted"}, need: 2},
	"http":        {params: []string{"uri", "method", "query", "body", "contentType", "headers", "options", "accept"}, need: 1},
	"render":      {params: []string{"variable", "recursive"}, need: 1},
	"renderOnce":  {params: []string{"variable"}, need: 1},
}

// callOutside calls a function of the environment. The last arguments have
// names.
func callOutside(r *run, name string, args []any, names []string) (any, error) {
	f := r.env.Funcs.Find(name)
	if f == nil {
		return nil, problemf("there is no function `%s` here", name)
	}
	if err := r.spend(1000); err != nil {
		return nil, err
	}
	in := Args{run: r, List: append([]any{}, args[:len(args)-len(names)]...)}
	if len(names) > 0 {
		in.Named = make(map[string]any, len(names))
		for i, n := range names {
			in.Named[n] = args[len(in.List)+i]
		}
	}
	if name == "now" && in.Len() > 0 {
		return formatNow(r, f, in)
	}
	return guarded(name, f, in)
}

// formatNow writes the time that the environment gives as the filter date would.
func formatNow(r *run, f Func, in Args) (any, error) {
	t, err := guarded("now", f, Args{})
	if err != nil {
		return nil, err
	}
	def := filters["date"]
	c := &invocation{run: r, name: "now", def: &def, in: t}
	for i, p := range def.params {
		v, _ := in.Get(i, p)
		c.args = append(c.args, v)
	}
	return def.use(c)
}

// guarded calls a function of the environment. That it panics is its fault, not
// the end of the engine.
func guarded(name string, f Func, args Args) (v any, err error) {
	defer func() {
		if recover() != nil {
			err = problemf("the function `%s` failed", name)
		}
	}()
	v, err = f(args)
	return tidy(v), err
}

// extreme is the largest or smallest of the arguments, or of one list.
func extreme(c *invocation, sign int) (any, error) {
	values := c.args
	if len(values) == 1 {
		if items, ok := values[0].([]any); ok {
			values = items
		}
	}
	if len(values) == 0 {
		return nil, c.failf("needs at least one value")
	}
	best := values[0]
	for _, v := range values {
		order, err := orderOf(c.run, v, best)
		if err != nil {
			return nil, err
		}
		if order*sign > 0 {
			best = v
		}
	}
	return best, nil
}
