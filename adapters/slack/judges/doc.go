// Package judges holds our Slack, and what we send to it, against the judgement
// of others: the Node packages that Slack itself publishes. It is tests alone.
//
//   - @slack/bolt receives what [signoff/adapters/slack/slacktest] sends: its
//     signatures, payloads and redeliveries.
//   - @slack/web-api and @slack/socket-mode call it and take its answers.
//   - @slack/types, with the TypeScript compiler, reads every golden message, form
//     and Home; the types of @slack/web-api read the app's manifest.
//
// Each judge must also refuse something, or it would prove nothing.
//
// The versions are those of package.json and of its lock, which names no
// registry. They are installed into a cache of the user's, never into the tree.
// Without Node the tests are skipped, except where SIGNOFF_CI is 1.
package judges
