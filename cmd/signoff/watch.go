package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"time"

	"signoff/bot"
	"signoff/engine"
	"signoff/engine/flow"
)

// flowWatch saves flows when their files change. It asks the file system again
// and again: that works on every one, and a flow that is saved a second or two
// late hurts nobody.
type flowWatch struct {
	paths []string
	bot   *bot.Bot
	log   *slog.Logger
	// again asks for a look at once; nil: nobody does.
	again <-chan os.Signal

	// seen is how the files looked when they were last read, pending how they
	// looked last: files that are still being written are left alone.
	seen, pending [sha256.Size]byte
	flows         map[string]bool // that the files defined
}

// watchEvery is how often the files are looked at.
const watchEvery = 2 * time.Second

// Run watches until ctx ends.
func (w *flowWatch) Run(ctx context.Context) error {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
			w.look(ctx, false)
		case <-w.again:
			w.look(ctx, true)
		}
	}
}

// look reads the files if they have changed and rest, or if it is told to.
func (w *flowWatch) look(ctx context.Context, now bool) {
	looks, err := fingerprint(w.paths)
	if !now && (looks == w.seen || looks != w.pending) {
		w.pending = looks
		return
	}
	w.pending = looks
	var all []checked
	if err == nil {
		all, err = readPaths(w.paths)
	}
	if err != nil {
		w.seen = looks // told once
		w.log.ErrorContext(ctx, "flows are not reloaded", "err", err)
		return
	}
	if w.load(ctx, all) {
		w.seen = looks
	}
}

// load saves the flows. It reports whether there is nothing to try again.
func (w *flowWatch) load(ctx context.Context, all []checked) bool {
	files := make([]bot.FlowFile, 0, len(all))
	for _, c := range all {
		files = append(files, bot.FlowFile{Name: c.file, Source: c.source})
	}
	done, err := w.bot.Apply(ctx, bot.ApplyRequest{Files: files, By: fromFiles()})
	if err != nil {
		w.log.ErrorContext(ctx, "flows are not reloaded, will retry", "err", err)
		return false
	}
	if done.Faults.Stop() {
		w.tellFaults(ctx, done.Faults)
		return true
	}
	w.tell(ctx, done)
	return true
}

func (w *flowWatch) tellFaults(ctx context.Context, faults flow.Faults) {
	var n int
	for _, f := range faults {
		if f.Severity == flow.Error {
			n++
			w.log.ErrorContext(ctx, "flow has a fault", "fault", f.String())
		}
	}
	w.log.ErrorContext(ctx, "flows are not reloaded", "faults", n)
}

func (w *flowWatch) tell(ctx context.Context, done bot.Applied) {
	now := make(map[string]bool)
	for _, c := range done.Changes {
		now[c.Ref.String()] = true
		if c.Kind != bot.FlowUnchanged {
			w.log.InfoContext(ctx, "flow reloaded", "flow", c.Ref.String(), "change", string(c.Kind), "revision", c.Ref.Revision, "file", c.File)
		}
	}
	for _, name := range sortedKeys(w.flows) {
		if !now[name] {
			w.log.WarnContext(ctx, "flow has no file any more and stays; remove it with: signoff flows remove", "flow", name)
		}
	}
	w.flows = now
}

// fromFiles is who saves flows that stand in files.
func fromFiles() engine.Principal { return engine.Principal{Name: "flow files", Via: "engine"} }

// fingerprint tells whether files have changed: by name, size and time.
func fingerprint(paths []string) ([sha256.Size]byte, error) {
	h := sha256.New()
	files, err := flowFiles(paths)
	for _, file := range slices.Sorted(slices.Values(files)) {
		info, err := os.Stat(file)
		if err != nil {
			_, _ = fmt.Fprintf(h, "%q gone\n", file) // never fails
			continue
		}
		_, _ = fmt.Fprintf(h, "%q %d %d\n", file, info.Size(), info.ModTime().UnixNano())
	}
	if err != nil {
		_, _ = fmt.Fprintf(h, "%v", err)
	}
	return [sha256.Size]byte(h.Sum(nil)), err
}
