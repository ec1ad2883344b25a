// Package seal keeps the answers to SECRET inputs unreadable for everybody but
// this process: AES-256-GCM under one key from the configuration.
//
// A sealed text says nothing of its content but its length. One that was
// changed, or sealed under another key, is refused. Who can read the key and the
// store can read the secrets.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"signoff/engine/flow"
)

// KeySize is the length of a key in bytes.
const KeySize = 32

// minPassphrase is the shortest text that counts as a key.
const minPassphrase = 16

// ErrSealed says that a text was not sealed under this key, or was changed.
var ErrSealed = errors.New("not sealed under this key")

// Box seals and opens. It is safe for concurrent use.
type Box struct {
	aead cipher.AEAD
	raw  []byte
}

// New makes a Box of a key: 32 bytes in base64, or any text of at least 16
// characters. The error does not repeat it.
func New(key string) (*Box, error) {
	key = strings.TrimSpace(key)
	raw, err := base64.StdEncoding.DecodeString(key)
	if err != nil || len(raw) != KeySize {
		if len(key) < minPassphrase {
			return nil, fmt.Errorf("the key must be %d bytes in base64, or a text of at least %d characters", KeySize, minPassphrase)
		}
		sum := sha256.Sum256([]byte("signoff secret key v1\x00" + key))
		raw = sum[:]
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, errors.New("the key cannot be used")
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, errors.New("the key cannot be used")
	}
	return &Box{aead: aead, raw: raw}, nil
}

// Derive makes a key of [KeySize] bytes for one other purpose, so that nothing
// sealed for one can be taken for what was sealed for another.
func (b *Box) Derive(purpose string) []byte {
	mac := hmac.New(sha256.New, b.raw)
	mac.Write([]byte("signoff derived key v1\x00" + purpose))
	return mac.Sum(nil)
}

// NewKey makes a key, in base64.
func NewKey(random io.Reader) (string, error) {
	raw := make([]byte, KeySize)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", fmt.Errorf("make a key: %w", err)
	}
	return base64.StdEncoding.EncodeToString(raw), nil
}

// bound ties a sealed text to what it is, so that no other use of the key could
// be taken for it.
func bound() []byte { return []byte(flow.SealedPrefix) }

// Seal returns the text sealed, each time differently.
func (b *Box) Seal(text string) (string, error) {
	nonce := make([]byte, b.aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", fmt.Errorf("seal: %w", err)
	}
	sealed := b.aead.Seal(nonce, nonce, []byte(text), bound())
	return flow.SealedPrefix + base64.RawURLEncoding.EncodeToString(sealed), nil
}

// Unseal returns what was sealed, or [ErrSealed].
func (b *Box) Unseal(sealed string) (string, error) {
	encoded, ok := strings.CutPrefix(sealed, flow.SealedPrefix)
	raw, err := base64.RawURLEncoding.DecodeString(encoded)
	if !ok || err != nil || len(raw) < b.aead.NonceSize() {
		return "", ErrSealed
	}
	n := b.aead.NonceSize()
	text, err := b.aead.Open(nil, raw[:n], raw[n:], bound())
	if err != nil {
		return "", ErrSealed
	}
	return string(text), nil
}
