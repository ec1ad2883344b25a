// Package devchat is the local chat of "signoff dev": a web page that looks
// like a chat client, on top of the fake Slack in adapters/slack/slacktest.
//
// The page draws the Block Kit JSON that signoff really posted. What a person
// does on it goes to the fake, which sends signoff the signed request that Slack
// would send. The package knows neither the engine nor the bot: what it
// offers and which executions there are come in as functions.
//
// It is for one machine and one developer. Whoever opens the page may be
// anybody in the workspace; so it answers only to a loopback address, refuses
// requests from other sites, and keeps nothing.
package devchat
