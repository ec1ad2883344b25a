package expr

import (
	"crypto/md5"  //nolint:gosec // a checksum that flows ask for by name
	"crypto/sha1" //nolint:gosec // a checksum that flows ask for by name
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"unicode/utf8"
)

func urlEncode(s string) string { return url.QueryEscape(s) }

func base64Encode(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func sha256Hex(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func sha512Hex(s string) string {
	sum := sha512.Sum512([]byte(s))
	return hex.EncodeToString(sum[:])
}

func sha1Hex(s string) string {
	sum := sha1.Sum([]byte(s)) //nolint:gosec // a checksum that flows ask for by name
	return hex.EncodeToString(sum[:])
}

func md5Hex(s string) string {
	sum := md5.Sum([]byte(s)) //nolint:gosec // a checksum that flows ask for by name
	return hex.EncodeToString(sum[:])
}

// decoder makes a filter of a decoding that may fail.
func decoder(decode func(string) (string, bool)) func(c *invocation) (any, error) {
	return func(c *invocation) (any, error) {
		s, err := c.input()
		if err != nil {
			return nil, err
		}
		if err := c.room(2 * len(s)); err != nil {
			return nil, err
		}
		out, ok := decode(s)
		if !ok {
			return nil, c.failf("cannot decode this text")
		}
		return out, nil
	}
}

func urlDecode(s string) (string, bool) {
	out, err := url.QueryUnescape(s)
	return out, err == nil && utf8.ValidString(out)
}

func base64Decode(s string) (string, bool) {
	out, err := base64.StdEncoding.DecodeString(s)
	return string(out), err == nil && utf8.Valid(out)
}
