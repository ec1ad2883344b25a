package main

import (
	"context"
	"net/http"
	"time"
)

// endless serves requests that end only when somebody ends them, such as a
// stream of events: without a write timeout, and until ending is over.
func endless(ending context.Context, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		defer context.AfterFunc(ending, cancel)()
		// A writer that cannot lift its deadline keeps it; the stream is then cut
		// and the page asks anew.
		_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}
