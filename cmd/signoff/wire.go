package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"signoff/adapters"
	"signoff/adapters/api"
	"signoff/adapters/slack"
	"signoff/adapters/slack/install"
	"signoff/adapters/web"
	"signoff/bot"
	"signoff/bot/people"
	"signoff/bot/prose"
	"signoff/bot/task"
	"signoff/cmd/signoff/config"
	"signoff/engine/audit"
	"signoff/engine/flow"
	"signoff/store"
	"signoff/store/bolt"
)

// openStore opens the data folder's store. A store that cannot know whether a
// commit became durable ends the app: the truth is read on the next start.
func (a *app) openStore(dir dataDir) (store.Store, error) {
	st, err := bolt.Open(dir.path(storeFile), bolt.Options{
		Now:       time.Now,
		OnUnknown: func(err error) { a.fail(fmt.Errorf("the store cannot go on: %w", err)) },
	})
	if err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	a.add("the store", func(context.Context) error { return st.Close() })
	return st, nil
}

// botParts is what dev and serve give to the bot.
type botParts struct {
	config  config.Config
	store   store.Store
	slack   adapters.Adapter
	people  *people.People
	secrets task.Secrets
	tasks   task.Config // as the configuration has it
	// environment is what flows read as envs, globals and kestra.
	environment map[string]any
	keep        keep
	observe     func([]audit.Record)
	log         *slog.Logger
}

func newBot(p botParts) (*bot.Bot, error) {
	runner, within, err := newTasks(p)
	if err != nil {
		return nil, err
	}
	may, err := rights(p.config)
	if err != nil {
		return nil, err
	}
	cfg := bot.Config{
		Store: p.store, Adapters: map[string]adapters.Adapter{"slack": p.slack}, Tasks: runner,
		People: p.people, Access: may, Namespaces: map[string]bot.Namespace{}, BaseURL: p.config.BaseURL,
		Observe: p.observe, Log: p.log.With("component", "bot"), Files: p.keep.files, MaxFile: p.keep.limit,
		Mapped:   p.config.Tasks.Mapped,
		Triggers: bot.Triggers{Missed: p.config.Triggers.Missed, PerMinute: p.config.Triggers.PerMinute}, Secrets: p.secrets,
	}
	cfg.Environment = p.environment
	if p.keep.box != nil {
		cfg.Sealer = p.keep.box
	}
	for name, ns := range p.config.Namespaces {
		cfg.Namespaces[name] = bot.Namespace{Approvers: ns.Approvers, Deliver: ns.Deliver}
	}
	cfg.LoudReject = p.config.Slack.BroadcastRejections
	if p.config.Alerts != nil {
		cfg.Alerts = []flow.Destination{*p.config.Alerts}
	}
	b, err := bot.New(cfg)
	if err == nil {
		within.Bind(b)
	}
	return b, err
}

// routeParts is what dev and serve answer over HTTP in the same way.
type routeParts struct {
	service service
	slack   *slack.Adapter // nil: Slack sends nothing over HTTP
	// installs lets workspaces install the Slack app; nil: they cannot.
	installs *install.Installs
	tokens   []api.Token // the first is that of the data folder
	files    api.Files
	dev      bool
	// webhookGet lets GET start a flow by its webhook.
	webhookGet bool
	// ending, once closed, ends the streams of the API.
	ending <-chan struct{}
	log    *slog.Logger
}

// routes is signoff's own surface: the API, the pages, the webhooks and, if
// Slack calls it, its endpoint.
func routes(p routeParts) (*http.ServeMux, error) {
	rest, err := api.New(api.Config{
		Service: p.service, Files: p.files, AllowAs: p.dev, Ending: p.ending, Log: p.log.With("component", "api"),
		Tokens: p.tokens,
	})
	if err != nil {
		return nil, err
	}
	pages := web.Config{Service: pagesOf(p.service), Password: p.tokens[0].Secret, Text: prose.Parse, Log: p.log.With("component", "web")}
	if p.dev {
		pages.Password = "" // the people are made up
	}
	html, err := web.New(pages)
	if err != nil {
		return nil, err
	}
	hooks, err := api.NewHooks(api.HooksConfig{Hooks: p.service, AllowGet: p.webhookGet, Log: p.log.With("component", "webhook")})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	for _, prefix := range api.HookPrefixes() {
		mux.Handle(prefix+"/", hooks)
	}
	mux.Handle(api.Prefix+"/", rest)
	mux.Handle("/healthz", rest)
	mux.Handle("/executions", html)
	mux.Handle("/executions/", html)
	if p.slack != nil {
		mux.Handle("/slack/", p.slack.Handler(p.service))
	}
	if p.installs != nil {
		mux.Handle(install.InstallPath, p.installs.Handler())
		mux.Handle(install.CallbackPath, p.installs.Handler())
	}
	return mux, nil
}
