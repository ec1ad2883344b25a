package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
	"signoff/adapters/api"
	"signoff/engine"
	"signoff/engine/audit"
	"signoff/engine/flow"
)

func client(t *testing.T, base, token string) *api.Client {
	t.Helper()
	c, err := api.NewClient(base, token)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestStartHandsOverTypedInputs(t *testing.T) {
	t.Parallel()
	p := newProduct()
	base := serve(t, p, true)
	body := `{"namespace":"hr.operations","flow":"vacation_approval","as":"alex@example.com","labels":{"a":"b"},
		"inputs":{"n":3,"f":2.5,"big":9007199254740993,"s":"x","b":true,"z":null,"l":[1,{"m":2}]}}`
	status, text := send(t, request(t, "POST", base+"/api/v1/executions", danaToken, body))
	if status != http.StatusCreated {
		t.Fatalf("start = %d %s", status, text)
	}
	want := api.StartRequest{
		Namespace: "hr.operations", Flow: "vacation_approval", Labels: map[string]string{"a": "b"},
		Inputs: map[string]any{
			"n": int64(3), "f": 2.5, "big": int64(9007199254740993), "s": "x", "b": true, "z": nil,
			"l": []any{int64(1), map[string]any{"m": int64(2)}},
		},
		By: adapters.Account{Surface: "api", Tenant: "dana's token", ID: "alex@example.com"},
	}
	if diff := cmp.Diff(want, p.started[0]); diff != "" {
		t.Errorf("start (-want +got):\n%s", diff)
	}
}

func TestStartWithoutAPersonIsAService(t *testing.T) {
	t.Parallel()
	p := newProduct()
	if _, err := client(t, serve(t, p, false), serviceToken).Start(t.Context(), api.StartBody{Namespace: "a", Flow: "b"}); err != nil {
		t.Fatal(err)
	}
	want := adapters.Account{Surface: "api", Tenant: "local token", Name: "local token"}
	if diff := cmp.Diff(want, p.started[0].By); diff != "" {
		t.Errorf("starter (-want +got):\n%s", diff)
	}
}

func TestStartTellsEveryFieldFault(t *testing.T) {
	t.Parallel()
	p := newProduct()
	p.err = &engine.RejectionError{Code: engine.BadInput, Text: "Some inputs are wrong.", Fields: []flow.FieldError{
		{Field: "start_date", Text: "must be a date"}, {Field: "employee", Text: "is required"},
	}}
	_, err := client(t, serve(t, p, false), danaToken).Start(t.Context(), api.StartBody{Namespace: "a", Flow: "b"})
	want := &api.Error{Status: 422, Code: "bad_input", Text: "Some inputs are wrong.", Fields: map[string]string{
		"start_date": "must be a date", "employee": "is required",
	}}
	if diff := cmp.Diff(error(want), err); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}

func TestClientReadsWhatTheServerWrites(t *testing.T) {
	t.Parallel()
	p := newProduct()
	c := client(t, serve(t, p, false), danaToken)
	want := api.View(p.execution)
	got, err := c.Execution(t.Context(), "x1")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("execution (-want +got):\n%s", diff)
	}
	list, err := c.Executions(t.Context(), api.Filter{Namespace: "hr", States: []engine.State{engine.Paused}, Limit: 5})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]api.Execution{want}, list); diff != "" {
		t.Errorf("executions (-want +got):\n%s", diff)
	}
	if flows, err := c.Flows(t.Context()); err != nil || len(flows) != 1 {
		t.Errorf("flows = %v, %v", flows, err)
	}
	if _, err := c.Execution(t.Context(), "absent"); err == nil || err.Error() != "There is no such execution." {
		t.Errorf("absent execution: %v", err)
	}
}

func TestListRefusesUnknownFilters(t *testing.T) {
	t.Parallel()
	base := serve(t, newProduct(), false)
	for _, query := range []string{"stat=PAUSED", "state=SLEEPING", "limit=0", "limit=100001", "limit=x", "limit=-1"} {
		if status, body := send(t, request(t, "GET", base+"/api/v1/executions?"+query, danaToken, "")); status != http.StatusBadRequest {
			t.Errorf("?%s = %d %s, want 400", query, status, body)
		}
	}
}

func TestAuditStreamsTheWholeLog(t *testing.T) {
	t.Parallel()
	p := newProduct()
	c := client(t, serve(t, p, false), danaToken)
	log, err := c.Audit(t.Context(), 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = log.Close() }()
	head, err := audit.Verify(log.Lines(), audit.Head{}, log.Head)
	if err != nil {
		t.Fatal(err)
	}
	if want := p.lines[len(p.lines)-1].Head(); head != want {
		t.Errorf("the stream ends at %v, want %v", head, want)
	}
}

func TestAuditSendsAWindow(t *testing.T) {
	t.Parallel()
	c := client(t, serve(t, newProduct(), false), danaToken)
	for _, tt := range []struct {
		from uint64
		n    int
		want [2]uint64 // first and last; zero: none
	}{
		{1, 1, [2]uint64{1, 1}},
		{499, 4, [2]uint64{499, 502}},
		{1200, 100, [2]uint64{1200, 1203}},
		{1, 1203, [2]uint64{1, 1203}},
		{2000, 5, [2]uint64{}},
	} {
		log, err := c.Audit(t.Context(), tt.from, tt.n)
		if err != nil {
			t.Fatal(err)
		}
		var got [2]uint64
		for l, err := range log.Lines() {
			if err != nil {
				t.Fatal(err)
			}
			if got[0] == 0 {
				got[0] = l.Seq
			}
			got[1] = l.Seq
		}
		_ = log.Close()
		if got != tt.want {
			t.Errorf("audit from %d, %d lines: got %v, want %v", tt.from, tt.n, got, tt.want)
		}
	}
}

func TestReadLinesNamesTheRow(t *testing.T) {
	t.Parallel()
	l := newProduct().lines[0]
	raw, err := l.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	var last error
	for _, err := range api.ReadLines(strings.NewReader(string(raw) + "\n\n{\"seq\":2}\n")) {
		last = err
	}
	if last == nil || !strings.Contains(last.Error(), "row 3 ") {
		t.Errorf("ReadLines = %v, want row 3 named", last)
	}
}

func TestClientSaysWhenNobodyAnswers(t *testing.T) {
	t.Parallel()
	c := client(t, "http://127.0.0.1:1", danaToken)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	_, err := c.Flows(ctx)
	if err == nil || strings.Contains(err.Error(), danaToken) || !strings.HasPrefix(err.Error(), "no answer from http://127.0.0.1:1") {
		t.Errorf("Flows = %v", err)
	}
}

func TestClientSendsTheTokenNowhereElse(t *testing.T) {
	t.Parallel()
	var got string
	other := newServer(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.Header.Get("Authorization") }))
	first := newServer(t, http.RedirectHandler(other, http.StatusTemporaryRedirect))
	if _, err := client(t, first, danaToken).Flows(t.Context()); err == nil {
		t.Error("a redirect was taken for an answer")
	}
	if got != "" {
		t.Error("the token went to another server")
	}
}
