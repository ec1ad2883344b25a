package engine

import "strings"

// A request's description is CommonMark that the flow's author wrote, with
// values put in. Values are data: nothing in them may become a heading, a link
// or emphasis. So they stand in the text shielded: each ASCII character that
// could mean something to a parser is moved into a private plane, where it means
// nothing, and moved back once the text is parsed.
const shieldPlane = 0xF0000

// Shield makes a value plain for every parser of CommonMark.
func Shield(value string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= shieldPlane && r < shieldPlane+0x80:
			return '\uFFFD' // not ours to move back
		case r > 0x7F, r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z':
			return r
		default:
			return shieldPlane + r
		}
	}, value)
}

// Unshield gives a shielded text, or a part of it, back as it was.
func Unshield(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= shieldPlane && r < shieldPlane+0x80 {
			return r - shieldPlane
		}
		return r
	}, text)
}
