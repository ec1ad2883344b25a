package expr

import "testing"

var typical = map[string]string{
	"path":     "{{ inputs.employee }}",
	"compare":  "{{ o.n == 5 }}",
	"coalesce": "{{ o.missing ?? 'nobody' }}",
	"filters":  "{{ list | sort | join(', ') | upper }}",
	"sentence": "Vacation for {{ inputs.employee }}: {{ inputs.days }} days, {{ o.approved ? 'APPROVED' : 'REJECTED' }}",
	"literal":  "no expression at all",
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
