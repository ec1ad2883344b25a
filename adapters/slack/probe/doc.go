// Package probe asks Slack what a person would otherwise have to look up: whose
// a token is and what it may do, whether the bot is in a channel, whether the
// clocks agree, whether Slack would take a card.
//
// It only reads, and it is not for the way of a decision: every call is made
// once, and a failure is an answer, too.
package probe
