package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"signoff/adapters/slack/install"
	"signoff/bot/seal"
	"signoff/cmd/signoff/config"
	"signoff/engine/flow"
	"signoff/store/bolt"
)

// checkFlows reads the flows that would be served.
func (d *doctor) checkFlows(cfg config.Config) []*flow.Flow {
	if cfg.Flows == "" {
		return nil
	}
	all, err := checkWith(flow.Loader{Mapped: cfg.Tasks.Mapped}, []string{cfg.Flows})
	if err != nil {
		d.found(failed, "flows", err.Error(), "signoff validate --config "+d.file+" "+cfg.Flows)
		return nil
	}
	var flows []*flow.Flow
	var faults, warnings int
	if w, err := worldOf(cfg); err == nil {
		w.checkPeople(all)
	}
	for _, c := range all {
		flows = append(flows, c.flow)
		for _, f := range c.faults {
			if f.Severity == flow.Error {
				faults++
			} else {
				warnings++
			}
		}
	}
	look := "signoff validate --config " + d.file + " " + cfg.Flows
	switch {
	case faults > 0:
		d.found(failed, "flows", count(faults, "fault")+" in "+cfg.Flows, look)
	case warnings > 0:
		d.found(warned, "flows", fmt.Sprintf("%s, %s", count(len(all), "flow"), count(warnings, "warning")), look)
	default:
		d.ok("flows", "%s", count(len(all), "flow"))
	}
	return slices.DeleteFunc(flows, func(f *flow.Flow) bool { return f == nil })
}

// secretRefs are the secrets of a configuration by the names of their keys.
func secretRefs(cfg config.Config) map[string]config.SecretRef {
	refs := map[string]config.SecretRef{
		"slack.token": cfg.Slack.Token, "slack.app_token": cfg.Slack.AppToken, "slack.client_secret": cfg.Slack.ClientSecret,
		"secret_key": cfg.SecretKey, "mail.password": cfg.Mail.Password,
	}
	for i, ref := range cfg.Slack.SigningSecrets {
		refs[fmt.Sprintf("slack.signing_secret %d", i+1)] = ref
	}
	for _, t := range cfg.API.Tokens {
		refs["api.tokens "+t.Name] = t.Secret
	}
	if cfg.Entra != nil {
		refs["entra.client_secret"] = cfg.Entra.ClientSecret
	}
	for name, ref := range cfg.Secrets.Names {
		refs["secrets."+name] = ref
	}
	for ns, n := range cfg.Namespaces {
		for name, ref := range n.Secrets {
			refs["namespaces."+ns+".secrets."+name] = ref
		}
	}
	maps.DeleteFunc(refs, func(_ string, ref config.SecretRef) bool { return ref.IsZero() })
	return refs
}

// checkSecrets reads each secret, says nothing of what it is, and looks who else
// could.
func (d *doctor) checkSecrets(cfg config.Config) {
	refs := secretRefs(cfg)
	good := 0
	for _, name := range slices.Sorted(maps.Keys(refs)) {
		ref := refs[name]
		if _, err := ref.Read(d.Getenv); err != nil {
			d.found(failed, name, err.Error(), "put the secret there, or name another place")
			continue
		}
		if info, err := os.Stat(ref.File); ref.File != "" && err == nil && info.Mode().Perm()&0o004 != 0 {
			d.found(warned, name, fmt.Sprintf("everybody on this machine can read %s (mode %#o)", ref.File, info.Mode().Perm()), "chmod 600 "+ref.File)
			continue
		}
		good++
	}
	if good > 0 {
		d.ok("secrets", "%s can be read", count(good, "secret"))
	}
}

// enoughLetters is how many different characters a passphrase has at the least
// that nobody guesses soon.
const (
	enoughLetters = 10
	enoughLength  = 24
)

// checkKey judges the key under which secrets are kept.
func (d *doctor) checkKey(cfg config.Config) {
	const better = "make one with: openssl rand -base64 32. What was sealed under the old one cannot be read any more"
	if cfg.SecretKey.IsZero() {
		d.found(unasked, "secret_key", "there is none: flows with SECRET inputs are refused, and workspaces cannot install the Slack app", "")
		return
	}
	text, err := cfg.SecretKey.Read(d.Getenv)
	if err != nil {
		return // said before
	}
	if _, err := seal.New(text.Reveal()); err != nil {
		d.found(failed, "secret_key", err.Error(), better)
		return
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text.Reveal()))
	different := map[rune]bool{}
	for _, r := range text.Reveal() {
		different[r] = true
	}
	switch {
	case err == nil && len(raw) == seal.KeySize && len(different) >= enoughLetters:
		d.ok("secret_key", "%d random bytes", len(raw))
	case len(text.Reveal()) < enoughLength || len(different) < enoughLetters:
		d.found(warned, "secret_key", "it is a short passphrase, which can be guessed by whoever has the data", better)
	default:
		d.found(warned, "secret_key", "it is a passphrase; random bytes cannot be guessed", better)
	}
}

// checkAddress looks at how people and Slack reach the server.
func (d *doctor) checkAddress(cfg config.Config) {
	u, err := url.Parse(cfg.BaseURL)
	if cfg.BaseURL == "" || err != nil {
		return // said before
	}
	local := net.ParseIP(u.Hostname()).IsLoopback() || u.Hostname() == "localhost"
	switch {
	case local && (cfg.Slack.OverHTTP() && cfg.Slack.AppToken.IsZero() || cfg.Slack.Installs()) && !onThisMachine(cfg.Slack.APIURL):
		d.found(failed, "base_url", cfg.BaseURL+" is on this machine, and Slack calls it", "name the public https address, or use Socket Mode (slack.app_token)")
	case local:
		d.found(warned, "base_url", cfg.BaseURL+" is on this machine: links in cards lead nobody else there", "name the address under which people reach this server")
	case u.Path != "":
		d.found(warned, "base_url", cfg.BaseURL+" has a path", "the proxy must take "+u.Path+" off before it passes requests on")
	default:
		d.ok("base_url", "%s; a proxy must pass it on to %s", cfg.BaseURL, cfg.Listen)
	}
}

// checkData looks whether the data folder and the store can be written, and reads
// the installs that are in it.
func (d *doctor) checkData(ctx context.Context, cfg config.Config) []install.Install {
	name := cfg.Data
	if name == "" {
		state, err := stateDir(d.Getenv)
		if err != nil {
			d.found(failed, "data", err.Error(), "name a folder: data: /var/lib/signoff")
			return nil
		}
		name = state
	}
	dir := dataDir(name)
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.found(unasked, "data", "there is no folder "+name+" yet", "serve makes it")
		return nil
	case err != nil || !info.IsDir():
		d.found(failed, "data", name+" is no folder that can be looked at", "name another one: data: /var/lib/signoff")
		return nil
	case info.Mode().Perm()&0o077 != 0:
		d.found(failed, "data", fmt.Sprintf("others can open %s (mode %#o)", name, info.Mode().Perm()), "chmod 700 "+name)
		return nil
	}
	probe, err := os.CreateTemp(name, ".doctor.*")
	if err == nil {
		err = errors.Join(probe.Close(), os.Remove(probe.Name()))
	}
	if err != nil {
		d.found(failed, "data", "nothing can be written to "+name, "let the user who runs signoff own it, and see that the disk has room")
		return nil
	}
	if d.running(ctx, dir) {
		d.ok("data", "%s is writable, and a server is running on it", name)
		return nil
	}
	return d.checkStore(ctx, cfg, dir)
}

// running reports whether a server has announced itself in the folder and answers.
func (d *doctor) running(ctx context.Context, dir dataDir) bool {
	base, err := os.ReadFile(dir.path(addressFile))
	if err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSpace(string(base))+"/healthz", nil)
	if err != nil {
		return false
	}
	resp, err := (&http.Client{Timeout: 2 * time.Second}).Do(r)
	if err != nil {
		return false
	}
	return resp.Body.Close() == nil
}

// checkStore opens the store and reads the installs in it.
func (d *doctor) checkStore(ctx context.Context, cfg config.Config, dir dataDir) []install.Install {
	if _, err := os.Stat(dir.path(storeFile)); errors.Is(err, fs.ErrNotExist) {
		d.ok("data", "%s is writable; serve makes the store", dir)
		return nil
	}
	st, err := bolt.Open(dir.path(storeFile), bolt.Options{Now: time.Now})
	if err != nil {
		d.found(failed, "data", "the store cannot be opened: "+err.Error(), "stop what holds it, or bring back a backup")
		return nil
	}
	defer func() {
		if err := st.Close(); err != nil {
			d.found(failed, "data", "the store cannot be closed: "+err.Error(), "look at the disk")
		}
	}()
	d.ok("data", "%s is writable, and the store opens", dir)
	if !cfg.Slack.Installs() {
		return nil
	}
	key, err := installKey(cfg, d.Getenv)
	if err != nil {
		return nil // said before
	}
	kept, err := install.New(install.Config{ClientID: "-", ClientSecret: "-", Key: key, BaseURL: cfg.BaseURL, Book: &slackBook{store: st}, Now: d.now})
	if err != nil {
		return nil // said before
	}
	all, err := kept.All(ctx)
	if err != nil {
		d.found(failed, "slack installs", "they cannot be read: "+err.Error(), "")
	}
	return all
}
