// Package command is the grammar of what people type: "/signoff approve
// REQ-7K3F2 fine by me" becomes a [Decide]. It is the same on every surface; on
// some a name with a slash stands in front, on others nothing.
//
// It is pure: text in, a typed command or a [FaultError] out. It knows no store, no
// people and no flows. Whom "@dana" means, which flow "vacation" is and whether
// there is a REQ-7K3F2 is for the caller to find out.
//
// People type on phones, paste out of mail and write in every alphabet: curly
// quotes are quotes, no-break spaces are spaces, invisible characters are
// dropped, and what cannot be understood is answered with what to type instead.
package command
