package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"signoff/bot"
	"signoff/bot/task"
	"signoff/cmd/signoff/config"
	"signoff/engine"
	"signoff/engine/access"
	"signoff/store/bolt"
)

// pausedFlow is an everyday request: a few inputs, a form, facts, a deadline.
const pausedFlow = `
id: gate
namespace: ops
inputs:
  - {id: employee, type: STRING}
  - {id: start_date, type: DATE}
  - {id: end_date, type: DATE}
tasks:
  - id: ask
    type: Pause
    request:
      title: "Vacation for {{ inputs.employee }}"
      facts: {From: "{{ inputs.start_date }}", To: "{{ inputs.end_date }}"}
    onReject: CONTINUE
    pauseDuration: P3D
    behavior: FAIL
    onResume:
      - {id: approved, type: BOOLEAN, displayName: "Approve this request?"}
      - {id: reason, type: STRING, displayName: Decision notes, required: false}
    approval:
      stages:
        - {id: managers, who: ["user:dana", "user:kim"]}
  - {id: done, type: Log, message: "{{ outputs.ask.outcome }}"}
`

// TestTenThousandPaused holds what waiting costs: a row, and neither memory nor
// time at the start.
func TestTenThousandPaused(t *testing.T) {
	if testing.Short() {
		t.Skip("fills a store and starts the built server")
	}
	if runtime.GOOS != "linux" {
		t.Skip("reads /proc")
	}
	const paused = 10_000
	h := newHarness(t)
	h.kill()
	h.write("flows/gate.yaml", pausedFlow)
	fill(t, filepath.Join(h.dir, "data", storeFile), paused)

	ready := h.readyAfter(5)
	info, err := os.Stat(filepath.Join(h.dir, "data", storeFile))
	if err != nil {
		t.Fatal(err)
	}
	resident := residentBytes(t, h.server.Process.Pid)
	t.Logf("%d paused executions: %d bytes on disk each, ready after %v, %.1f MiB resident",
		paused, info.Size()/paused, ready.Round(time.Millisecond), float64(resident)/(1<<20))
	if each := info.Size() / paused; each > 2<<10 {
		t.Errorf("%d bytes on disk each, want at most 2 KiB", each)
	}
	if resident > 64<<20 {
		t.Errorf("%d MiB resident, want at most 64", resident>>20)
	}
	if ready > 300*time.Millisecond {
		t.Errorf("ready after %v, want at most 300 ms", ready)
	}
	if n := len(h.executions()); n != paused {
		t.Errorf("%d executions after the start, want %d", n, paused)
	}
}

// readyAfter is the shortest of some starts: others may use the machine, too.
func (h *harness) readyAfter(starts int) time.Duration {
	h.t.Helper()
	best := time.Hour
	for range starts {
		h.kill()
		began := time.Now()
		h.serve()
		best = min(best, time.Since(began))
	}
	return best
}

// fill starts so many executions of pausedFlow and leaves them waiting.
func fill(t *testing.T, path string, n int) {
	t.Helper()
	st, err := bolt.Open(path, bolt.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
	}()
	cfg := config.Config{BaseURL: "http://127.0.0.1", People: []config.Person{
		{ID: "dana", Name: "Dana", Slack: "UDANA"}, {ID: "kim", Name: "Kim", Slack: "UKIM"},
	}}
	known, err := configuredPeople(cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	shell, err := bot.New(bot.Config{
		Store: st, People: known, BaseURL: cfg.BaseURL, Log: slog.New(slog.DiscardHandler), Tasks: noTasks(t), Access: access.Unrestricted(),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, faults, err := shell.SaveFlow(t.Context(), "gate.yaml", []byte(pausedFlow), engine.Principal{Via: "test"}); err != nil || faults.Stop() {
		t.Fatal(faults, err)
	}
	var all sync.WaitGroup
	for worker := range 64 {
		all.Go(func() {
			for i := worker; i < n; i += 64 {
				_, err := shell.Start(t.Context(), bot.StartRequest{
					Namespace: "ops", Flow: "gate",
					Inputs: map[string]any{"employee": fmt.Sprintf("Employee %d", i), "start_date": "2026-12-21", "end_date": "2026-12-31"},
					By:     engine.Principal{Person: "alex", Name: "Alex", Account: "slack:T0SIGNOFF:UALEX", Via: "slack"},
				})
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
}

func noTasks(t *testing.T) *task.Runner {
	t.Helper()
	none := func(string) (string, bool) { return "", false }
	r, err := task.New(task.Config{Secrets: task.EnvSecrets(none), Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// residentBytes is how much memory a process holds, file pages included.
func residentBytes(t *testing.T, pid int) int64 {
	t.Helper()
	status := readFile(t, fmt.Sprintf("/proc/%d/status", pid))
	m := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindStringSubmatch(status)
	if m == nil {
		t.Fatalf("no VmRSS in %s", status)
	}
	kb, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kb << 10
}
