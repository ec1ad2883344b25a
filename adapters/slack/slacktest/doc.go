// Package slacktest is a fake Slack workspace: the Web API, incoming webhooks,
// and people who press buttons. Tests run against it, and so does the local
// chat of "signoff dev".
//
// It is strict where Slack is strict. Block Kit's limits and surfaces, unique
// ids, trigger ids that live three seconds and work once, the error words, the
// three seconds within which an app must answer a person: what Slack refuses is
// refused here with Slack's words. A person's action is sent to the app as the
// signed request that Slack would send.
//
// It is not all of Slack. It knows the methods that signoff calls and the
// blocks that signoff draws, and answers unknown_method or invalid_blocks to the
// rest. Nothing is kept on disk.
//
// Everything that a person would see can be read back: [Server.Messages],
// [Server.DMs], [Server.Ephemerals], [Server.Modals], [Server.Notices], or
// awaited with [Server.WaitFor]. Things go wrong on demand: [Server.FailNext],
// [Server.Delay], [Server.DropAfter], [Server.RateLimit]; on the sockets of
// Socket Mode by [Server.RefreshSockets], [Server.CutSockets],
// [Server.LoseAcks] and their like.
package slacktest
