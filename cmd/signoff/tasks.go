package main

import (
	"errors"
	"fmt"

	"signoff/bot"
	"signoff/bot/task"
	"signoff/bot/task/process"
	"signoff/cmd/signoff/config"
)

// keepCommand makes this program the keeper of another one; see package
// process. It is no command for people.
const keepCommand = "keep-a-program"

// taskConfig is what the configuration says of tasks. All secrets that cannot
// be read are told at once.
func (p *program) taskConfig(c config.Config, dir dataDir) (task.Config, error) {
	t := task.Config{
		BaseURL: c.BaseURL,
		Scripts: task.Scripts{
			Allow: c.Tasks.Scripts == "allow", Dir: dir.path("scripts"), Path: c.Tasks.Path,
			Keeper: process.Keeper{Path: "/proc/self/exe", Args: []string{"signoff", keepCommand}},
		},
		Mail:   task.MailServer{Host: c.Mail.Host, Port: c.Mail.Port, Username: c.Mail.Username, From: c.Mail.From},
		Mapped: map[string]task.Mapping{},
		Limits: task.Limits{MaxScript: c.Tasks.MaxTime},
	}
	r := &settingReader{getenv: p.Getenv}
	if !c.Mail.Password.IsZero() {
		t.Mail.Password = r.read("mail.password", c.Mail.Password)
	}
	for name, m := range c.Tasks.Types {
		what := "tasks.types." + name
		mapping := task.Mapping{Command: m.Command, URL: m.URL, Timeout: m.Timeout}
		mapping.Env = r.all(what+".env", m.Env, &mapping.Secrets)
		mapping.Headers = r.all(what+".headers", m.Headers, &mapping.Secrets)
		t.Mapped[name] = mapping
	}
	return t, errors.Join(r.faults...)
}

// settingReader fetches secrets and collects what cannot be read.
type settingReader struct {
	getenv func(string) string
	faults []error
}

func (r *settingReader) read(what string, ref config.SecretRef) string {
	s, err := ref.Read(r.getenv)
	if err != nil {
		r.faults = append(r.faults, fmt.Errorf("%s: %w", what, err))
	}
	return s.Reveal()
}

// all reads settings, and adds those that are secrets to a list.
func (r *settingReader) all(what string, from map[string]config.Setting, secrets *[]string) map[string]string {
	out := map[string]string{}
	for name, s := range from {
		if out[name] = s.Text; !s.Ref.IsZero() {
			out[name] = r.read(what+"."+name, s.Ref)
			*secrets = append(*secrets, out[name])
		}
	}
	return out
}

// newTasks makes the runner of tasks, and what they reach once there is a bot.
func newTasks(p botParts) (*task.Runner, *bot.Within, error) {
	within := &bot.Within{Reach: p.config.Tasks.Reach}
	cfg := p.tasks
	cfg.Secrets, cfg.Egress = p.secrets, task.Egress{Allow: p.config.Egress.Allow}
	cfg.UserAgent = "signoff/" + readBuild().Version
	cfg.Now, cfg.Log = p.store.Now, p.log.With("component", "task")
	cfg.Values, cfg.Executions, cfg.Files = within, within, p.keep.files
	cfg.Limits.File = p.keep.limit
	if p.keep.box != nil {
		cfg.Unseal = p.keep.box
	}
	runner, err := task.New(cfg)
	if err != nil {
		return nil, nil, fmt.Errorf("set up the tasks: %w", err)
	}
	return runner, within, nil
}
