package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"signoff/adapters/slack/install"
	"signoff/bot/seal"
	"signoff/cmd/signoff/config"
)

// installPurpose derives the key of installs from secret_key.
const installPurpose = "slack installs"

// installKey is the key under which installs are kept and codes are made.
func installKey(cfg config.Config, getenv func(string) string) ([]byte, error) {
	if cfg.SecretKey.IsZero() {
		return nil, errors.New("secret_key is missing: the tokens of workspaces are kept sealed")
	}
	text, err := cfg.SecretKey.Read(getenv)
	if err != nil {
		return nil, fmt.Errorf("secret_key: %w", err)
	}
	box, err := seal.New(text.Reveal())
	if err != nil {
		return nil, fmt.Errorf("secret_key: %w", err)
	}
	return box.Derive(installPurpose), nil
}

func (p *program) slackInstallCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "install",
		Short: "Make a code with which one more workspace may install the Slack app",
		Long: "install prints the address of the install page and a code. Whoever enters the code\n" +
			"there within " + minutes(install.CodeLife) + " may let one workspace, or one organisation, install the\n" +
			"app: an administrator of it, whom you know. It asks no server; it needs to read the\n" +
			"secret_key of the configuration.",
		Args: wantArgs(0, 0, "no argument"),
		RunE: func(*cobra.Command, []string) error {
			cfg, err := p.readConfig(file)
			if err != nil {
				return err
			}
			cfg = cfg.WithDefaults(p.Getenv)
			if !cfg.Slack.Installs() || cfg.BaseURL == "" {
				return errors.New("this configuration serves one workspace, that of slack.token; for more, it needs base_url, " +
					"slack.client_id, slack.client_secret and secret_key (docs/slack.md, Several workspaces)")
			}
			key, err := installKey(cfg, p.Getenv)
			if err != nil {
				return err
			}
			now := time.Now()
			code, err := install.NewCode(key, now)
			if err != nil {
				return err
			}
			page, until := cfg.BaseURL+install.InstallPath, now.Add(install.CodeLife)
			if p.json {
				return p.writeJSON(map[string]any{"page": page, "code": code, "until": until.UTC().Truncate(time.Second)})
			}
			p.say("Open   %s\nEnter  %s\n\nThe code is good once, until %s. Give it only to somebody who may attach a workspace.",
				page, code, until.Format("15:04"))
			return nil
		},
	}
	cmd.Flags().StringVar(&file, "config", "signoff.yaml", "the configuration file of the server")
	return cmd
}

func minutes(d time.Duration) string { return fmt.Sprintf("%d minutes", d/time.Minute) }

// readConfig reads a configuration that need not be complete.
func (p *program) readConfig(file string) (config.Config, error) {
	src, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return config.Config{}, usagef("there is no file %s; name the configuration with --config", file)
	}
	if err != nil {
		return config.Config{}, fmt.Errorf("read the configuration: %w", err)
	}
	cfg, faults := config.Parse(file, src)
	if faults.Stop() {
		// Without the source lines: one of them may hold a secret by mistake.
		return config.Config{}, p.tellFaults([]checked{{file: file, faults: faults}})
	}
	return cfg, nil
}
