package wire

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	slackapi "github.com/slack-go/slack"
	"pgregory.net/rapid"
)

// The example of Slack's documentation.
const (
	docsSecret    = "8f742231b10e8888abcd99yyyzzz85a5"
	docsStamp     = "1531420618"
	docsSignature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
	docsBody      = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V" +
		"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=" +
		"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN" +
		"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)

func signedHeader(stamp, signature string) http.Header {
	return http.Header{headerTimestamp: {stamp}, headerSignature: {signature}}
}

func TestVerifyKnownAnswer(t *testing.T) {
	t.Parallel()
	v := NewVerifier([]string{docsSecret}, func() time.Time { return time.Unix(1531420618, 0) })
	if _, err := v.Verify(signedHeader(docsStamp, docsSignature), []byte(docsBody)); err != nil {
		t.Errorf("verify(the example of the documentation) = %v", err)
	}
	if _, err := v.Verify(signedHeader(docsStamp, docsSignature), []byte(docsBody+"x")); !errors.Is(err, errForged) {
		t.Errorf("verify(a changed body) = %v, want errForged", err)
	}
}

// TestVerifyAgreesWithSlackGo signs at random and asks both.
func TestVerifyAgreesWithSlackGo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringMatching(`[0-9a-f]{32}`).Draw(t, "secret")
		body := rapid.SliceOf(rapid.Byte()).Draw(t, "body")
		offset := rapid.IntRange(-280, 280).Draw(t, "offset")
		stamp := strconv.FormatInt(time.Now().Add(time.Duration(offset)*time.Second).Unix(), 10)
		signature := "v0=" + hex.EncodeToString(sum([]byte(secret), stamp, body))
		if rapid.Bool().Draw(t, "spoil") {
			i := rapid.IntRange(3, len(signature)-1).Draw(t, "at")
			signature = signature[:i] + string("0123456789abcdef"[rapid.IntRange(0, 15).Draw(t, "digit")]) + signature[i+1:]
		}
		h := signedHeader(stamp, signature)
		_, ours := NewVerifier([]string{secret}, time.Now).Verify(h, body)
		theirs, err := slackapi.NewSecretsVerifier(h, secret)
		if err == nil {
			_, _ = theirs.Write(body)
			err = theirs.Ensure()
		}
		if (ours == nil) != (err == nil) {
			t.Fatalf("ours: %v, slack-go: %v", ours, err)
		}
	})
}

// FuzzVerify: nothing that was not made with the secret is taken, and no error
// tells what the right signature would be.
func FuzzVerify(f *testing.F) {
	f.Add(docsStamp, docsSignature, []byte(docsBody))
	f.Add("0", "v0=", []byte{})
	f.Add("99999999999999999999", "v0="+strings.Repeat("0", 64), []byte("payload=1"))
	secret := rand.Text()
	v := NewVerifier([]string{secret}, func() time.Time { return time.Unix(1531420618, 0) })
	f.Fuzz(func(t *testing.T, stamp, signature string, body []byte) {
		once, err := v.Verify(signedHeader(stamp, signature), body)
		if err == nil || once != "" {
			t.Fatalf("verify(%q, %q) accepted", stamp, signature)
		}
		if err.Error() != errForged.Error() {
			t.Fatalf("verify(%q, %q) = %v, want nothing but %v", stamp, signature, err, errForged)
		}
	})
}
