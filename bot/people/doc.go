// Package people knows who is behind an account, who is in which group, who is
// away, and how to reach somebody.
//
//	Config -> New -> People    what an administrator wrote down, and groups that others keep
//	Register                   what was learned since: links and absences, in the store
//
// It fails closed: an account that is not surely a person's is nobody's, and a
// group that cannot be read lets nobody in. What does not belong here: who may do
// what (engine/access), who may answer (engine/approval), and how a directory or
// a surface is spoken to.
package people
