package slacktest

import "time"

// spend takes one call out of what an install may call of a method in a minute;
// the caller holds mu.
func (s *Server) spend(in *install, method string) error {
	if !s.opt.LimitMethods {
		return nil
	}
	perMinute := tier(method)
	if perMinute == 0 {
		return nil
	}
	every := time.Minute / time.Duration(perMinute)
	b := s.bucketOf(s.rates, in.id()+"/"+method, perMinute)
	return s.draw(b, every, perMinute)
}

// tier is how many calls of a method a minute allows; 0 for those that have rules
// of their own.
func tier(method string) int {
	switch method {
	case "conversations.list", "usergroups.list", "usergroups.users.list", "users.list":
		return 20
	case "chat.delete", "chat.update", "conversations.info", "conversations.open", "users.lookupByEmail":
		return 50
	case "chat.postEphemeral", "conversations.members", "files.info", "users.info",
		"views.open", "views.publish", "views.push", "views.update":
		return 100
	default:
		return 0
	}
}

func (s *Server) bucketOf(all map[string]*bucket, name string, full int) *bucket {
	b := all[name]
	if b == nil {
		b = &bucket{left: full, at: s.now()}
		all[name] = b
	}
	return b
}

// draw takes one out of a bucket that gains one at such intervals.
func (s *Server) draw(b *bucket, every time.Duration, full int) error {
	now := s.now()
	if gained := int(now.Sub(b.at) / every); gained > 0 {
		b.left = min(full, b.left+gained)
		b.at = b.at.Add(time.Duration(gained) * every)
	}
	if b.left == 0 {
		return s.tooFast(every - now.Sub(b.at))
	}
	b.left--
	return nil
}

// tooFast is the refusal of one call too many.
func (s *Server) tooFast(wait time.Duration) error {
	if s.opt.NoRetryAfter {
		return &rateLimitError{}
	}
	return &rateLimitError{after: max(wait, time.Second)}
}
