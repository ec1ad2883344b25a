package task_test

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"signoff/bot/task"
	"signoff/engine/flow"
)

const cryptKey = "MDEyMzQ1Njc4OWFiY2RlZg=="

// What is decrypted is a secret: it is sent, and masked in all that is kept.
func TestDecryptIsSentAndMasked(t *testing.T) {
	t.Parallel()
	sealed, err := task.Encrypt(cryptKey, "correct horse", [12]byte{7})
	if err != nil {
		t.Fatal(err)
	}
	f := echoes(t)
	b := newBench(t, func(c *task.Config) { c.Secrets = secrets{"KEY": cryptKey} }, f)
	spec := &flow.HTTPRequest{
		URI: template(t, f.URL), Method: template(t, "POST"), ContentType: template(t, "text/plain"),
		Body: bodyValue(t, "{{ decrypt(secret('KEY'), inputs.sealed) | length }} {{ decrypt(key=secret('KEY'), encrypted=inputs.sealed) }}"),
	}
	got := b.Run(t.Context(), call(spec, map[string]any{"sealed": sealed}))
	if succeeds(t, got); got.Outputs["body"] != "13 ******" {
		t.Errorf("kept is %v", got.Outputs["body"])
	}
}

// A text is never encrypted twice in the same way, and opens with its key.
func TestEncryptDrawsAtRandom(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *task.Config) { c.Secrets = secrets{"KEY": cryptKey} })
	spec := &flow.OutputValues{Values: pairs(t, "a", "{{ encrypt(secret('KEY'), 'grün') }}", "b", "{{ encrypt(key=secret('KEY'), plaintext='grün') }}")}
	got := b.Run(t.Context(), call(spec, nil))
	succeeds(t, got)
	values, _ := got.Outputs["values"].(map[string]any)
	if values["a"] == values["b"] {
		t.Errorf("both are %v", values["a"])
	}
	for name, v := range values {
		if plain, err := task.Decrypt(cryptKey, fmt.Sprint(v)); plain != "grün" || err != nil {
			t.Errorf("%s opens as %q, %v", name, plain, err)
		}
	}
}

func TestCryptProblemsTellNoSecret(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *task.Config) { c.Secrets = secrets{"BAD": "not-a-key-at-all", "KEY": cryptKey} })
	for expression, want := range map[string]string{
		"{{ encrypt(secret('BAD'), 'x') }}":        "16, 24 or 32 bytes in base64",
		"{{ decrypt(secret('KEY'), 'not this') }}": "is not what this key encrypted",
		"{{ encrypt(secret('KEY'), 7) }}":          "needs a key and a text",
		"{{ decrypt(null, 'x') }}":                 "needs a key and a text",
	} {
		got := b.Run(t.Context(), call(&flow.Return{Format: value(t, expression)}, nil))
		fails(t, got, want)
		if strings.Contains(got.Problem, "not-a-key") || strings.Contains(got.Problem, "not this") {
			t.Errorf("%s: the problem is %s", expression, got.Problem)
		}
	}
}

// The vectors are test cases 2, 8 and 14 of the paper that defines GCM: a key, a
// nonce and a block of zeros. Kestra writes nonce, ciphertext and tag in this order.
func TestCryptKnownVectors(t *testing.T) {
	t.Parallel()
	zeros := strings.Repeat("\x00", 16)
	for size, out := range map[int]string{
		16: "0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf",
		24: "98e7247c07f0fe411c267e4384b0f6002ff58d80033927ab8ef4d4587514f0fb",
		32: "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
	} {
		raw, err := hex.DecodeString(strings.Repeat("00", 12) + out)
		if err != nil {
			t.Fatal(err)
		}
		key, want := base64.StdEncoding.EncodeToString(make([]byte, size)), base64.StdEncoding.EncodeToString(raw)
		if got, err := task.Encrypt(key, zeros, [12]byte{}); err != nil || got != want {
			t.Errorf("encrypt with %d bytes = %s, %v, want %s", size, got, err, want)
		}
		if back, err := task.Decrypt(key, want); err != nil || back != zeros {
			t.Errorf("decrypt with %d bytes = %q, %v", size, back, err)
		}
	}
}

func TestDecryptRefuses(t *testing.T) {
	t.Parallel()
	good, err := task.Encrypt(cryptKey, "grün", [12]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	binary, err := task.Encrypt(cryptKey, "\xff", [12]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	changed, err := base64.StdEncoding.DecodeString(good)
	if err != nil {
		t.Fatal(err)
	}
	changed[len(changed)-1] ^= 1
	for name, c := range map[string]struct {
		key, text string
		want      error
	}{
		"changed":      {cryptKey, base64.StdEncoding.EncodeToString(changed), task.ErrCipherText},
		"other_key":    {base64.StdEncoding.EncodeToString([]byte("fedcba9876543210")), good, task.ErrCipherText},
		"no_base64":    {cryptKey, "%", task.ErrCipherText},
		"empty":        {cryptKey, "", task.ErrCipherText},
		"nonce_alone":  {cryptKey, base64.StdEncoding.EncodeToString(make([]byte, 12)), task.ErrCipherText},
		"no_text":      {cryptKey, binary, task.ErrCipherText},
		"short_key":    {"AAAA", good, task.ErrCipherKey},
		"key_as_it_is": {"hello, world!", good, task.ErrCipherKey},
		"no_key":       {"", good, task.ErrCipherKey},
	} {
		if got, err := task.Decrypt(c.key, c.text); !errors.Is(err, c.want) {
			t.Errorf("%s: decrypt = %q, %v, want %v", name, got, err, c.want)
		}
	}
}
