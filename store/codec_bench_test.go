package store

import (
	"testing"

	"signoff/engine"
)

// BenchmarkCodec measures the way of an execution out of a record and into one.
func BenchmarkCodec(b *testing.B) {
	x := full[engine.Execution]()
	x.Runs = x.Runs[:1]
	rec := encode(b, x, owedOf(x.ID)...)
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			decode(b, x.ID, rec)
		}
	})
	b.Run("encode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			encode(b, x)
		}
	})
	b.Run("pack", func(b *testing.B) {
		text := []byte(dictionary + dictionary)
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			pack(nil, text)
		}
	})
}
