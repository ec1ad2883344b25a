package slacktest

import "slices"

// socketOrders are what was ordered to happen on sockets, each so many times.
type socketOrders struct {
	noHello    int
	tooMany    int
	loseAcks   int
	twice      int
	noResponse int
}

// take uses up one of an order.
func take(order *int) bool {
	if *order == 0 {
		return false
	}
	*order--
	return true
}

func (s *Server) orderSockets(change func(*socketOrders)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.sockets.orders)
}

// SkipHello leaves the next n sockets without a greeting.
func (s *Server) SkipHello(n int) { s.orderSockets(func(o *socketOrders) { o.noHello += n }) }

// RefuseSockets turns the next n sockets away with too_many_websockets.
func (s *Server) RefuseSockets(n int) { s.orderSockets(func(o *socketOrders) { o.tooMany += n }) }

// LoseAcks cuts the connection instead of taking an acknowledgement, n times:
// the app has done its work and Slack does not know.
func (s *Server) LoseAcks(n int) { s.orderSockets(func(o *socketOrders) { o.loseAcks += n }) }

// DeliverTwice delivers the next n envelopes on two sockets at once.
func (s *Server) DeliverTwice(n int) { s.orderSockets(func(o *socketOrders) { o.twice += n }) }

// TakeNoResponse delivers the next n envelopes as such that may be acknowledged
// and no more.
func (s *Server) TakeNoResponse(n int) { s.orderSockets(func(o *socketOrders) { o.noResponse += n }) }

// RefreshSockets tells the app that its sockets will be closed, by a reason such
// as "warning" or "refresh_requested". They stay open until the app or
// [Server.CutSockets] closes them, and get envelopes if there is no other.
func (s *Server) RefreshSockets(reason string) {
	s.mu.Lock()
	open := slices.Clone(s.sockets.open)
	for _, c := range open {
		c.retired = true
	}
	s.announce()
	s.mu.Unlock()
	for _, c := range open {
		c.disconnect(reason)
	}
}

// CutSockets cuts all connections of the app, as a network that fails.
func (s *Server) CutSockets() {
	s.mu.Lock()
	open := slices.Clone(s.sockets.open)
	s.mu.Unlock()
	for _, c := range open {
		c.cut()
	}
}
