package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"signoff/bot/task/process"
	"signoff/cmd/signoff/config"
	"signoff/engine/flow"
)

func (p *program) serveCommand() *cobra.Command {
	var file, data string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the flows of a configuration, with your Slack workspace",
		Args:  wantArgs(0, 0, "no argument"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := p.serveConfig(file)
			if err != nil {
				return err
			}
			if data != "" {
				cfg.Data = data
			}
			return p.serve(cmd.Context(), cfg)
		},
	}
	cmd.Flags().StringVar(&file, "config", "signoff.yaml", "the configuration file")
	cmd.Flags().StringVar(&data, "data", "", "the data folder (default: the one in the configuration, else a folder of your state directory)")
	return cmd
}

// serveConfig reads the configuration, or says everything that is missing.
func (p *program) serveConfig(file string) (config.Config, error) {
	src, err := os.ReadFile(file)
	absent := errors.Is(err, fs.ErrNotExist)
	if err != nil && !absent {
		return config.Config{}, fmt.Errorf("read the configuration: %w", err)
	}
	cfg, faults := config.Parse(file, src)
	if faults.Stop() {
		// Without the source lines: one of them may hold a secret by mistake.
		return cfg, p.tellFaults([]checked{{file: file, faults: faults}})
	}
	cfg = cfg.WithDefaults(p.Getenv)
	gaps := cfg.Gaps()
	if absent {
		gaps = append([]config.Gap{{
			Key: "configuration", How: "there is no file " + file + "; write one, or name it with --config (docs/configuration.md has one to copy)",
		}}, gaps...)
	}
	if len(gaps) > 0 {
		return cfg, p.tellGaps(gaps)
	}
	return cfg, nil
}

// tellGaps says what is missing, a line each, and how to get it.
func (p *program) tellGaps(gaps []config.Gap) error {
	var b strings.Builder
	fmt.Fprintf(&b, "serve cannot start, %s missing:", count(len(gaps), "thing")+" "+map[bool]string{true: "is", false: "are"}[len(gaps) == 1])
	for _, g := range gaps {
		fmt.Fprintf(&b, "\n  %s: %s", g.Key, g.How)
	}
	b.WriteString("\nTo look around without any of this: signoff dev")
	return errors.New(b.String())
}

// serve runs the product until ctx ends or a part fails.
func (p *program) serve(ctx context.Context, cfg config.Config) (err error) {
	if err := process.Hide(); err != nil {
		return err
	}
	a, ctx := newApp(ctx, p.logger(slog.LevelInfo))
	defer func() { err = errors.Join(err, a.stop()) }()
	if err := p.startServe(ctx, a, cfg); err != nil {
		return err
	}
	tuneMemory(p.Getenv)
	return wait(ctx)
}

// startServe builds everything bottom-up.
func (p *program) startServe(ctx context.Context, a *app, cfg config.Config) error {
	all, err := checkWith(flow.Loader{Mapped: cfg.Tasks.Mapped}, []string{cfg.Flows})
	if err != nil {
		return errors.New("flows: " + err.Error()) // not a fault of the command line
	}
	chat, err := p.slackAdapter(ctx, a, cfg)
	if err != nil {
		return err
	}
	known, err := p.livePeople(cfg, chat.Adapter, a.log)
	if err != nil {
		return err
	}
	chat.people.Store(known)
	dir, token, err := p.dataFolder(cfg.Data, "")
	if err != nil {
		return err
	}
	st, err := a.openStore(dir)
	if err != nil {
		return err
	}
	chat.book.store = st
	tasks, err := p.taskConfig(cfg, dir)
	if err != nil {
		return err
	}
	kept, err := p.keep(dir, cfg)
	if err != nil {
		return err
	}
	b, err := newBot(botParts{
		config: cfg, store: st, slack: chat.Adapter, people: known, keep: kept,
		secrets: p.secrets(cfg), log: a.log,
		tasks: tasks, environment: p.environment(cfg),
	})
	if err != nil {
		return err
	}
	if err := setKV(ctx, st, cfg.KV); err != nil {
		return err
	}
	if err := p.loadFlows(ctx, b, all); err != nil {
		return err
	}
	if err := chat.watchRemovals(ctx, b, a.log); err != nil {
		return err
	}
	tokens, err := apiTokens(cfg, token, p.Getenv)
	if err != nil {
		return err
	}
	svc := service{Bot: b, people: known, store: st}
	parts := routeParts{
		service: svc, files: shelf{kept, svc}, tokens: tokens, webhookGet: cfg.Triggers.WebhookGet,
		ending: ctx.Done(), log: a.log,
	}
	if cfg.Slack.OverHTTP() {
		parts.slack = chat.Adapter
	}
	parts.installs = chat.installs
	mux, err := routes(parts)
	if err != nil {
		return err
	}
	l, err := listen(ctx, cfg.Listen)
	if err != nil {
		return err
	}
	a.run("slack", chat.Run)
	if chat.installs != nil {
		a.run("the Slack installs", chat.installs.Run)
	}
	a.run("the bot", b.Run)
	a.run("the flow files", (&flowWatch{paths: []string{cfg.Flows}, bot: b, log: a.log, again: a.hangups()}).Run)
	if err := a.openSockets(cfg.Slack, chat.Adapter, svc); err != nil {
		return err
	}
	a.serve("the server", l, mux)
	a.log.InfoContext(ctx, "serving", "listen", l.Addr().String(), "base_url", cfg.BaseURL, "data", string(dir),
		"slack", cfg.Slack.Transport())
	return a.announce(dir, "http://"+l.Addr().String())
}

// announce leaves the address for the commands until the app stops.
func (a *app) announce(dir dataDir, base string) error {
	a.add("the announcement", func(context.Context) error { return dir.retract() })
	return dir.announce(base)
}

// dataFolder makes the folder and its token. Without a name it is the state
// folder, or one below it.
func (p *program) dataFolder(name, below string) (dataDir, string, error) {
	if name == "" {
		state, err := stateDir(p.Getenv)
		if err != nil {
			return "", "", err
		}
		name = dataDir(state).path(below)
	}
	dir := dataDir(name)
	if err := dir.create(); err != nil {
		return "", "", err
	}
	token, err := dir.token()
	return dir, token, err
}

// logger writes to standard error, as text or with --json as JSON.
func (p *program) logger(level slog.Level) *slog.Logger {
	opt := &slog.HandlerOptions{Level: level}
	if p.json {
		return slog.New(slog.NewJSONHandler(p.Stderr, opt))
	}
	return slog.New(slog.NewTextHandler(p.Stderr, opt))
}
