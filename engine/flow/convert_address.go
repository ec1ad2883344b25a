package flow

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// toEmail accepts what mail is sent to every day: one @, no blanks, a domain of
// labels. A domain without a dot is one of an internal network.
func toEmail(raw any) (any, string) {
	const wrong = "must be a mail address such as dana@example.com"
	text, ok := raw.(string)
	if !ok {
		return nil, wrong
	}
	text = strings.TrimSpace(text)
	at := strings.LastIndexByte(text, '@')
	if at < 1 || at > 64 || len(text) > 254 {
		return nil, wrong
	}
	local, domain := text[:at], text[at+1:]
	if strings.ContainsAny(local, "@\"(),:;<>[\\]") || strings.ContainsFunc(text, unicode.IsSpace) ||
		strings.HasPrefix(local, ".") || strings.HasSuffix(local, ".") || strings.Contains(local, "..") || !isDomain(domain) {
		return nil, wrong
	}
	return text, ""
}

func isDomain(domain string) bool {
	return !slices.ContainsFunc(strings.Split(domain, "."), func(label string) bool {
		return label == "" || len(label) > 63 || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") ||
			strings.ContainsFunc(label, func(r rune) bool {
				return r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
			})
	})
}

// toURI accepts every scheme; whoever follows it must choose.
func toURI(raw any) (any, string) {
	const wrong = "must be an address with its scheme such as https://example.com/page"
	text, ok := raw.(string)
	if !ok {
		return nil, wrong
	}
	text = strings.TrimSpace(text)
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" || u.Host == "" && u.Opaque == "" && u.Path == "" || strings.ContainsFunc(text, unicode.IsSpace) {
		return nil, wrong
	}
	return text, ""
}

// FileScheme is how the address of every kept file begins. Its owner, a name
// that nobody can guess, and its own name follow.
const FileScheme = "signoff:///"

// toFile accepts the address of a kept file. Whether it is there, and what is
// in it, is looked at where files are kept.
func toFile(f Field, raw any) (any, string) {
	text, ok := raw.(string)
	if !ok {
		return nil, "must be a file that was uploaded"
	}
	text = strings.TrimSpace(text)
	rest, ok := strings.CutPrefix(text, FileScheme)
	parts := strings.Split(rest, "/")
	if !ok || len(parts) != 3 || slices.Contains(parts, "") || strings.ContainsAny(rest, "?#\n ") {
		return nil, "must be a file that was uploaded, with an address that begins with " + FileScheme
	}
	return text, FileName(f, parts[2])
}

// FileName says why a file with this name does not fit the field, or "".
func FileName(f Field, name string) string {
	lower := strings.ToLower(name)
	if len(f.Extensions) == 0 || slices.ContainsFunc(f.Extensions, func(ending string) bool { return strings.HasSuffix(lower, ending) }) {
		return ""
	}
	return "must be a file whose name ends with " + orList(f.Extensions)
}
