// Package bolt is a durable store in one file, for one process.
//
// All that waits to be written goes down together: one goroutine takes every
// commit that is queued, applies each within one bbolt transaction, syncs once,
// and answers all. A lone commit does not wait for company. bbolt's own Batch is
// not used, because it waits by the clock and runs a function again when another
// one of its batch fails.
//
// A commit is answered when it is synced. If syncing fails nobody can know what
// is on the disk, so the store answers store.ErrUnknown, stops for good, and the
// truth is read by the next process. Every record carries a checksum, and all of
// them are read when the file is opened, because bbolt by itself notices almost
// no damage: opening takes about a second for each gigabyte.
//
// The clock never goes back, over a restart either: a machine whose clock was set
// years ahead when something was committed keeps the store's clock there until
// that time has come.
//
// Leases and the order of what is due live in memory: one process holds the
// file, so a lease needs no longer life than the process. A reader may see a
// commit in the moment before it is synced; work is not handed out before.
package bolt

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"

	"signoff/engine/audit"
	"signoff/store"
	"signoff/store/internal/clock"
	"signoff/store/internal/due"
	"signoff/store/internal/tally"
)

// Options configure a store. The zero value works.
type Options struct {
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// OnUnknown is called once, after a commit whose outcome is unknown was
	// answered. The process should end: the store accepts nothing more.
	OnUnknown func(error)
}

// Store is a store.Store in a file.
type Store struct {
	db     *bbolt.DB
	clock  *clock.Clock
	queue  *due.Queue
	tally  *tally.Tally
	commit func(*bbolt.Tx) error // (*bbolt.Tx).Commit, but for tests of its failure
	opt    Options

	requests chan *request
	stop     chan struct{} // closed by the first of Close and a failure
	stopOnce sync.Once
	stopped  chan struct{} // closed when the committer has ended
	failure  atomic.Pointer[error]

	// state, tail, once and ends belong to the committer.
	state state
	tail  []audit.Line // the last lines of the log, see room
	once  *onceLog
	ends  map[string]time.Time // when values expire, by key
}

var _ store.Store = (*Store)(nil)

// maxWaiting bounds the commits that wait for the disk; more wait outside, with
// their context.
const maxWaiting = 1024

// Open opens the file at path, and makes it and its folder if need be. The file
// is refused, in words, if another process holds it, if others may read or write
// it, if it is a symbolic link, if a newer signoff wrote it, or if anything in
// it is damaged.
func Open(path string, opt Options) (*Store, error) {
	db, err := openFile(path)
	if err != nil {
		return nil, fmt.Errorf("open the data file %s: %w", path, err)
	}
	s := &Store{
		db:       db,
		commit:   (*bbolt.Tx).Commit,
		opt:      opt,
		requests: make(chan *request, maxWaiting),
		stop:     make(chan struct{}),
		stopped:  make(chan struct{}),
		once:     newOnceLog(),
		ends:     make(map[string]time.Time),
	}
	if err := s.load(); err != nil {
		return nil, errors.Join(fmt.Errorf("open the data file %s: %w", path, err), db.Close())
	}
	go s.run()
	return s, nil
}

// load reads and checks everything, and fills what is kept in memory.
func (s *Store) load() (err error) {
	// Damage can make bbolt panic, or read past the end of the file.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", store.ErrDamaged, r)
		}
	}()
	return s.db.View(func(tx *bbolt.Tx) error {
		state, err := readState(tx)
		if err != nil {
			return err
		}
		s.state = state
		s.clock = clock.New(s.opt.Now, state.clock)
		s.queue, s.tally = due.New(), tally.New()
		return s.survey(tx)
	})
}

// Claim takes work that is due. See [store.Store].
func (s *Store) Claim(ctx context.Context, lease time.Duration, n int) ([]store.Claim, time.Time, error) {
	if err := s.usable(ctx); err != nil {
		return nil, time.Time{}, err
	}
	claims, next := s.queue.Claim(s.clock.Now(), lease, n)
	return claims, next, nil
}

// Extend prolongs a claim. See [store.Store].
func (s *Store) Extend(ctx context.Context, c store.Claim, lease time.Duration) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	return s.queue.Extend(c, s.clock.Now(), lease)
}

// Now is the store's clock.
func (s *Store) Now() time.Time { return s.clock.Now() }

// Close waits for the commits that are being written and closes the file. What
// still waits is refused. It may be called twice.
func (s *Store) Close() error {
	s.halt()
	<-s.stopped
	return s.db.Close()
}

func (s *Store) halt() { s.stopOnce.Do(func() { close(s.stop) }) }

// usable tells why nothing can be done, if so.
func (s *Store) usable(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case <-s.stop:
		return s.closed()
	default:
		return nil
	}
}

func (s *Store) closed() error {
	if cause := s.failure.Load(); cause != nil {
		return fmt.Errorf("%w since a commit failed: %w", store.ErrClosed, *cause)
	}
	return store.ErrClosed
}
