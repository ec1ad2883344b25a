package api_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/adapters/api"
	"signoff/engine"
)

// moving is an execution that takes a step each time somebody looks at it.
type moving struct {
	*product

	mu    sync.Mutex
	steps []engine.Execution // guarded by mu
}

func (m *moving) Execution(context.Context, engine.ExecutionID, adapters.Account) (engine.Execution, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	x := m.steps[0]
	if len(m.steps) > 1 {
		m.steps = m.steps[1:]
	}
	return x, nil
}

func steps(states ...engine.State) []engine.Execution {
	out := make([]engine.Execution, len(states))
	for i, s := range states {
		out[i] = engine.Execution{ID: "x1", State: s, Version: engine.Version(i + 1)}
	}
	return out
}

func TestFollow(t *testing.T) {
	t.Parallel()
	all := steps(engine.Running, engine.Paused, engine.Success, engine.Success)
	all[2].Runs = []engine.TaskRun{{ID: "1", State: engine.Running, Branch: engine.BranchAfter}} // goes on after the end
	twice := append(all[:2:2], all[1:]...)                                                       // nothing new the second time
	base := serveAs(t, &moving{product: newProduct(), steps: twice})
	client, err := api.NewClient(base, danaToken)
	if err != nil {
		t.Fatal(err)
	}
	var got []uint64
	if err := client.Follow(t.Context(), "x1", func(x api.Execution) error { got = append(got, x.Version); return nil }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]uint64{1, 2, 3, 4}, got); diff != "" {
		t.Errorf("versions (-want +got):\n%s", diff)
	}
}

func TestFollowFromWhereItWas(t *testing.T) {
	t.Parallel()
	base := serveAs(t, &moving{product: newProduct(), steps: steps(engine.Running, engine.Paused, engine.Killed)})
	r := request(t, http.MethodGet, base+"/api/v1/executions/x1/follow", danaToken, "")
	r.Header.Set("Last-Event-ID", "2")
	status, body := send(t, r)
	if status != http.StatusOK || strings.Count(body, "data:") != 1 || !strings.Contains(body, "id: 3\nevent: end\ndata: {") {
		t.Errorf("%d %q", status, body)
	}
}

func TestFollowOfNothing(t *testing.T) {
	t.Parallel()
	base := serve(t, newProduct(), false)
	if status, _ := send(t, request(t, http.MethodGet, base+"/api/v1/executions/absent/follow", danaToken, "")); status != http.StatusNotFound {
		t.Errorf("%d", status)
	}
}

// A stream ends when its reader goes, when it has heard enough, and when the
// server stops.
func TestFollowEnds(t *testing.T) {
	t.Parallel()
	ending := make(chan struct{})
	h, err := api.New(api.Config{
		Service: &moving{product: newProduct(), steps: steps(engine.Running)}, Log: slog.New(slog.DiscardHandler), Ending: ending,
		Tokens: []api.Token{{Name: "t", Secret: danaToken, Person: "dana@example.com"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	client, err := api.NewClient(newServer(t, h), danaToken)
	if err != nil {
		t.Fatal(err)
	}
	enough := errors.New("enough")
	if err := client.Follow(t.Context(), "x1", func(api.Execution) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("Follow() = %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	told := 0
	err = client.Follow(ctx, "x1", func(x api.Execution) error {
		if told++; told == 1 {
			close(ending)
		}
		return nil
	})
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) || told != 1 || ctx.Err() != nil {
		t.Errorf("Follow() = %v after %d", err, told)
	}
}
