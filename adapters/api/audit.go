package api

import (
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// The headers that carry the head of the log with GET /audit.
const (
	HeadSeqHeader  = "Signoff-Audit-Head-Seq"
	HeadHashHeader = "Signoff-Audit-Head-Hash"
)

// auditBatch is how many lines are read from the store at a time, so that no
// read is held while a slow caller takes them.
const auditBatch = 500

// audit streams the log as JSON Lines, from line `from` on, `n` lines or all up
// to the head as it was at the beginning.
func (s *server) audit(w http.ResponseWriter, r *http.Request, t Token) {
	from, n, err := rangeOf(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	lines, head, err := s.Service.Audit(r.Context(), AuditRange{from, min(n, auditBatch)}, t.account())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/jsonl")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set(HeadSeqHeader, strconv.FormatUint(head.Seq, 10))
	h.Set(HeadHashHeader, hex.EncodeToString(head.Hash[:]))
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	control := http.NewResponseController(w)
	for sent := 0; len(lines) > 0; {
		// A slow reader may take its time, but not for ever over one batch.
		_ = control.SetWriteDeadline(time.Now().Add(time.Minute))
		for _, l := range lines {
			if err := enc.Encode(l); err != nil {
				s.Log.DebugContext(r.Context(), "audit stream was not read", "err", err)
				return
			}
			if sent++; sent == n || l.Seq == head.Seq {
				return
			}
		}
		lines, _, err = s.Service.Audit(r.Context(), AuditRange{lines[len(lines)-1].Seq + 1, min(n-sent, auditBatch)}, t.account())
		if err != nil {
			// The status is sent; a broken connection is the only way left to
			// say that the list is not complete.
			s.Log.ErrorContext(r.Context(), "audit stream broke off", "err", err)
			panic(http.ErrAbortHandler)
		}
	}
}

func rangeOf(r *http.Request) (from uint64, n int, err error) {
	from, n = 1, int(^uint(0)>>1)
	q := r.URL.Query()
	if text := q.Get("from"); text != "" {
		from, err = strconv.ParseUint(text, 10, 64)
		if err != nil || from == 0 {
			return 0, 0, badRequest("from must be a line number, counted from 1.")
		}
	}
	if text := q.Get("n"); text != "" {
		n, err = strconv.Atoi(text)
		if err != nil || n < 1 {
			return 0, 0, badRequest("n must be how many lines, at least 1.")
		}
	}
	return from, n, nil
}
