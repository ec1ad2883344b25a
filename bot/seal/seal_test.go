package seal_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"signoff/bot/seal"
	"signoff/engine/flow"
)

func box(t *testing.T, key string) *seal.Box {
	t.Helper()
	b, err := seal.New(key)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSealOpens(t *testing.T) {
	t.Parallel()
	key, err := seal.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b := box(t, key)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		sealed, err := b.Seal(text)
		if err != nil || !flow.Sealed(sealed) {
			t.Fatalf("Seal = %q, %v", sealed, err)
		}
		if len(text) > 3 && strings.Contains(sealed, text) {
			t.Fatalf("%q stands in %q", text, sealed)
		}
		if got, err := b.Unseal(sealed); err != nil || got != text {
			t.Fatalf("Unseal(Seal(%q)) = %q, %v", text, got, err)
		}
	})
}

func TestUnsealRefuses(t *testing.T) {
	t.Parallel()
	b := box(t, "a key that is long enough")
	sealed, err := b.Seal("hunter2")
	if err != nil {
		t.Fatal(err)
	}
	other, err := box(t, "another key that is long enough").Seal("hunter2")
	if err != nil {
		t.Fatal(err)
	}
	changed := []byte(sealed)
	changed[len(changed)-2] ^= 1
	for name, text := range map[string]string{
		"clear": "hunter2", "empty": "", "prefix_only": flow.SealedPrefix, "no_base64": flow.SealedPrefix + "!!",
		"short": flow.SealedPrefix + "AAAA", "changed": string(changed), "other_key": other, "without_prefix": strings.TrimPrefix(sealed, flow.SealedPrefix),
	} {
		if got, err := b.Unseal(text); !errors.Is(err, seal.ErrSealed) || got != "" {
			t.Errorf("%s: Unseal = %q, %v, want ErrSealed", name, got, err)
		}
	}
}

// The same text sealed twice does not show that it is the same.
func TestSealDiffers(t *testing.T) {
	t.Parallel()
	b := box(t, "a key that is long enough")
	one, _ := b.Seal("x")
	two, _ := b.Seal("x")
	if one == two {
		t.Error("two seals of one text are equal")
	}
}

func TestNewRefusesShortKeys(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"", "short", "fifteen letters"} {
		_, err := seal.New(key)
		if err == nil || key != "" && strings.Contains(err.Error(), key) {
			t.Errorf("New(%q) = %v, want an error that does not repeat it", key, err)
		}
	}
}

func TestDeriveTellsPurposesAndKeysApart(t *testing.T) {
	t.Parallel()
	a, b := box(t, "a key that is long enough"), box(t, "another key that is long enough")
	seen := map[string]bool{}
	for _, key := range [][]byte{a.Derive("x"), a.Derive("y"), b.Derive("x"), b.Derive("y")} {
		if len(key) != seal.KeySize || seen[string(key)] {
			t.Errorf("a derived key has %d bytes, or stands for two purposes", len(key))
		}
		seen[string(key)] = true
	}
	if again := box(t, "a key that is long enough"); !bytes.Equal(again.Derive("x"), a.Derive("x")) {
		t.Error("the same key and purpose give another key after a restart")
	}
}
