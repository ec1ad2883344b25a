// Package slacktest is a fake Slack: workspaces with their people, the Web API,
// incoming webhooks, sockets, installs, and what people do with the app. Tests
// run against it, and so does the local chat of "signoff dev".
//
// It is strict where Slack is strict. Block Kit's limits and surfaces, unique
// ids, trigger ids that live three seconds and work once, hashes of views, the
// error words, scopes, rates, the three seconds within which an app must answer:
// what Slack refuses is refused here with Slack's words. What a person does is
// sent to the app as the signed request, or the envelope, that Slack would send.
// Slack's own Node packages judge it in [signoff/adapters/slack/judges].
//
// It is not all of Slack. It knows the methods that signoff calls and the blocks
// that signoff draws, and answers unknown_method or invalid_blocks to the rest.
// Nothing is kept on disk.
//
// # What people do
//
// [Server.Press] and [Server.Act] use elements, [Server.Suggest] types into an
// external select, [Server.Submit] and [Server.CloseView] end forms;
// [Server.Command], [Server.UseShortcut] and [Server.UseMessageShortcut] begin
// something; [Server.OpenHome] looks at the app; [Server.Say], [Server.Delete]
// and [Server.Upload] go on without it. Each returns what the person sees of it.
//
// # What happens around them
//
// [Server.Emit] sends any event, again and again until the app takes it;
// [Server.ChangeUser], [Server.ChangeUserGroup], [Server.Uninstall] and
// [Server.RevokeTokens] send their own. [Server.Consent] installs the app, in
// one of several workspaces or in a whole organisation, and oauth.v2.access
// turns the code into a token that may rotate.
//
// # What can be seen
//
// Everything that a person would see can be read back: [Server.Messages],
// [Server.Thread], [Server.DMs], [Server.Ephemerals], [Server.Modals],
// [Server.Home], [Server.Notices], or awaited with [Server.WaitFor].
//
// # What goes wrong
//
// On demand: [Server.FailNext], [Server.FailStatus], [Server.Delay],
// [Server.DropBefore], [Server.DropAfter], [Server.RateLimit],
// [Server.ExpireTokens], [Server.SetEditWindow]; on the sockets of Socket Mode
// by [Server.RefreshSockets], [Server.CutSockets], [Server.LoseAcks] and their
// like; by itself with [Options.LimitPosts] and [Options.LimitMethods].
package slacktest
