package config

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
)

// redacted is all that a secret ever prints.
const redacted = "[redacted]"

// Secret is a value that must not be printed, logged or encoded.
type Secret struct{ value string }

// NewSecret wraps a value.
func NewSecret(value string) Secret { return Secret{value} }

// Reveal returns the value, for the one place that sends it.
func (s Secret) Reveal() string { return s.value }

// String never says the value.
func (Secret) String() string { return redacted }

// Format never says the value, whatever the verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// LogValue never says the value.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText never says the value; JSON and YAML use it.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// SecretRef says where a secret is kept. The zero value names no place.
type SecretRef struct {
	File string
	Env  string
}

// IsZero reports whether no place is named.
func (r SecretRef) IsZero() bool { return r == SecretRef{} }

func (r SecretRef) String() string {
	if r.File != "" {
		return "the file " + r.File
	}
	return "the environment variable " + r.Env
}

// maxSecret bounds a secret's file.
const maxSecret = 16 << 10

// Read fetches the secret. The error names the place and never the content.
func (r SecretRef) Read(getenv func(string) string) (Secret, error) {
	var text string
	switch {
	case r.File != "":
		raw, err := os.ReadFile(r.File)
		if err != nil {
			return Secret{}, fmt.Errorf("read a secret: %w", err)
		}
		if len(raw) > maxSecret {
			return Secret{}, fmt.Errorf("%s is too large to hold a secret", r)
		}
		text = strings.TrimSpace(string(raw))
	case r.Env != "":
		text = strings.TrimSpace(getenv(r.Env))
	default:
		return Secret{}, errors.New("no place is named for the secret")
	}
	if text == "" {
		return Secret{}, fmt.Errorf("%s is empty", r)
	}
	return Secret{text}, nil
}
