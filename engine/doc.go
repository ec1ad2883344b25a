// Package engine is the state machine: an execution and a command in, a
// transition out.
//
// [Step] is pure and total. It reads no clock, draws no random number, starts
// no goroutine and does no I/O; what it must know of the outside comes with the
// call as [Facts]. It either refuses with a [RejectionError], which is text for
// a person, or returns a [Transition] that a store makes true in one piece.
//
//	command -> Step -> Transition{Next, Records, Effects} -> store.Commit
//	effects -> bot does them -> the result is a command again
//
// Step goes as far as it can without the outside: a click that leads through
// ten Log tasks to the end of the flow is one transition.
package engine
