package main

import (
	"context"
	"fmt"
	"time"

	"signoff/adapters/slack/manifest"
	"signoff/adapters/slack/slacktest"
	"signoff/cmd/signoff/devchat"
)

// The Slack app of `signoff dev`: installed in the chat with the manifest that a
// real workspace would be given.

// devAddresses are where the chat reaches signoff.
func devAddresses(base string) slacktest.Addresses {
	return slacktest.Addresses{
		Interactions: base + manifest.InteractionsPath, Commands: base + manifest.CommandsPath,
		Events: base + manifest.EventsPath, Options: base + manifest.OptionsPath,
	}
}

// devSettings are those of the app that do not depend on flows. An event that
// signoff does not take is not sent again: whoever opened a tab would wait for it.
func devSettings() (slacktest.App, error) {
	m, err := manifest.Build(manifest.Options{})
	if err != nil {
		return slacktest.App{}, err
	}
	app := slacktest.App{Events: m.Settings.Events.BotEvents, EventRetries: []time.Duration{}, NoHome: !m.Features.AppHome.Home}
	app.Commands, app.Shortcuts = declared(m)
	return app, nil
}

// app tells the page what the app offers with the flows as they stand, and the
// chat the same.
func (w *devWorld) app(ctx context.Context, svc service) (devchat.App, error) {
	owned, err := svc.Commands(ctx)
	if err != nil {
		return devchat.App{}, fmt.Errorf("the commands of flows: %w", err)
	}
	var o manifest.Options
	for _, c := range owned {
		o.Commands = append(o.Commands, manifest.Command{Name: c.Name, Description: c.Description, Usage: c.Usage, Flow: c.Owner()})
	}
	m, err := manifest.Build(o)
	if err != nil {
		return devchat.App{}, fmt.Errorf("the app's manifest: %w", err)
	}
	commands, shortcuts := declared(m)
	w.chat.SetCommands(commands...)
	w.chat.SetShortcuts(shortcuts...)
	out := devchat.App{ReadOnly: m.Features.AppHome.MessagesReadOnly}
	for _, c := range m.Features.SlashCommands {
		out.Commands = append(out.Commands, devchat.Command{Name: c.Command, Description: c.Description, Usage: c.UsageHint})
	}
	for _, s := range m.Features.Shortcuts {
		out.Shortcuts = append(out.Shortcuts, devchat.Shortcut{
			CallbackID: s.CallbackID, Name: s.Name, Description: s.Description, Message: s.Type == "message",
		})
	}
	return out, nil
}

// declared are a manifest's commands and shortcuts as the chat knows them.
func declared(m manifest.Manifest) (commands []slacktest.SlashCommand, shortcuts []slacktest.Shortcut) {
	for _, c := range m.Features.SlashCommands {
		commands = append(commands, slacktest.SlashCommand{Name: c.Command, Escape: c.Escape})
	}
	for _, s := range m.Features.Shortcuts {
		shortcuts = append(shortcuts, slacktest.Shortcut{CallbackID: s.CallbackID, Message: s.Type == "message"})
	}
	return commands, shortcuts
}
