package expr

import "testing"

var typical = map[string]string{
	"path":     "{{ inputs.employee }}",
	"compare":  "{{ o.n == 5 }}",
	"ternary":  "{{ o.approved ? 'APPROVED' : 'REJECTED' }}",
	"coalesce": "{{ o.missing ?? 'nobody' }}",
	"filters":  "{{ list | sort | join(', ') | upper }}",
	"sentence": "Vacation for {{ inputs.employee }}: {{ inputs.days }} days, {{ o.approved ? 'APPROVED' : 'REJECTED' }}",
	"literal":  "no expression at all",
	"zone":     "{{ '2026-01-31T12:00:00Z' | date('iso', 'Europe/Paris') }}",
	"jq":       "{{ people | jq('.[] | .name') | first }}",
	"for_3":    "{% for x in list %}- {{ x }}\n{% endfor %}",
	"for_1000": "{% for x in 1..1000 %}{% if x > 500 %}{{ loop.index }}: {{ inputs.employee }} {{ x ~ '!' }}\n{% endif %}{% endfor %}",
}

func BenchmarkParse(b *testing.B) {
	for name, src := range typical {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(src); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkEval leaves out the making of machine code, which is once.
func BenchmarkEval(b *testing.B) {
	env := sample()
	for name, src := range typical {
		b.Run(name, func(b *testing.B) {
			tmpl := parse(b, src)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := tmpl.Eval(env); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkFirst is the first evaluation of a template, machine code included.
func BenchmarkFirst(b *testing.B) {
	env := sample()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := parse(b, typical["sentence"]).Eval(env); err != nil {
			b.Fatal(err)
		}
	}
}
