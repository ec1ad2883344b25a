// Package process runs a program with everything that it starts, within
// limits, and leaves nothing of it behind.
//
// Between signoff and the program stands a keeper: signoff's own executable,
// started anew with nothing to do but this. The kernel gives it every process
// whose parent has ended (it is a subreaper), so nothing that the program
// starts can leave its family, whatever it does with groups and sessions. When
// the program has ended, is too much, or is to stop, the keeper ends the whole
// family; when signoff itself dies, it does the same.
//
//	signoff -> keeper -> program -> …
//	   |          \ counts the family, ends it
//	    \ reads what it writes, looks at its folder
//
// The kernel's own limits on data, on the size of a file and on the number of
// processes are set as well. The last one does not bind root: then only the
// keeper counts, fifty times a second, and a program that multiplies fast can
// slow the machine down until it is ended. Run signoff as a user of its own.
package process
