// Package story is how flows are tested: a flow's story says what is put in, what
// the tasks that call out answer, how time passes, who answers which request on
// which surface, and what must come of it.
//
//	story file -> [Parse] -> checked stories
//	story, flows -> [Run] -> the real engine, bot and store in memory, with a
//	                         clock that the story moves -> [Result]
//
// Nothing leaves the process: surfaces keep the cards that they are given, and a
// task that calls out is rendered as it would be sent and then answered by a
// stub. Everything is done one after the other and nothing is random, so a story
// ends in the same way each time, and a month passes in milliseconds.
//
// docs/stories.md is the manual of the files.
package story
