package folder

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// place is where a file stands: all of it is made here, and so is safe as a path.
type place struct{ owner, id string }

// scheme begins every URI. What follows is owner, id and, for people, the name.
const scheme = "signoff:///"

const metaSuffix = ".json"

func (p place) data() string { return p.owner + "/" + p.id }
func (p place) meta() string { return p.data() + metaSuffix }

// aside is where a file is written before it stands at name.
func (p place) aside(name string) string {
	return p.owner + "/." + strings.TrimPrefix(name, p.owner+"/") + asideSuffix
}

const asideSuffix = ".new"

func (p place) uri(name string) string {
	return scheme + p.owner + "/" + p.id + "/" + url.PathEscape(name)
}

// parse reads a URI; it reports false for what this package never made.
func parse(uri string) (place, bool) {
	rest, ok := strings.CutPrefix(uri, scheme)
	parts := strings.Split(rest, "/")
	if !ok || len(parts) != 3 || !isOwner(parts[0]) || !isID(parts[1]) {
		return place{}, false
	}
	return place{owner: parts[0], id: parts[1]}, true
}

// maxOwner is the longest name of an owner.
const maxOwner = 100

func isOwner(s string) bool {
	return s != "" && len(s) <= maxOwner && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	})
}

// idSize is that of [rand.Text].
const idSize = 26

func isID(s string) bool {
	return len(s) == idSize && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '2' || r > '7')
	})
}

// maxName is the longest name of a file, in bytes.
const maxName = 200

// cleanName makes a name that is safe to show, and to save under, anywhere: the
// last part of a path, without what cannot be seen or turns the text around.
func cleanName(name string) string {
	name = strings.ToValidUTF8(name, "")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, name)
	name = strings.Trim(name, " .")
	for len(name) > maxName {
		_, last := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-last]
	}
	if name == "" {
		return "file"
	}
	return name
}
