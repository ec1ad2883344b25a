package store

import "testing"

// BenchmarkCodec measures the way of an execution out of a record and into one,
// and that of lines into one.
func BenchmarkCodec(b *testing.B) {
	x := decided()
	rec := encode(b, x)
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			r, err := UnsealExecution(x.ID, rec)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := r.Decode(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			encode(b, x)
		}
		b.ReportMetric(float64(len(rec)), "bytes")
	})
	b.Run("lines", func(b *testing.B) {
		all := lines(b, 3)
		b.ReportAllocs()
		for b.Loop() {
			SealLines(all, true)
		}
		b.ReportMetric(float64(len(SealLines(all, true))), "bytes")
	})
}
