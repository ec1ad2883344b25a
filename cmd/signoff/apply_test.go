package main

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"signoff/adapters/api"
)

// A server of another version may see faults that this one does not, also in a
// file whose name did not survive the way.
func TestApplyTellsEveryFaultOfTheServer(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{"a file that was sent": "f.yaml", "a file that was not": "f\ufffd.yaml"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusUnprocessableEntity)
				_, _ = w.Write([]byte(`{"error":{"code":"faults","text":"no","faults":[
					{"file":"` + file + `","line":2,"col":1,"severity":"error","rule":"new-rule","message":"this is new"}]}}`))
			}))
			defer srv.Close()
			client, err := api.NewClient(srv.URL, strings.Repeat("0", 64))
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			p := &program{Command: Command{Stdout: &out}}
			err = p.apply(t.Context(), client, api.ApplyBody{}, []checked{{file: "f.yaml", source: []byte("id: f\nnamespace: it\n")}})
			if !errors.Is(err, errFaults) || !strings.Contains(out.String(), ".yaml:2:1: this is new [new-rule]") {
				t.Errorf("apply = %v, said\n%s", err, out.String())
			}
		})
	}
}
