// Package install lets workspaces install the Slack app and keeps their tokens.
//
// A workspace is added by somebody who holds an install code, which
// `signoff slack install` makes: nobody from the street attaches theirs. The code
// leads to Slack's own page, and from there back here with the tokens.
//
// Tokens are sealed before they are kept, each bound to its workspace. Where
// they end (token rotation), they are renewed in time: by one server, whichever
// takes the turn first, and the new ones are kept before they are used. What
// cannot be renewed is said while the old token still works.
//
// The package decides nothing about people and shows no cards. Where installs
// are kept is the caller's, by [Book].
package install
