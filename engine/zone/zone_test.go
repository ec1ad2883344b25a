package zone

import (
	"archive/zip"
	"strings"
	"testing"
	"time"
)

// Every zone of the archive can be read, and is what the archive holds by that
// name: an independent reader of the archive says so.
func TestEveryZoneLoads(t *testing.T) {
	t.Parallel()
	r, err := zip.NewReader(strings.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range r.File {
		if f.FileInfo().IsDir() {
			continue
		}
		n++
		loc, err := Load(f.Name)
		if err != nil {
			t.Errorf("Load(%q) = %v", f.Name, err)
			continue
		}
		if data, ok := find(archive, f.Name); f.Name != "UTC" && f.Name != "GMT" && (!ok || uint64(len(data)) != f.UncompressedSize64 || loc.String() != f.Name) {
			t.Errorf("Load(%q) = %v from %d bytes, want %d", f.Name, loc, len(data), f.UncompressedSize64)
		}
	}
	if n < 400 {
		t.Errorf("the archive has %d zones", n)
	}
}

func TestLoadKnowsTheRules(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Europe/Berlin":    "2026-07-01T14:00:00+02:00",
		"America/New_York": "2026-07-01T08:00:00-04:00",
		"Asia/Kathmandu":   "2026-07-01T17:45:00+05:45",
		"":                 "2026-07-01T12:00:00Z",
		"Z":                "2026-07-01T12:00:00Z",
		"+02:00":           "2026-07-01T14:00:00+02:00",
		"UTC+2":            "2026-07-01T14:00:00+02:00",
		"GMT-03:30":        "2026-07-01T08:30:00-03:30",
		"-0930":            "2026-07-01T02:30:00-09:30",
	} {
		loc, err := Load(name)
		if err != nil {
			t.Errorf("Load(%q) = %v", name, err)
			continue
		}
		if got := time.Unix(1782907200, 0).In(loc).Format(time.RFC3339); got != want {
			t.Errorf("noon in %q = %s, want %s", name, got, want)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"Local", "Europe/Berln", "europe/berlin", "Europe", "Europe/", "../../etc/passwd", "+", "+1:5", "+19:00", "+02:60", "UTC+", "+-2", "UTCGMT+x", "CEST ", strings.Repeat("x", 1<<20),
	} {
		if loc, err := Load(name); err == nil {
			t.Errorf("Load(%.20q) = %v, want an error", name, loc)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load("Pacific/Chatham"); err != nil {
			b.Fatal(err)
		}
	}
}
