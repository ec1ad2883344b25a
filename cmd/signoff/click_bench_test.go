package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"signoff/adapters/slack"
	"signoff/adapters/slack/slacktest"
	"signoff/bot"
	"signoff/bot/task"
	"signoff/cmd/signoff/config"
	"signoff/engine"
	"signoff/engine/approval"
	"signoff/engine/flow"
	"signoff/store"
	"signoff/store/bolt"
)

// BenchmarkClick measures a signed click until its answer: the decision is
// durable, the flow has run through two Log tasks, and the execution has ended.
// Beside it stands the floor: a signed POST, one group-committed put into bare
// bbolt, 200. Both sync to the disk. See docs/performance.md.
func BenchmarkClick(b *testing.B) {
	tuneMemory(os.Getenv) // as serve does, for both
	for _, clickers := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("floor/clickers=%d", clickers), func(b *testing.B) {
			f := newFloor(b)
			hammer(b, clickers, f.server.URL, f.bodies(b.N))
		})
		b.Run(fmt.Sprintf("signoff/clickers=%d", clickers), func(b *testing.B) {
			s := newBenchServer(b)
			hammer(b, clickers, s.server.URL+slack.InteractionsPath, s.bodies(b, b.N))
			s.allEnded(b)
		})
	}
}

// pendingRequests wait while others are clicked.
const pendingRequests = 10_000

// BenchmarkAck measures a signed click until its acknowledgement, from 64 people
// at a time, while ten thousand other requests wait for theirs. What is told is
// synced to the disk. See docs/performance.md.
func BenchmarkAck(b *testing.B) {
	tuneMemory(os.Getenv)
	s := newBenchServer(b)
	s.bodies(b, pendingRequests)
	hammer(b, 64, s.server.URL+slack.InteractionsPath, s.bodies(b, b.N))
	s.stillOpen(b, pendingRequests)
}

const benchSecret = "bench-signing-secret"

// hammer sends every body once, signed, from so many clickers at a time, and
// reports the rate and the middle and the end of the waiting times.
func hammer(b *testing.B, clickers int, target string, bodies [][]byte) {
	b.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clickers}}
	defer client.CloseIdleConnections()
	waits := make([]time.Duration, len(bodies))
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for range clickers {
		all.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(bodies) {
					return
				}
				began := time.Now()
				if err := click(b.Context(), client, target, bodies[i]); err != nil {
					b.Error(err)
					return
				}
				waits[i] = time.Since(began)
			}
		})
	}
	all.Wait()
	b.StopTimer()
	slices.Sort(waits)
	b.ReportMetric(float64(len(bodies))/b.Elapsed().Seconds(), "clicks/s")
	b.ReportMetric(float64(waits[len(waits)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(waits[len(waits)*99/100].Microseconds()), "p99-µs")
}

// click posts one body, signed as Slack signs.
func click(ctx context.Context, client *http.Client, target string, body []byte) error {
	at := strconv.FormatInt(time.Now().Unix(), 10)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Slack-Request-Timestamp", at)
	r.Header.Set("X-Slack-Signature", signature(at, body))
	res, err := client.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s %w", res.Status, answer, err)
	}
	return nil
}

func signature(at string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(benchSecret))
	fmt.Fprintf(mac, "v0:%s:", at)
	mac.Write(body)
	return "v0=" + hex.EncodeToString(mac.Sum(nil))
}

// benchServer is the product on bbolt, behind real HTTP, beside a chat that
// answers at once.
type benchServer struct {
	server *httptest.Server
	bot    *bot.Bot
	store  store.Store
}

const benchFlow = `
id: bench
namespace: bench
tasks:
  - id: gate
    type: Pause
    onReject: CONTINUE
    onResume: [{id: ok, type: BOOL}]
  - {id: first, type: Log, message: "{{ outputs.gate.onResume.ok }} by {{ outputs.gate.resumed.by }}"}
  - {id: second, type: Log, message: "done"}
`

func newBenchServer(b *testing.B) *benchServer {
	b.Helper()
	chat := slacktest.New(slacktest.Options{
		SigningSecret: benchSecret, Users: []slacktest.User{{ID: "UDANA", Name: "dana"}},
	})
	chat.Start(b)
	log := slog.New(slog.DiscardHandler)
	st, err := bolt.Open(filepath.Join(b.TempDir(), "signoff.db"), bolt.Options{Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	surface, err := slack.New(slack.Config{
		Token: chat.BotToken(), SigningSecrets: []string{benchSecret}, APIURL: chat.APIURL(), Tenant: chat.TeamID(), Log: log,
	})
	if err != nil {
		b.Fatal(err)
	}
	cfg := config.Config{
		BaseURL: "http://127.0.0.1", People: []config.Person{{ID: "dana", Name: "Dana", Slack: "UDANA"}},
		Namespaces: map[string]config.Namespace{"bench": {
			Approvers: []approval.Selector{{Kind: approval.User, Name: "dana"}},
			Deliver:   []flow.Destination{}, // the one copy is the message of the click
		}},
	}
	known, err := configuredPeople(cfg, nil)
	if err != nil {
		b.Fatal(err)
	}
	shell, err := newBot(botParts{
		config: cfg, store: st, slack: surface, people: known,
		secrets: task.EnvSecrets(func(string) (string, bool) { return "", false }), log: log,
	})
	if err != nil {
		b.Fatal(err)
	}
	if _, faults, err := shell.SaveFlow(b.Context(), "bench.yaml", []byte(benchFlow), fromFiles()); err != nil || faults.Stop() {
		b.Fatal(faults, err)
	}
	s := &benchServer{server: httptest.NewServer(surface.Handler(shell)), bot: shell, store: st}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = surface.Run(ctx) })
	running.Go(func() { _ = shell.Run(ctx) })
	b.Cleanup(func() {
		s.server.Close()
		cancel()
		running.Wait()
		_ = st.Close()
	})
	return s
}

// bodies starts n executions and returns a click on Approve for each.
func (s *benchServer) bodies(b *testing.B, n int) [][]byte {
	b.Helper()
	bodies := make([][]byte, n)
	var next atomic.Int64
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				x, err := s.bot.Start(b.Context(), bot.StartRequest{
					Namespace: "bench", Flow: "bench", By: fromFiles(),
				})
				if err != nil {
					b.Error(err)
					return
				}
				bodies[i] = approveClick(string(engine.NewRequestID(x.ID, "1")))
			}
		})
	}
	all.Wait()
	return bodies
}

// approveClick is what Slack sends when Dana presses Approve.
func approveClick(request string) []byte {
	payload, err := json.Marshal(map[string]any{
		"type": "block_actions", "trigger_id": "1.2.3", "api_app_id": "A1",
		"user":      map[string]any{"id": "UDANA", "username": "dana", "team_id": "T0SIGNOFF"},
		"team":      map[string]any{"id": "T0SIGNOFF"},
		"container": map[string]any{"type": "message", "channel_id": "C0BENCH", "message_ts": "1790000000." + request[len(request)-8:len(request)-2]},
		"actions": []any{map[string]any{
			"type": "button", "action_id": "act:approve", "block_id": "b", "value": "1|" + request + "|1", "action_ts": "1.2",
		}},
	})
	if err != nil {
		panic(err)
	}
	return slacktest.Form(payload)
}

// allEnded fails the benchmark if it measured refusals.
func (s *benchServer) allEnded(b *testing.B) {
	b.Helper()
	paused, err := s.store.Executions(b.Context(), store.Query{States: []engine.State{engine.Paused, engine.Running}, Limit: 1})
	if err != nil || len(paused) > 0 {
		b.Fatalf("an execution did not end: %v, %v", paused, err)
	}
}

// stillOpen fails the benchmark if other requests were decided than those that
// were clicked.
func (s *benchServer) stillOpen(b *testing.B, want int) {
	b.Helper()
	open := 0
	q := store.Query{States: []engine.State{engine.Paused, engine.Running}, Limit: 1000}
	for {
		page, err := s.store.Executions(b.Context(), q)
		if err != nil {
			b.Fatal(err)
		}
		open += len(page)
		if len(page) < q.Limit {
			break
		}
		q.After = page[len(page)-1].ID
	}
	if open != want {
		b.Fatalf("%d requests are open, want %d", open, want)
	}
}

// floor is the least that a durable answer to a signed click can cost: verify,
// one put, group commit, 200.
type floor struct {
	server *httptest.Server
	puts   chan put
}

type put struct {
	key, value []byte
	done       chan error
}

func newFloor(b *testing.B) *floor {
	b.Helper()
	db, err := bbolt.Open(filepath.Join(b.TempDir(), "floor.db"), 0o600, nil)
	if err != nil {
		b.Fatal(err)
	}
	f := &floor{puts: make(chan put, 1024)}
	f.server = httptest.NewServer(f)
	var committing sync.WaitGroup
	committing.Go(func() { f.commit(db) })
	b.Cleanup(func() {
		f.server.Close()
		close(f.puts)
		committing.Wait()
		_ = db.Close()
	})
	return f
}

func (f *floor) bodies(n int) [][]byte {
	bodies := make([][]byte, n)
	for i := range bodies {
		bodies[i] = approveClick(fmt.Sprintf("01kfloor%018d.1", i))
	}
	return bodies
}

func (f *floor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil || !hmac.Equal([]byte(signature(r.Header.Get("X-Slack-Request-Timestamp"), body)), []byte(r.Header.Get("X-Slack-Signature"))) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	var p struct {
		Actions []struct {
			Value string `json:"value"`
		} `json:"actions"`
	}
	if err := json.Unmarshal([]byte(form.Get("payload")), &p); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	done := make(chan error, 1)
	f.puts <- put{key: []byte(p.Actions[0].Value), value: body, done: done}
	if err := <-done; err != nil {
		w.WriteHeader(http.StatusInternalServerError)
	}
}

// commit takes whatever waits into the next transaction.
func (f *floor) commit(db *bbolt.DB) {
	for first := range f.puts {
		batch := []put{first}
		for len(f.puts) > 0 {
			batch = append(batch, <-f.puts)
		}
		err := db.Update(func(tx *bbolt.Tx) error {
			bucket, err := tx.CreateBucketIfNotExists([]byte("clicks"))
			if err != nil {
				return err
			}
			for _, p := range batch {
				if err := bucket.Put(p.key, p.value); err != nil {
					return err
				}
			}
			return nil
		})
		for _, p := range batch {
			p.done <- err
		}
	}
}
