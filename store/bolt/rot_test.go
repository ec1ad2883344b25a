package bolt

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signoff/engine"
	"signoff/store"
)

// readFiles reads the files in a folder one after the other and prints what came
// of each.
func readFiles() {
	names, err := filepath.Glob(filepath.Join(os.Getenv(childPath), "*.db"))
	if err != nil {
		os.Exit(1)
	}
	for _, name := range names {
		fmt.Println("begin", name)
		fmt.Println("end", readFile(name))
	}
}

func readFile(path string) string {
	s, err := Open(path, Options{})
	if err != nil {
		return "error " + strings.ReplaceAll(err.Error(), "\n", " ")
	}
	defer s.Close()
	sum, err := contents(s)
	if err != nil {
		return "error " + err.Error()
	}
	return "sum " + sum
}

// contents is a hash over everything that can be read.
func contents(s *Store) (string, error) {
	ctx := context.Background()
	executions, err := s.Executions(ctx, store.Query{Limit: math.MaxInt})
	if err != nil {
		return "", err
	}
	values, err := s.KV(ctx, "hr")
	if err != nil {
		return "", err
	}
	lines, head, err := s.Audit(ctx, 1, math.MaxInt)
	if err != nil {
		return "", err
	}
	all := []any{executions, values, lines, head}
	for _, x := range executions {
		got, err := s.Execution(ctx, x.ID)
		if err != nil {
			return "", err
		}
		all = append(all, got)
	}
	for rev := range 120 {
		f, err := s.Flow(ctx, engine.FlowRef{Namespace: "hr", ID: "vacation", Revision: rev + 1})
		if err != nil {
			return "", err
		}
		f.Saved = f.Saved.UTC()
		all = append(all, f)
	}
	claims, _, err := s.Claim(ctx, 0, math.MaxInt)
	if err != nil {
		return "", err
	}
	for _, c := range claims {
		all = append(all, c.Effect)
	}
	b, err := json.Marshal(all)
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), err
}

// TestRotIsNeverBelieved flips bits all over a live file. Each file is opened
// and read in a child: it may be refused, it may even kill the child, but it may
// not be read as something else.
func TestRotIsNeverBelieved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "sound.db")
	fillFile(t, path)
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := readFile(path)
	if !strings.HasPrefix(want, "sum ") {
		t.Fatalf("the sound file: %s", want)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	n := number(t, flipsWant, 300)
	for i := range n {
		harmed := []byte(string(sound))
		at := rand.IntN(len(sound))
		for unused(sound, at) {
			at = rand.IntN(len(sound))
		}
		switch i {
		case 0, 1: // the heads, which chance would miss
			at = i*pageSize + headAt + 30
		}
		bit := rand.IntN(8)
		harmed[at] ^= 1 << bit
		name := fmt.Sprintf("%06d-byte-%d-bit-%d.db", i, at, bit)
		if err := os.WriteFile(filepath.Join(dir, name), harmed, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	results := readAll(t, dir)
	if len(results) != n {
		t.Errorf("%d files were read, want %d", len(results), n)
	}
	var same, refused, died int
	for name, got := range results {
		switch {
		case got == want:
			same++
		case got == "died":
			died++
		case strings.HasPrefix(got, "error ") && strings.Contains(got, "damaged"):
			refused++
		default:
			t.Errorf("%s: %s", name, got)
		}
	}
	t.Logf("of %d flips: %d harmless, %d refused in words, %d killed the reader", n, same, refused, died)
	if refused == 0 {
		t.Error("no flip was noticed")
	}
}

// unused reports whether a byte is on a page that was never written.
func unused(file []byte, at int) bool {
	page := file[at/pageSize*pageSize:][:pageSize]
	return len(bytes.Trim(page, "\x00")) == 0
}

// readAll lets children read the files of a folder until each was tried.
func readAll(t *testing.T, dir string) map[string]string {
	t.Helper()
	results := make(map[string]string)
	for range 1000 {
		out, err := child(t, "read", dir).Output()
		var name string
		for line := range strings.Lines(string(out)) {
			word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
			switch word {
			case "begin":
				name = rest
				results[name] = "died"
			case "end":
				results[name] = rest
			}
		}
		for name := range results {
			_ = os.Remove(name)
		}
		if err == nil {
			return results
		}
	}
	t.Fatal("the children die again and again")
	return nil
}
