// Package prose makes the texts that people write safe to read: [Parse] turns
// CommonMark into the tree that every surface draws, [Clean] and [OneLine] make
// visible what would hide or turn text, [Cut] shortens, and [LinkHost] says what
// may be a link.
//
// It is pure: a text in, a text out. It knows no request, no person, no store
// and no clock; what is said about those is in bot/card and bot/people.
package prose
