package install

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// KeySize is the length of the key in bytes.
const KeySize = 32

// errOtherKey: the tokens were sealed under another key.
var errOtherKey = errors.New("its tokens were sealed under another secret_key; put the old one back, or install the app there again")

// errSpoilt: what is kept is not what was sealed.
var errSpoilt = errors.New("its tokens were changed where they are kept; install the app there again")

// secrets are the parts of an install that nobody may read.
type secrets struct {
	Token   string `json:"token"`
	Refresh string `json:"refresh,omitempty"`
}

// sealer keeps tokens unreadable: AES-256-GCM, each text bound to its workspace,
// so that none can be put in the place of another's. Beside it stands which key
// it was.
type sealer struct {
	aead cipher.AEAD
	id   string
}

// derive makes a key for one purpose out of the one that was given.
func derive(key []byte, purpose string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("signoff slack install v1\x00" + purpose))
	return mac.Sum(nil)
}

func newSealer(key []byte) (sealer, error) {
	if len(key) != KeySize {
		return sealer{}, fmt.Errorf("the key has %d bytes, want %d", len(key), KeySize)
	}
	block, err := aes.NewCipher(derive(key, "tokens"))
	if err != nil {
		return sealer{}, errors.New("the key cannot be used")
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return sealer{}, errors.New("the key cannot be used")
	}
	return sealer{aead: aead, id: hex.EncodeToString(derive(key, "id")[:4])}, nil
}

func bound(key string) []byte { return []byte("signoff slack token v1\x00" + key) }

// seal returns the secrets of a workspace as a text: the key's id, a dot, and
// what was sealed.
func (s sealer) seal(key string, v secrets) (string, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return "", errors.New("the tokens cannot be sealed")
	}
	nonce := make([]byte, s.aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", fmt.Errorf("seal: %w", err)
	}
	return s.id + "." + base64.RawURLEncoding.EncodeToString(s.aead.Seal(nonce, nonce, raw, bound(key))), nil
}

// open returns what was sealed for this workspace.
func (s sealer) open(key, sealed string) (secrets, error) {
	id, encoded, _ := strings.Cut(sealed, ".")
	raw, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil || len(raw) < s.aead.NonceSize() {
		return secrets{}, errSpoilt
	}
	if id != s.id {
		return secrets{}, errOtherKey
	}
	n := s.aead.NonceSize()
	plain, err := s.aead.Open(nil, raw[:n], raw[n:], bound(key))
	var v secrets
	if err != nil || json.Unmarshal(plain, &v) != nil {
		return secrets{}, errSpoilt
	}
	return v, nil
}
