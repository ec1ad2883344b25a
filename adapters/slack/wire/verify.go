package wire

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	headerTimestamp = "X-Slack-Request-Timestamp"
	headerSignature = "X-Slack-Signature"

	// window is how far a timestamp may lie from our clock, either way.
	window = 300 * time.Second
)

// errForged is the one answer to whatever is wrong with a signature, so that
// nobody learns what was.
var errForged = errors.New("not signed by Slack")

// Verifier checks that a request was signed by Slack with one of our secrets.
type Verifier struct {
	secrets [][]byte
	now     func() time.Time
}

// NewVerifier takes the app's signing secrets, more than one while they are being
// changed, and the clock.
func NewVerifier(secrets []string, now func() time.Time) Verifier {
	v := Verifier{now: now}
	for _, s := range secrets {
		v.secrets = append(v.secrets, []byte(s))
	}
	return v
}

// Verify checks the raw body against the headers. It returns a name for this
// very request: a repetition of it has the same one.
func (v Verifier) Verify(h http.Header, body []byte) (once string, err error) {
	stamps, signatures := h.Values(headerTimestamp), h.Values(headerSignature)
	if len(stamps) != 1 || len(signatures) != 1 {
		return "", errForged
	}
	stamp, signature := stamps[0], signatures[0]
	given, ok := parseSignature(signature)
	if !ok || !v.recent(stamp) || !v.match(stamp, body, given) {
		return "", errForged
	}
	name := sha256.Sum256([]byte(stamp + signature))
	return hex.EncodeToString(name[:]), nil
}

// match compares with every secret, in a time that does not depend on which
// one fits.
func (v Verifier) match(stamp string, body, given []byte) bool {
	fits := false
	for _, secret := range v.secrets {
		if hmac.Equal(sum(secret, stamp, body), given) {
			fits = true
		}
	}
	return fits
}

func sum(secret []byte, stamp string, body []byte) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("v0:" + stamp + ":"))
	mac.Write(body)
	return mac.Sum(nil)
}

// recent reads one to ten digits and nothing else, so that no sign, space or
// overflow has a meaning.
func (v Verifier) recent(stamp string) bool {
	if len(stamp) < 1 || len(stamp) > 10 || strings.Trim(stamp, "0123456789") != "" {
		return false
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return false
	}
	return v.now().Sub(time.Unix(seconds, 0)).Abs() <= window
}

// parseSignature reads "v0=" and 64 hexadecimal digits in lower case: one
// spelling only, or a repetition could go by another name.
func parseSignature(s string) ([]byte, bool) {
	digits, ok := strings.CutPrefix(s, "v0=")
	if !ok || len(digits) != 2*sha256.Size || strings.Trim(digits, "0123456789abcdef") != "" {
		return nil, false
	}
	b, err := hex.DecodeString(digits)
	return b, err == nil
}
