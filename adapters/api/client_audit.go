package api

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"

	"signoff/engine/audit"
)

// AuditLog is the log as the server began to send it.
type AuditLog struct {
	// Head is where the log ended at that moment.
	Head audit.Head
	body io.ReadCloser
}

// Audit asks for n lines from line from on; n of zero asks for all. The caller
// closes the log.
func (c *Client) Audit(ctx context.Context, from uint64, n int) (*AuditLog, error) {
	q := url.Values{"from": {strconv.FormatUint(max(from, 1), 10)}}
	if n > 0 {
		q.Set("n", strconv.Itoa(n))
	}
	res, err := c.send(ctx, ask{method: http.MethodGet, path: "/audit", query: q})
	if err != nil {
		return nil, err
	}
	head, err := headOf(res.Header)
	if err != nil {
		closeBody(res)
		return nil, err
	}
	return &AuditLog{Head: head, body: res.Body}, nil
}

func headOf(h http.Header) (audit.Head, error) {
	seq, err := strconv.ParseUint(h.Get(HeadSeqHeader), 10, 64)
	if err != nil {
		return audit.Head{}, errors.New("the server did not say where its audit log ends")
	}
	raw, err := hex.DecodeString(h.Get(HeadHashHeader))
	if err != nil || len(raw) != len(audit.Hash{}) {
		return audit.Head{}, errors.New("the server did not say the last hash of its audit log")
	}
	return audit.Head{Seq: seq, Hash: audit.Hash(raw)}, nil
}

// Lines yields the lines as they come, once.
func (l *AuditLog) Lines() iter.Seq2[audit.Line, error] { return ReadLines(l.body) }

// Close ends the transfer.
func (l *AuditLog) Close() error { return l.body.Close() }

// maxLine bounds one line of a log; the largest that signoff writes is far
// smaller.
const maxLine = 4 << 20

// ReadLines reads JSON Lines, as GET /audit sends them and as an exported file
// holds them. It stops at the first line that is not one, and names it.
func ReadLines(r io.Reader) iter.Seq2[audit.Line, error] {
	return func(yield func(audit.Line, error) bool) {
		scan := bufio.NewScanner(r)
		scan.Buffer(make([]byte, 0, 64<<10), maxLine)
		for row := 1; scan.Scan(); row++ {
			if len(scan.Bytes()) == 0 {
				continue
			}
			var l audit.Line
			if err := json.Unmarshal(scan.Bytes(), &l); err != nil {
				yield(audit.Line{}, fmt.Errorf("row %d is not an audit line: %w", row, err))
				return
			}
			if !yield(l, nil) {
				return
			}
		}
		if err := scan.Err(); err != nil {
			yield(audit.Line{}, fmt.Errorf("read the audit log: %w", err))
		}
	}
}
