package task

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
	"unicode/utf16"
)

// forms returns s as the encodings write it in which a secret commonly comes
// back: raw, JSON, URL, HTML, shell, hex, and base64 at the three places where
// it can stand in a longer text.
func forms(s string) []string {
	out := []string{s, strings.ToUpper(s), strings.ToLower(s)}
	out = append(out, jsonForms(s)...)
	out = append(out, urlForms(s)...)
	out = append(out, html.EscapeString(s), strings.ReplaceAll(s, "'", `'\''`))
	out = append(out, hex.EncodeToString([]byte(s)), strings.ToUpper(hex.EncodeToString([]byte(s))))
	return append(out, base64Forms(s)...)
}

// jsonForms are the ways in which encoders differ: Go escapes <, > and &, PHP
// the slash, Python and PHP all that is not ASCII.
func jsonForms(s string) []string {
	var plain strings.Builder
	enc := json.NewEncoder(&plain)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return nil // cannot be: a string always encodes
	}
	body := strings.TrimSuffix(plain.String(), "\n")
	body = body[1 : len(body)-1]
	var out []string
	for _, form := range []string{body, forHTML(body)} {
		for _, form := range []string{form, strings.ReplaceAll(form, "/", `\/`)} {
			out = append(out, form, asciiJSON(form))
		}
	}
	return out
}

func forHTML(s string) string {
	return strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`).Replace(s)
}

func asciiJSON(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 0x80 {
			b.WriteRune(r)
			continue
		}
		for _, u := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, u)
		}
	}
	return b.String()
}

func urlForms(s string) []string {
	query, path := url.QueryEscape(s), url.PathEscape(s)
	spaced := strings.ReplaceAll(query, "+", "%20")
	return []string{
		query, path, spaced,
		lowerEscapes(query), lowerEscapes(path), lowerEscapes(spaced),
	}
}

// lowerEscapes writes %2F as %2f.
func lowerEscapes(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:i+3], strings.ToLower(s[i+1:i+3]))
		}
	}
	return string(b)
}

// base64Forms are the characters that s alone decides when it is encoded as
// part of something longer, as a password is in Basic authentication.
func base64Forms(s string) []string {
	var out []string
	for before := range 3 {
		padded := append(make([]byte, before), s...)
		first, end := (before*8+5)/6, len(padded)*8/6
		for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
			form := enc.EncodeToString(padded)[first:end]
			out = append(out, form, url.QueryEscape(form))
		}
	}
	return out
}
