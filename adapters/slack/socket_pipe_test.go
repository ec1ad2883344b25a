package slack_test

import (
	"net"
	"sync"
	"time"
)

// buffered is a pipe with room for what is written and not yet read, as a
// network has: two sides that answer each other's pings at the same moment must
// not wait for each other.
type buffered struct {
	net.Conn
	out  chan []byte
	done chan struct{}
	once sync.Once
}

func newBuffered(c net.Conn) *buffered {
	b := &buffered{Conn: c, out: make(chan []byte, 4096), done: make(chan struct{})}
	go b.pump()
	return b
}

// pump carries what was written to the other side, and closes behind it.
func (b *buffered) pump() {
	defer func() { _ = b.Conn.Close() }()
	for {
		select {
		case p := <-b.out:
			if _, err := b.Conn.Write(p); err != nil {
				return
			}
			continue
		case <-b.done:
		}
		for {
			select {
			case p := <-b.out:
				if _, err := b.Conn.Write(p); err != nil {
					return
				}
			default:
				return
			}
		}
	}
}

func (b *buffered) Write(p []byte) (int, error) {
	select {
	case <-b.done:
		return 0, net.ErrClosed
	default:
	}
	select {
	case b.out <- append([]byte(nil), p...):
		return len(p), nil
	case <-b.done:
		return 0, net.ErrClosed
	}
}

func (b *buffered) Close() error {
	b.once.Do(func() {
		close(b.done)
		_ = b.Conn.SetWriteDeadline(time.Now().Add(time.Second))
		_ = b.SetReadDeadline(time.Unix(1, 0))
	})
	return nil
}

func (b *buffered) SetDeadline(t time.Time) error  { return b.SetReadDeadline(t) }
func (*buffered) SetWriteDeadline(time.Time) error { return nil }
