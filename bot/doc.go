// Package bot is the shell around the engine: it loads, steps, commits and
// delivers.
//
//	click -> Click: who is this? -> load -> engine.Step -> store.Commit -> answer
//	Run: claim owed work -> post, update, call, wait -> the result is a command again
//
// It knows the contracts of stores and adapters and none of their
// implementations. It keeps nothing in memory that must survive: a process
// that is killed at any instant goes on where its last commit left it.
//
// Its rooms: bot/card is what people are shown and told of a request, bot/people
// is who they are, bot/prose makes what they write safe to read, bot/task does
// what touches the world, bot/seal keeps what is secret. None of them knows bot,
// nor another but prose.
//
// What it is not: it decides nothing. Who may answer, what follows an answer
// and when a deadline has passed is the engine's; which of two commits wins is
// the store's.
package bot
