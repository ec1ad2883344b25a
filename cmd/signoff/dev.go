package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"signoff/adapters/slack"
	"signoff/adapters/slack/slacktest"
	"signoff/bot/people"
	"signoff/bot/task/process"
	"signoff/cmd/signoff/config"
)

// devFlags are the flags of `signoff dev`.
type devFlags struct {
	data   string
	flows  []string
	listen string
	anyway bool // listen was not chosen, any port will do
}

func (p *program) devCommand() *cobra.Command {
	var f devFlags
	cmd := &cobra.Command{
		Use:   "dev",
		Short: "Run everything here, with a local chat instead of Slack",
		Long: "Run the whole product on this machine, with a local chat that stands for Slack\n" +
			"and a few people to be. It needs no account and no configuration. Type /vacation\n" +
			"there, or press New approval request.\n\n" +
			"The people are user:dana@example.com, user:kim@example.com, user:alex@example.com\n" +
			"and user:sam@example.com; group:hr-managers and group:platform-leads are Dana and\n" +
			"Kim, who also answer where a flow names nobody. The channels are #general,\n" +
			"#vacation-approvals and #deploys.",
		Args: wantArgs(0, 0, "no argument"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.anyway = !cmd.Flags().Changed("listen")
			return p.dev(cmd.Context(), f)
		},
	}
	cmd.Flags().StringVar(&f.data, "data", "", "the data folder (default: a folder of your state directory)")
	cmd.Flags().StringArrayVar(&f.flows, "flows", nil, "a folder or file with flows of yours; may be given again")
	cmd.Flags().StringVar(&f.listen, "listen", config.DefaultListen, "where the page is, on this machine only")
	return cmd
}

// dev runs until ctx ends or a part fails.
func (p *program) dev(ctx context.Context, f devFlags) (err error) {
	if err := process.Hide(); err != nil {
		return err
	}
	a, ctx := newApp(ctx, p.logger(slog.LevelWarn))
	defer func() { err = errors.Join(err, a.stop()) }()
	if err := p.startDev(ctx, a, f); err != nil {
		return err
	}
	return wait(ctx)
}

// devWorld is what stands around signoff in dev: the chat, the HR system, and
// the terminal that tells each step.
type devWorld struct {
	l      net.Listener // where signoff itself is
	chat   *slacktest.Server
	hr     *echo
	hrURL  string
	people *people.People
	steps  *follower
}

// startDev builds everything bottom-up.
func (p *program) startDev(ctx context.Context, a *app, f devFlags) error {
	var all []checked
	var err error
	if len(f.flows) > 0 {
		if all, err = checkPaths(f.flows); err != nil {
			return err
		}
	}
	dir, token, err := p.dataFolder(f.data, devDir)
	if err != nil {
		return err
	}
	st, err := a.openStore(dir)
	if err != nil {
		return err
	}
	w, err := p.devWorld(ctx, a, f, dir)
	if err != nil {
		return err
	}
	surface, err := slack.New(slack.Config{
		Token: w.chat.BotToken(), SigningSecrets: []string{w.chat.SigningSecret()}, APIURL: w.chat.APIURL(),
		Tenant: w.chat.TeamID(), Log: a.log.With("component", "slack"), Unpaced: true,
	})
	if err != nil {
		return err
	}
	cfg := devConfig(w)
	if cfg.SecretKey, err = dir.playKey(); err != nil {
		return err
	}
	tasks, err := p.taskConfig(cfg, dir)
	if err != nil {
		return err
	}
	kept, err := p.keep(dir, cfg)
	if err != nil {
		return err
	}
	b, err := newBot(botParts{
		config: cfg, store: st, slack: surface, people: w.people, keep: kept,
		secrets: devSecrets(w.chat, p.secrets(cfg)), observe: w.steps.observe, log: a.log,
		tasks: tasks, environment: p.environment(cfg),
	})
	if err != nil {
		return err
	}
	if err := setKV(ctx, st, cfg.KV); err != nil {
		return err
	}
	if err := p.loadFlows(ctx, b, append(all, shippedFlows(all)...)); err != nil {
		return err
	}
	// The chat is new; what was asked before must be asked in it again.
	if err := b.Redraw(ctx); err != nil {
		return err
	}
	tokens, err := apiTokens(cfg, token, p.Getenv)
	if err != nil {
		return err
	}
	svc := service{Bot: b, people: w.people, store: st}
	mux, err := routes(routeParts{
		service: svc, slack: surface, tokens: tokens, dev: true, files: shelf{kept, svc}, ending: ctx.Done(), log: a.log,
	})
	if err != nil {
		return err
	}
	page, err := w.page(svc, a.log)
	if err != nil {
		return err
	}
	ending, end := context.WithCancel(context.Background())
	mux.Handle("/", endless(ending, page))

	a.run("slack", surface.Run)
	a.run("the bot", b.Run)
	if len(f.flows) > 0 {
		a.run("the flow files", (&flowWatch{paths: f.flows, bot: b, log: a.log, again: a.hangups()}).Run)
	}
	a.serve("the server", w.l, onlyHosts(localHosts(w.l), mux))
	a.add("the event streams", func(context.Context) error { end(); return nil })
	if err := a.announce(dir, cfg.BaseURL); err != nil {
		return err
	}
	p.welcome(cfg.BaseURL, dir, f)
	return nil
}

func (p *program) welcome(base string, dir dataDir, f devFlags) {
	if p.json {
		p.sayJSON(map[string]string{"address": base, "data": string(dir)})
		return
	}
	p.say("signoff dev is running. Open the chat:\n\n    %s\n", base)
	var here string // how the other commands find a folder that was chosen
	if f.data != "" {
		here = " --data " + f.data
	}
	p.say("Or stay here, in a second terminal:")
	p.say("    signoff start hr.operations/vacation_approval --as %s -i employee=Alex -i start_date=2026-12-21 -i end_date=2026-12-31%s", alex, here)
	p.say("    signoff executions%s", here)
	p.say("    signoff decide REQUEST --approve -i reason=Enjoy --as %s%s", dana, here)
	p.say("\nData: %s. Stop with Ctrl-C. Each step is told below.\n", dir)
}

// devWorld starts what stands around signoff.
func (p *program) devWorld(ctx context.Context, a *app, f devFlags, dir dataDir) (*devWorld, error) {
	known, err := configuredPeople(devPeople(), map[string][]string{"slack": {devTeam}})
	if err != nil {
		return nil, err
	}
	w := &devWorld{people: known, steps: newFollower(p.Stdout, p.json, known.Directory())}
	a.run("the terminal", w.steps.Run)
	if w.l, err = listenDev(ctx, f); err != nil {
		return nil, err
	}
	settings, err := devSettings()
	if err != nil {
		return nil, err
	}
	w.chat = slacktest.New(slacktest.Options{
		Now: time.Now, TeamID: devTeam, Users: devUsers(), Channels: devChannels(), App: settings,
		Client: &http.Client{Timeout: 10 * time.Second}, Log: a.log.With("component", "chat"),
	})
	chatURL, err := a.serveLocal(ctx, "the chat", "", w.chat)
	if err != nil {
		return nil, err
	}
	w.chat.SetURL(chatURL)
	w.chat.SetAddresses(devAddresses(w.baseURL()), nil)
	w.hr = &echo{now: time.Now, tell: func(c call) {
		if !p.json {
			p.say("%s    the local endpoint got %s %s %s", c.At.Local().Format("15:04:05"), c.Method, visible(c.Path), visible(c.text()))
		}
	}}
	if w.hrURL, err = a.serveLocal(ctx, "the HR system", dir.remembered(hrFile), w.hr); err != nil {
		return nil, err
	}
	return w, dir.write(hrFile, w.hrURL[strings.LastIndexByte(w.hrURL, ':')+1:]+"\n")
}

// listenDev listens where it was asked to, on this machine only; if that was
// not chosen and is taken, anywhere.
func listenDev(ctx context.Context, f devFlags) (net.Listener, error) {
	host, _, err := net.SplitHostPort(f.listen)
	if err != nil || (host != "localhost" && !net.ParseIP(host).IsLoopback()) {
		return nil, usagef("--listen %s must be on this machine, such as %s: everybody who reaches the page can be anybody", f.listen, config.DefaultListen)
	}
	l, err := listen(ctx, f.listen)
	if err != nil && f.anyway {
		return listen(ctx, "127.0.0.1:0")
	}
	return l, err
}

// hrFile remembers the port of the HR system. Flows read its address: with
// another one, whoever was asked before would have to be asked anew.
const hrFile = "hr.port"

// remembered is what an earlier run left in the folder; empty if nothing.
func (d dataDir) remembered(name string) string {
	raw, err := os.ReadFile(d.path(name))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(raw))
}

// serveLocal serves a handler on a port of its own, the one of before if that
// is free, and returns its address.
func (a *app) serveLocal(ctx context.Context, name, before string, h http.Handler) (string, error) {
	l, err := listen(ctx, "127.0.0.1:"+cmp.Or(before, "0"))
	if err != nil && before != "" {
		l, err = listen(ctx, "127.0.0.1:0")
	}
	if err != nil {
		return "", err
	}
	a.serve(name, l, h)
	return "http://" + l.Addr().String(), nil
}

// baseURL is where signoff itself is.
func (w *devWorld) baseURL() string { return fmt.Sprintf("http://%s", w.l.Addr()) }
