package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"signoff/adapters/slack/install"
	"signoff/adapters/slack/manifest"
	"signoff/adapters/slack/probe"
	"signoff/cmd/signoff/config"
	"signoff/engine/flow"
)

// checkSlackSettings says what the app's own settings must be. Slack tells them to
// nobody without a token of its own for that, so a person must compare.
func (d *doctor) checkSlackSettings(cfg config.Config, flows []*flow.Flow) {
	say := "signoff slack manifest"
	switch {
	case cfg.Slack.AppToken.IsZero():
		say += " --mode http --url " + cfg.BaseURL
	case cfg.Slack.Installs():
		say += " --url " + cfg.BaseURL
	}
	if cfg.Flows != "" {
		say += " --flows " + cfg.Flows
	}
	own := []string{manifest.Own}
	for _, c := range flow.Commands(flows) {
		own = append(own, c.Name)
	}
	d.found(unasked, "slack app", "only you can see its settings: commands "+strings.Join(own, ", ")+
		", shortcuts, events, interactivity", "compare App Manifest on the app's page with: "+say)
	if token, err := cfg.Slack.Token.Read(d.Getenv); err == nil {
		switch text := token.Reveal(); {
		case strings.HasPrefix(text, "xoxe."):
			d.found(failed, "slack.token", "it ends after twelve hours, and a token of the configuration is not renewed",
				"switch to installs (slack.client_id), or make an app without token rotation; docs/slack.md says how")
		case !strings.HasPrefix(text, "xoxb-"):
			d.found(failed, "slack.token", "it is no bot token: one begins with xoxb-", "copy the Bot User OAuth Token, under OAuth & Permissions")
		}
	}
	if n := len(cfg.Slack.SigningSecrets); n > 1 {
		d.found(warned, "slack.signing_secret", fmt.Sprintf("%d secrets are taken", n), "remove the old one when Slack uses the new one")
	}
}

// checkSlack asks Slack.
func (d *doctor) checkSlack(ctx context.Context, cfg config.Config, flows []*flow.Flow, installs []install.Install) {
	ask := probe.New(cfg.Slack.APIURL, d.client)
	spaces := map[string]string{} // token by key; "" is that of the configuration
	if token, err := cfg.Slack.Token.Read(d.Getenv); err == nil {
		if team := d.checkToken(ctx, ask, "slack.token", token.Reveal()); team != "" {
			spaces[""], spaces[team] = token.Reveal(), token.Reveal()
		}
	}
	if app, err := cfg.Slack.AppToken.Read(d.Getenv); err == nil {
		d.checkAppToken(ctx, ask, app.Reveal())
	}
	for _, i := range installs {
		if d.checkInstall(ctx, ask, i) {
			spaces[i.Key] = i.Token
			if spaces[""] == "" && (i.Key == cfg.Slack.Workspace || cfg.Slack.Workspace == "" && len(installs) == 1) {
				spaces[""] = i.Token
			}
		}
	}
	d.checkChannels(ctx, ask, channelsOf(cfg, flows), spaces)
	d.checkCards(ctx, ask)
}

// checkToken asks whose a bot token is and what it may do, and compares the
// clocks. It returns the workspace; "" if the token is not good.
func (d *doctor) checkToken(ctx context.Context, ask *probe.Client, check, token string) string {
	before := d.now()
	o, err := ask.Auth(ctx, token)
	if err != nil {
		d.refused(check, err, "install the app again and put the new bot token there")
		return ""
	}
	if !o.Bot {
		d.found(failed, check, "it is a person's token", "copy the Bot User OAuth Token, under OAuth & Permissions")
		return ""
	}
	d.ok(check, "it is that of %s (%s)", o.Team, o.TeamID)
	switch lacks, spare := manifest.Missing(o.Scopes), manifest.Spare(o.Scopes); {
	case len(o.Scopes) == 0:
		d.found(unasked, check, "Slack does not say what it may do", "")
	case len(lacks) > 0:
		d.found(failed, check, "it lacks the permissions "+strings.Join(lacks, ", "), "bring the app's manifest up to date (signoff slack manifest) and install the app again")
	case len(spare) > 0:
		d.found(warned, check, "it has permissions that signoff does not use: "+strings.Join(spare, ", "), "take them out of the app's manifest")
	default:
		d.ok(check, "it has the %d permissions that signoff uses", len(o.Scopes))
	}
	d.checkClock(o.Date, before)
	return o.TeamID
}

const (
	// skewWorth is what a clock may be off before anybody is told.
	skewWorth = 30 * time.Second
	// skewFatal is when the requests that Slack signs are refused.
	skewFatal = 5 * time.Minute
)

func (d *doctor) checkClock(slacks, before time.Time) {
	if slacks.IsZero() {
		d.found(unasked, "clock", "Slack does not say what time it is", "")
		return
	}
	off := slacks.Sub(before).Round(time.Second)
	switch {
	case off.Abs() > skewFatal:
		d.found(failed, "clock", fmt.Sprintf("it is %s off Slack's: everything that Slack signs is refused", off.Abs()), "set the clock, and keep it by NTP")
	case off.Abs() > skewWorth:
		d.found(warned, "clock", fmt.Sprintf("it is %s off Slack's", off.Abs()), "set the clock, and keep it by NTP")
	default:
		d.ok("clock", "it agrees with Slack's")
	}
}

func (d *doctor) checkAppToken(ctx context.Context, ask *probe.Client, token string) {
	if err := ask.Sockets(ctx, token); err != nil {
		do := "make an app-level token with connections:write, under Basic Information"
		if refused, ok := errors.AsType[*probe.RefusedError](err); ok && refused.Code == "link_disabled" {
			do = "switch Socket Mode on, on the app's page"
		}
		d.refused("slack.app_token", err, do)
		return
	}
	d.ok("slack.app_token", "it opens sockets")
}

// checkInstall looks at a workspace that installed the app. It reports whether it
// can be asked further.
func (d *doctor) checkInstall(ctx context.Context, ask *probe.Client, i install.Install) bool {
	check := "slack install " + i.Key
	again := "make a code with signoff slack install, and install the app there again"
	switch {
	case !i.Removed.IsZero():
		d.found(unasked, check, fmt.Sprintf("%s removed the app on %s", i.Name, i.Removed.UTC().Format(time.DateOnly)), "")
		return false
	case i.Problem != "":
		d.found(failed, check, i.Problem, again)
	case i.Rotates() && !i.Expires.After(d.now()):
		d.found(warned, check, "its token has ended; a running server renews it", "start signoff serve")
		return false
	}
	return i.Active() && d.checkToken(ctx, ask, check, i.Token) != ""
}

// refused says that Slack said no, or nothing.
func (d *doctor) refused(check string, err error, do string) {
	if errors.Is(err, probe.ErrUnheard) {
		d.found(failed, check, "there is "+err.Error(), "see that this machine reaches slack.com over https, and that no proxy stands between")
		return
	}
	d.found(failed, check, "Slack says "+err.Error(), do)
}

// channelsOf are the channels that flows and the configuration name, each with
// who names it first.
func channelsOf(cfg config.Config, flows []*flow.Flow) map[string]string {
	all := map[string]string{}
	add := func(by string, to []flow.Destination) {
		for _, t := range to {
			person := t.To == flow.Approvers || t.To == flow.Requester
			if _, known := all[t.To]; t.Surface == "slack" && !person && t.To != "" && !known && !strings.Contains(t.To, "{{") {
				all[t.To] = by
			}
		}
	}
	for _, f := range flows {
		for _, pause := range pauses(f) {
			add("the flow "+f.Namespace+"/"+f.ID, pause.Deliver)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(cfg.Namespaces)) {
		add("the namespace "+name, cfg.Namespaces[name].Deliver)
	}
	if cfg.Alerts != nil {
		add("alerts", []flow.Destination{*cfg.Alerts})
	}
	return all
}

// checkChannels looks whether the bot can write where it is asked to.
func (d *doctor) checkChannels(ctx context.Context, ask *probe.Client, wanted map[string]string, spaces map[string]string) {
	listed := map[string]map[string]probe.Channel{}
	for _, place := range slices.Sorted(maps.Keys(wanted)) {
		space, name, within := strings.Cut(place, "/")
		if !within {
			space, name = "", place
		}
		check := "channel " + place
		token := spaces[space]
		if token == "" {
			d.found(failed, check, "no good token for its workspace ("+wanted[place]+")", "mend the token, or name another workspace")
			continue
		}
		if strings.HasPrefix(space, "E") && strings.ToUpper(name) != name {
			d.found(unasked, check, "a name may mean several channels of an organisation", "write its id: "+space+"/C012AB3CD")
			continue
		}
		ch, err := d.channel(ctx, ask, token, name, listed)
		switch {
		case errors.Is(err, probe.ErrNoChannel):
			d.found(failed, check, "the bot sees no such channel ("+wanted[place]+")", "correct the name; if the channel is private, invite the bot: /invite @signoff")
		case err != nil:
			d.refused(check, err, "look again later")
		case ch.Archived:
			d.found(failed, check, "it is archived ("+wanted[place]+")", "name another channel, or unarchive it")
		case !ch.Member:
			d.found(failed, check, "the bot is not in it ("+wanted[place]+")", "/invite @signoff in the channel")
		case ch.Shared:
			d.found(warned, check, "people of other organisations are in it and read every request", "see that this is meant")
		default:
			d.ok(check, "the bot is in it")
		}
	}
}

// channel finds a channel by id or by name.
func (d *doctor) channel(ctx context.Context, ask *probe.Client, token, name string, listed map[string]map[string]probe.Channel) (probe.Channel, error) {
	bare, named := strings.CutPrefix(name, "#")
	if !named && strings.ToUpper(name) == name {
		return ask.Channel(ctx, token, "", name)
	}
	if listed[token] == nil {
		all, _, err := ask.Channels(ctx, token, "")
		if err != nil {
			return probe.Channel{}, err
		}
		listed[token] = all
	}
	if ch, found := listed[token][bare]; found {
		return ch, nil
	}
	return probe.Channel{}, probe.ErrNoChannel
}

// checkMail looks whether the mail server answers.
func (d *doctor) checkMail(ctx context.Context, cfg config.Config) {
	if cfg.Mail.Host == "" {
		return
	}
	address := net.JoinHostPort(cfg.Mail.Host, strconv.Itoa(cfg.Mail.Port))
	conn, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "tcp", address)
	if err != nil {
		d.found(failed, "mail", address+" does not answer", "see mail.host and mail.port, and what stands between")
		return
	}
	if err := conn.Close(); err == nil {
		d.ok("mail", "%s answers", address)
	}
}
