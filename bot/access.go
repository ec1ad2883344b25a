package bot

import (
	"context"
	"strings"

	"signoff/engine"
	"signoff/engine/access"
)

// LocalToken is the name of the token in the data folder. Who can read that
// folder runs signoff, so it opens everything; whose decision one with it is,
// the configuration says.
const LocalToken = "local token"

// Service is the principal of an API token that stands for nobody.
func Service(token, via string) engine.Principal {
	return engine.Principal{Name: token, Account: tokenSurface + "::" + token, Via: via}
}

// tokenSurface is where accounts come from whose tenant is the name of a token.
const tokenSurface = "api"

// caller is a principal as the rules of access see it.
func caller(by engine.Principal) access.Caller {
	if ourselves(by) {
		return access.Caller{Root: true}
	}
	c := access.Caller{Person: by.Person}
	surface, rest, _ := strings.Cut(by.Account, ":")
	if surface != tokenSurface {
		return c
	}
	token, id, _ := strings.Cut(rest, ":")
	if by.Person == "" {
		c.Service, token = id, id
	}
	c.Root = token == LocalToken
	return c
}

// ourselves reports whether a principal is signoff itself: a file of the
// operator's that is loaded, work that is done.
func ourselves(by engine.Principal) bool {
	return by.Person == "" && by.Account == "" && by.Via == "engine"
}

// object is what somebody wants to do something with.
type object struct {
	namespace string
	// mine: they began it. asked: its question names them.
	mine, asked bool
}

// in is everything of a namespace.
func in(namespace string) object { return object{namespace: namespace} }

// authorize is the one place that says whether somebody may do something: every
// method that serves a person or a token asks it. By it alone nobody decides: that
// is up to the rules of the request besides.
func (b *Bot) authorize(ctx context.Context, by engine.Principal, v access.Verb, o object) bool {
	b.freshRights(ctx)
	return b.authorized(by, v, o)
}

func (b *Bot) authorized(by engine.Principal, v access.Verb, o object) bool {
	switch {
	case Reserved(o.namespace):
		return false // it is not for people
	case b.Access.May(b.People.Directory(), caller(by), v, o.namespace):
		return true
	case by.Person == "":
		return false
	}
	switch v {
	case access.ViewExecution:
		return o.mine
	case access.ViewRequest:
		return o.mine || o.asked
	case access.Decide:
		return o.asked
	case access.ViewFlow, access.EditFlow, access.StartExecution, access.ControlExecution, access.MoveRequest,
		access.Override, access.ReadValues, access.WriteValues, access.ControlTrigger, access.ReadAudit, access.ManagePeople:
	}
	return false
}

// freshRights makes sure that the groups that have roles are young enough to
// decide by. One that cannot be read has none.
func (b *Bot) freshRights(ctx context.Context) {
	if groups := b.Access.Groups(); len(groups) > 0 {
		b.People.Fresh(ctx, groups...)
	}
}

// sight tells in which namespaces somebody may do something.
func (b *Bot) sight(ctx context.Context, by engine.Principal, v access.Verb) func(namespace string) bool {
	b.freshRights(ctx)
	known := map[string]bool{}
	return func(namespace string) bool {
		may, ok := known[namespace]
		if !ok {
			may = b.authorized(by, v, in(namespace))
			known[namespace] = may
		}
		return may
	}
}

// everywhere reports whether somebody may do something in all namespaces, so that
// what they do not find is not there.
func (b *Bot) everywhere(by engine.Principal, v access.Verb) bool {
	return b.authorized(by, v, in(access.Everywhere))
}

// MayAnywhere reports whether somebody may do something in any namespace.
func (b *Bot) MayAnywhere(ctx context.Context, by engine.Principal, v access.Verb) bool {
	b.freshRights(ctx)
	return b.Access.MayAnywhere(b.People.Directory(), caller(by), v)
}
