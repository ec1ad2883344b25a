package slacktest

import "context"

// errands are what Slack does by itself after it has answered a call, such as
// telling the app of a token that was revoked.
type errands struct{ list []func(context.Context) }

func (e *errands) add(do func(context.Context)) { e.list = append(e.list, do) }

// run starts errands. They outlive the call, and end with the server.
func (s *Server) run(ctx context.Context, e *errands) {
	for _, do := range e.list {
		ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
		s.errands.Go(func() {
			defer cancel()
			do(ctx)
		})
		s.errands.Go(func() {
			select {
			case <-s.stopping:
				cancel()
			case <-ctx.Done():
			}
		})
	}
}

// Settle waits until Slack has done what it does by itself.
func (s *Server) Settle() { s.errands.Wait() }

// stopErrands ends what is still under way.
func (s *Server) stopErrands() {
	s.stop.Do(func() { close(s.stopping) })
	s.errands.Wait()
}
