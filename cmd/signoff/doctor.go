package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"signoff/cmd/signoff/config"
	"signoff/engine/flow"
)

// health is what became of a check.
type health string

// The states of a check. Only a failure changes the exit status.
const (
	sound  health = "ok"
	warned health = "warn"
	failed health = "fail"
	// unasked: it was not looked at, or only a person can.
	unasked health = "note"
)

// finding is what a check says: of what, how it is, and what to do about it.
type finding struct {
	State health `json:"state"`
	Check string `json:"check"`
	Text  string `json:"text"`
	Do    string `json:"do,omitempty"`
}

// doctor collects findings.
type doctor struct {
	*program

	file     string
	online   bool
	now      func() time.Time
	client   *http.Client // nil is our own
	findings []finding
}

func (d *doctor) found(state health, check, text, do string) {
	d.findings = append(d.findings, finding{state, check, text, do})
}

func (d *doctor) ok(check, format string, args ...any) {
	d.found(sound, check, fmt.Sprintf(format, args...), "")
}

func (p *program) doctorCommand() *cobra.Command {
	d := doctor{program: p, now: time.Now}
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check a configuration, its secrets, its data and, if asked, Slack",
		Long: "doctor looks at everything that keeps signoff from working, and says a line each:\n" +
			"ok, warn, fail, or note for what only you can look at; and what to do. It changes\n" +
			"nothing. With --online it asks Slack: tokens, permissions, the clock, the channels\n" +
			"that flows name, and whether Slack would take the cards.\n" +
			"Exit status 0: nothing failed; 1: something did; 2: the command line is wrong.",
		Args: wantArgs(0, 0, "no argument"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			d.examine(cmd.Context())
			return d.tell()
		},
	}
	cmd.Flags().StringVar(&d.file, "config", "signoff.yaml", "the configuration file")
	cmd.Flags().BoolVar(&d.online, "online", false, "ask Slack, too")
	return cmd
}

// examine makes all checks. One that cannot be made without another's success is
// left out: there is enough to do then.
func (d *doctor) examine(ctx context.Context) {
	cfg, ok := d.checkConfig()
	if !ok {
		return
	}
	flows := d.checkFlows(cfg)
	d.checkSecrets(cfg)
	d.checkKey(cfg)
	d.checkAddress(cfg)
	installs := d.checkData(ctx, cfg)
	d.checkSlackSettings(cfg, flows)
	if !d.online {
		d.found(unasked, "slack", "was not asked", "signoff doctor --online asks Slack about tokens, permissions, channels and cards")
		return
	}
	d.checkSlack(ctx, cfg, flows, installs)
	d.checkMail(ctx, cfg)
}

// tell writes the findings and fails if one of them is a failure.
func (d *doctor) tell() error {
	bad := 0
	for _, f := range d.findings {
		if f.State == failed {
			bad++
		}
	}
	if d.json {
		if err := d.writeJSON(d.findings); err != nil {
			return err
		}
	} else {
		for _, f := range d.findings {
			d.say("%-4s  %s: %s", f.State, f.Check, visible(f.Text))
			if f.Do != "" {
				d.say("      -> %s", visible(f.Do))
			}
		}
		if bad == 0 {
			d.say("\nNothing failed.")
		} else {
			d.say("\n%s failed.", count(bad, "check"))
		}
	}
	if bad > 0 {
		return errFaults
	}
	return nil
}

// checkConfig reads the file and says what is wrong or missing.
func (d *doctor) checkConfig() (config.Config, bool) {
	src, err := os.ReadFile(d.file)
	if err != nil {
		d.found(failed, "configuration", "there is no file "+d.file+" that can be read", "name it with --config; docs/configuration.md has one to copy")
		return config.Config{}, false
	}
	cfg, faults := config.Parse(d.file, src)
	for _, f := range faults {
		// Without the source lines: one of them may hold a secret by mistake.
		d.found(map[bool]health{true: failed, false: warned}[f.Severity == flow.Error], "configuration", f.String(), "docs/configuration.md says what each key takes")
	}
	if faults.Stop() {
		return cfg, false
	}
	cfg = cfg.WithDefaults(d.Getenv)
	gaps := cfg.Gaps()
	for _, g := range gaps {
		d.found(failed, g.Key, "it is missing", g.How)
	}
	if len(gaps) == 0 {
		d.ok("configuration", "%s is complete", d.file)
	}
	return cfg, true
}
