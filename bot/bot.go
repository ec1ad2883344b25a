package bot

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"

	"signoff/adapters"
	"signoff/bot/people"
	"signoff/bot/task"
	"signoff/engine/access"
	"signoff/engine/approval"
	"signoff/engine/audit"
	"signoff/engine/flow"
	"signoff/store"
)

// Tasks runs what touches the world. It never panics and reports every failure
// as a problem in words.
type Tasks interface {
	Run(ctx context.Context, c task.Call) task.Result
}

// Namespace is what the configuration says of a namespace and those below it.
type Namespace struct {
	// Approvers answer a Pause that names nobody.
	Approvers []approval.Selector
	// Deliver is where copies go when a Pause does not say.
	Deliver []flow.Destination
}

// Config is what a [Bot] is made of.
type Config struct {
	Store store.Store
	// Adapters are the surfaces by name: slack, teams, email.
	Adapters map[string]adapters.Adapter
	Tasks    Tasks
	People   *people.People
	// Access says who may do what besides answering requests.
	Access     *access.Rules
	Namespaces map[string]Namespace
	// Mapped reports whether the configuration maps a type of task that signoff
	// does not run by itself; nil maps none.
	Mapped func(typeName string) bool
	// BaseURL is where signoff's pages are, without a final slash.
	BaseURL string
	// Alerts is told about what could not be delivered, besides the requester.
	Alerts []flow.Destination
	// LoudReject shows a rejection in the channel, too, and not only below its card.
	LoudReject bool
	// Environment is what flows read as envs, globals and kestra; nil is nothing.
	Environment map[string]any
	// Triggers bounds what starts by itself.
	Triggers Triggers
	// Secrets opens the keys of webhooks that are secrets; nil knows none.
	Secrets task.Secrets
	// Sealer keeps answers to SECRET inputs; nil: there is no key for them.
	Sealer Sealer
	// Files keeps what people hand in; nil keeps nothing.
	Files store.Files
	// MaxFile is the largest that is taken from a form, in bytes; 0 is 16 MiB.
	MaxFile int64
	// Workers is how much owed work of a kind is done at once; 0 is 8.
	Workers int
	// Random makes ids; nil is crypto/rand.
	Random io.Reader
	// Observe is called after each commit with what was written to the trail.
	// It must return quickly; nil is nobody.
	Observe func([]audit.Record)
	Log     *slog.Logger
}

// Validate reports what is missing.
func (c Config) Validate() error {
	var missing []string
	need := func(ok bool, what string) {
		if !ok {
			missing = append(missing, what)
		}
	}
	need(c.Store != nil, "a store")
	need(c.Tasks != nil, "a task runner")
	need(c.People != nil, "people")
	need(c.Access != nil, "who may do what")
	need(c.Log != nil, "a logger")
	if len(missing) > 0 {
		return errors.New("bot: missing " + strings.Join(missing, ", "))
	}
	return nil
}

// Bot is the shell. It is safe for concurrent use.
type Bot struct {
	Config
	flows    flowCache
	locks    keyedLocks
	calls    calls
	drawing  busyKeys
	wake     chan struct{}
	armory   armory
	storms   storms
	keyless  seldom
	roles    roleBook
	threads  []string      // the surfaces on which something can be said below a copy
	rewind   chan struct{} // wakes the schedules
	register *people.Register
	desk     deskState
}

var _ adapters.Handler = (*Bot)(nil)

// New makes a bot. Nothing owed is done before [Bot.Run].
func New(cfg Config) (*Bot, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if cfg.Workers == 0 {
		cfg.Workers = 8
	}
	if cfg.Random == nil {
		cfg.Random = rand.Reader
	}
	if cfg.Observe == nil {
		cfg.Observe = func([]audit.Record) {}
	}
	if cfg.Triggers.PerMinute == 0 {
		cfg.Triggers.PerMinute = perMinute
	}
	b := &Bot{
		Config: cfg, wake: make(chan struct{}, 1), rewind: make(chan struct{}, 1),
		storms: storms{limit: cfg.Triggers.PerMinute}, threads: threadsOf(cfg.Adapters),
	}
	b.register = people.NewRegister(cfg.People, keeper{cfg.Store, b})
	return b, nil
}

// namespace is the configuration of the nearest namespace at or above name; "" is
// above all. Approvers and Deliver are inherited one by one.
func (b *Bot) namespace(name string) Namespace {
	var out Namespace
	silent := func(d flow.Destination) bool { return d.Surface == flow.Requester }
	quiet := false // whoever asks gets no copy
	for {
		n := b.Namespaces[name]
		if out.Approvers == nil {
			out.Approvers = n.Approvers
		}
		if len(out.Deliver) == 0 {
			out.Deliver = slices.DeleteFunc(slices.Clone(n.Deliver), silent)
		}
		quiet = quiet || slices.ContainsFunc(n.Deliver, silent)
		if name == "" {
			break
		}
		name = name[:max(0, strings.LastIndexByte(name, '.'))]
	}
	if len(out.Deliver) == 0 {
		out.Deliver = b.directMessages()
	}
	if quiet {
		out.Deliver = append(out.Deliver, flow.Destination{Surface: flow.Requester, To: "none"})
	}
	return out
}

// directMessages is the default destination: each approver, on the one surface
// that is configured. With several, the flow or the namespace must choose.
func (b *Bot) directMessages() []flow.Destination {
	for name := range b.Adapters {
		if len(b.Adapters) == 1 {
			return []flow.Destination{{Surface: name, To: flow.Approvers}}
		}
	}
	return nil
}
