package install

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// CodeLife is how long an install code may be used.
const CodeLife = 15 * time.Minute

// A code is when it ends, something random, and a proof that it was made with
// the server's key.
const (
	codeTime  = 5
	codeNonce = 8
	codeProof = 16
	codeGroup = 6 // characters between two dashes
)

// letters has no character that reads like another.
//
//nolint:gochecknoglobals // a table
var letters = base32.NewEncoding("ABCDEFGHJKMNPQRSTVWXYZ0123456789").WithPadding(base32.NoPadding)

// NewCode makes an install code: whoever types it on the install page within
// [CodeLife] may let one workspace install the app. The key is the server's.
func NewCode(key []byte, now time.Time) (string, error) {
	if len(key) != KeySize {
		return "", fmt.Errorf("the key has %d bytes, want %d", len(key), KeySize)
	}
	raw := make([]byte, codeTime+codeNonce, codeTime+codeNonce+codeProof)
	if _, err := rand.Read(raw[codeTime:]); err != nil {
		return "", fmt.Errorf("make an install code: %w", err)
	}
	putTime(raw, now.Add(CodeLife))
	raw = append(raw, proof(key, raw)...)
	return grouped(letters.EncodeToString(raw)), nil
}

// readCode says whether a code is good now, and names it for ever.
func readCode(key []byte, code string, now time.Time) (name string, ok bool) {
	bare := strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToUpper(strings.TrimSpace(code)))
	if len(code) > 200 {
		return "", false
	}
	raw, err := letters.DecodeString(bare)
	if err != nil || len(raw) != codeTime+codeNonce+codeProof {
		return "", false
	}
	claim, given := raw[:codeTime+codeNonce], raw[codeTime+codeNonce:]
	end := time.Unix(int64(getTime(claim)), 0) //nolint:gosec // five bytes fit
	if !hmac.Equal(proof(key, claim), given) || !now.Before(end) {
		return "", false
	}
	sum := sha256.Sum256(claim)
	return hex.EncodeToString(sum[:]), true
}

func proof(key, claim []byte) []byte {
	mac := hmac.New(sha256.New, derive(key, "codes"))
	mac.Write(claim)
	return mac.Sum(nil)[:codeProof]
}

func putTime(raw []byte, at time.Time) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(max(0, at.Unix())))
	copy(raw, b[8-codeTime:])
}

func getTime(raw []byte) uint64 {
	var b [8]byte
	copy(b[8-codeTime:], raw[:codeTime])
	return binary.BigEndian.Uint64(b[:])
}

func grouped(s string) string {
	var parts []string
	for len(s) > codeGroup {
		parts, s = append(parts, s[:codeGroup]), s[codeGroup:]
	}
	return strings.Join(append(parts, s), "-")
}
