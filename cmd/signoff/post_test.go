package main

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// post STATUS METHOD ADDRESSFILE PATH [BODY] calls a server that announced
// itself in a file, as a stranger would: without a token. It prints the answer.
func post(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 || len(args) > 5 {
		ts.Fatalf("usage: post STATUS METHOD ADDRESSFILE PATH [BODY]")
	}
	url := strings.TrimSpace(ts.ReadFile(args[2])) + args[3]
	r, err := http.NewRequest(args[1], url, strings.NewReader(strings.Join(args[4:], "")))
	ts.Check(err)
	client := http.Client{Timeout: time.Minute}
	res, err := client.Do(r)
	ts.Check(err)
	defer func() { ts.Check(res.Body.Close()) }()
	_, err = io.Copy(ts.Stdout(), res.Body)
	ts.Check(err)
	if strconv.Itoa(res.StatusCode) != args[0] {
		ts.Fatalf("%s %s: %s, want %s", args[1], args[3], res.Status, args[0])
	}
}
