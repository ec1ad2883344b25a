package main

import (
	"signoff/bot/task"
	"signoff/cmd/signoff/config"
)

// secrets are the flows' secrets: those of their namespace, then those that are
// named for all, then the files of the folder, then those of the environment.
func (p *program) secrets(cfg config.Config) task.Secrets {
	named := make(map[string]map[string]func() (string, error))
	add := func(namespace string, refs map[string]config.SecretRef) {
		named[namespace] = make(map[string]func() (string, error))
		for name, ref := range refs {
			named[namespace][name] = func() (string, error) {
				v, err := ref.Read(p.Getenv)
				return v.Reveal(), err
			}
		}
	}
	add("", cfg.Secrets.Names)
	for name, ns := range cfg.Namespaces {
		add(name, ns.Secrets)
	}
	var files []string
	variables := make(map[string]bool)
	for _, ref := range cfg.Own() {
		if ref.File != "" {
			files = append(files, ref.File)
		}
		variables[ref.Env] = true
	}
	all := []task.Secrets{task.NamespaceSecrets(named)}
	if cfg.Secrets.Dir != "" {
		all = append(all, task.DirSecrets(cfg.Secrets.Dir, files...))
	}
	return task.FirstSecrets(append(all, task.EnvSecrets(func(name string) (string, bool) {
		v := p.Getenv(name)
		return v, v != "" && !variables[name]
	}))...)
}
