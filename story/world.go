package story

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"signoff/adapters"
	"signoff/bot"
	"signoff/bot/people"
	"signoff/bot/task"
	"signoff/engine"
	"signoff/engine/audit"
	"signoff/engine/flow"
	"signoff/store"
	"signoff/store/memory"
)

// tenant is the one that all accounts of a story belong to.
const tenant = "STORY"

// service is who does what the story lets nobody do.
const service = "story"

// world is everything that one story runs in.
type world struct {
	suite    *Suite
	story    *Story
	clock    *clock
	store    *memory.Store
	bot      *bot.Bot
	surfaces map[string]*surface
	far      *far
	box      *sealer
	named    map[string]engine.ExecutionID
	clicks   int
	// started is called when something was committed; nil while nobody asks.
	started func()
	failed  []Failure
	log     []string
}

func newWorld(ctx context.Context, suite *Suite, s *Story) (*world, error) {
	w := &world{
		suite: suite, story: s, clock: &clock{s.now}, named: map[string]engine.ExecutionID{},
		surfaces: map[string]*surface{},
	}
	w.store = memory.New(memory.Options{Now: w.clock.Now})
	if err := w.assemble(); err != nil {
		return nil, err
	}
	for _, l := range suite.flows {
		if _, faults, err := w.bot.SaveFlow(ctx, l.Name, l.Bytes, engine.Principal{Name: "story", Via: "engine"}); err != nil {
			return nil, err
		} else if faults.Stop() {
			return nil, fmt.Errorf("%s", faults[0])
		}
	}
	return w, w.setValues(ctx)
}

// assemble puts the real parts together.
func (w *world) assemble() error {
	s, quiet, box := w.story, slog.New(slog.DiscardHandler), &sealer{}
	w.box = box
	people, err := people.New(w.people())
	if err != nil {
		return fmt.Errorf("people: %w", err)
	}
	rights, err := w.access()
	if err != nil {
		return fmt.Errorf("roles: %w", err)
	}
	inside, kept := &bot.Within{Reach: map[string][]string{"": {"*"}}}, newFiles(s.files)
	for _, l := range w.suite.flows {
		inside.Reach[l.flow.Namespace] = []string{"*"}
	}
	baseURL := s.baseURL
	if baseURL == "" {
		baseURL = "https://signoff.example.com"
	}
	runner, err := task.New(task.Config{
		Secrets: secrets(s.secrets), Now: w.clock.Now, Log: quiet, BaseURL: baseURL, Scripts: task.Scripts{Allow: true},
		Mail: task.MailServer{Host: "mail.example.com", From: "signoff@example.com"}, Values: inside, Executions: inside, Files: kept, Unseal: box,
	})
	if err != nil {
		return err
	}
	w.far = &far{
		runner: runner, clock: w.clock, stubs: s.stubs, given: map[*stub]int{},
		lacks: func(text string) { w.fail(s.Pos, "%s", text) }, note: w.note,
	}
	cfg := bot.Config{
		Store: w.store, Adapters: map[string]adapters.Adapter{}, Tasks: w.far, People: people, Access: rights,
		Namespaces: map[string]bot.Namespace{}, BaseURL: baseURL, Log: quiet, Random: &counter{},
		Mapped: w.suite.maps, Secrets: secrets(s.secrets), Sealer: box, Files: kept,
		Observe: func([]audit.Record) {
			if w.started != nil {
				w.started()
			}
		},
	}
	for _, name := range w.delivered() {
		w.surfaces[name] = &surface{name: name}
		cfg.Adapters[name] = w.surfaces[name]
	}
	for _, l := range w.suite.flows {
		cfg.Namespaces[l.flow.Namespace] = bot.Namespace{Approvers: s.approvers, Deliver: s.deliver}
	}
	if w.bot, err = bot.New(cfg); err != nil {
		return err
	}
	inside.Bind(w.bot)
	return nil
}

// delivered are the surfaces that the flows and the story name; slack if they
// name none.
func (w *world) delivered() []string {
	names := map[string]bool{}
	take := func(to []flow.Destination) {
		for _, d := range to {
			names[d.Surface] = true
		}
	}
	take(w.story.deliver)
	for _, l := range w.suite.flows {
		for t := range l.flow.Walk() {
			if p, ok := t.Spec.(*flow.Pause); ok {
				take(p.Deliver)
			}
		}
	}
	if len(names) == 0 {
		names["slack"] = true
	}
	var out []string
	for _, name := range surfaces() {
		if names[name] {
			out = append(out, name)
		}
	}
	return out
}

// account is a person on a surface; somebody whom the story does not know has one
// too, and is a stranger.
func account(id, on string) adapters.Account {
	return adapters.Account{Surface: on, Tenant: tenant, ID: strings.ToLower(id), Name: nameOf(id)}
}

// principal is a person as whoever starts or ends something.
func (w *world) principal(id string) engine.Principal {
	id = strings.ToLower(id)
	for _, p := range w.story.people {
		if string(p.id) == id {
			return engine.Principal{Person: p.id, Name: p.name, Account: "slack:" + tenant + ":" + id, Via: "slack"}
		}
	}
	return engine.Principal{Name: service, Account: "api::" + service, Via: "api"}
}

func (w *world) setValues(ctx context.Context) error {
	own, _ := w.suite.find("")
	for key, v := range w.story.kv {
		e, err := bot.NewValue("", v)
		if err != nil {
			return fmt.Errorf("kv.%s: %w", key, err)
		}
		if err := w.bot.SetValue(ctx, own.Namespace, key, e, engine.Principal{Name: "story", Via: "engine"}); err != nil {
			return fmt.Errorf("kv.%s: %w", key, err)
		}
	}
	return nil
}

func (w *world) fail(at flow.Pos, format string, args ...any) {
	w.failed = append(w.failed, Failure{File: w.suite.File.Name, Pos: at, Text: fmt.Sprintf(format, args...)})
}

// note writes a line of what happened, for those who want to read along.
func (w *world) note(format string, args ...any) {
	w.log = append(w.log, w.clock.now.Format(time.RFC3339)+"  "+fmt.Sprintf(format, args...))
}

// execution returns one by the name that a step gave it, or else the latest of a
// flow by its id; "" is the story's own.
func (w *world) execution(ctx context.Context, name string) (engine.Execution, bool, error) {
	if id, ok := w.named[name]; ok {
		x, err := w.store.Execution(ctx, id)
		return x, err == nil, err
	}
	f, ok := w.suite.find(name)
	if !ok {
		return engine.Execution{}, false, nil
	}
	all, err := w.store.Executions(ctx, store.Query{Namespace: f.Namespace, Flow: f.ID, Limit: 1})
	if err != nil || len(all) == 0 {
		return engine.Execution{}, false, err
	}
	return all[0], true, nil
}

// flowOf returns the flow of an execution.
func (w *world) flowOf(x engine.Execution) *flow.Flow {
	f, _ := w.suite.find(x.Flow.Namespace + "/" + x.Flow.ID)
	return f
}

// who is a person as a line tells of them.
func who(id string) string {
	if id == "" {
		return "the story"
	}
	return id
}
