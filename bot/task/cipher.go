package task

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"errors"
	"unicode/utf8"
)

// nonceSize is how many random bytes encrypt needs.
const nonceSize = 12

var (
	errCipherKey  = errors.New("the key must be 16, 24 or 32 bytes in base64")
	errCipherText = errors.New("the text is not what this key encrypted, or it was changed")
)

// encrypt writes a text as Kestra does: AES in Galois/Counter Mode, base64 of the
// nonce, the ciphertext and its tag. The key is base64. A nonce must never be used
// twice with a key. The errors hold neither key nor text.
func encrypt(key, text string, nonce [nonceSize]byte) (string, error) {
	aead, err := cipherOf(key)
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(aead.Seal(nonce[:], nonce[:], []byte(text), nil)), nil
}

// decrypt reads what encrypt or Kestra wrote.
func decrypt(key, text string) (string, error) {
	aead, err := cipherOf(key)
	if err != nil {
		return "", err
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(raw) < nonceSize {
		return "", errCipherText
	}
	plain, err := aead.Open(nil, raw[:nonceSize], raw[nonceSize:], nil)
	if err != nil || !utf8.Valid(plain) {
		return "", errCipherText
	}
	return string(plain), nil
}

func cipherOf(key string) (cipher.AEAD, error) {
	raw, err := base64.StdEncoding.DecodeString(key)
	if err != nil {
		return nil, errCipherKey
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, errCipherKey
	}
	return cipher.NewGCM(block)
}
