package access

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"signoff/engine/approval"
)

// Grant gives a role to people and services.
type Grant struct {
	Role Role
	// To names people, as user: or group:.
	To []approval.Selector
	// Services are the names of API tokens that stand for nobody.
	Services []string
	// In are the namespaces in which it holds, with those below them; "" is all.
	In []string
}

// Config is what an administrator wrote down.
type Config struct {
	// Roles are those besides the built-in ones.
	Roles  map[Role][]Verb
	Grants []Grant
}

// Rules answer who may do what. They never change and may be shared.
type Rules struct {
	verbs  map[Role][]Verb
	grants []Grant
	// everyone: no access is configured; free: nobody is asked at all.
	everyone, free bool
}

// New makes rules of a configuration: what no grant gives is refused.
func New(c Config) (*Rules, error) {
	r := &Rules{verbs: map[Role][]Verb{}, grants: c.Grants}
	for _, role := range BuiltIn() {
		r.verbs[role] = builtIn(role)
	}
	for _, role := range slices.Sorted(maps.Keys(c.Roles)) {
		if IsBuiltIn(role) || role == "" {
			return nil, fmt.Errorf("access: %q cannot be the name of a role", role)
		}
		for _, v := range c.Roles[role] {
			if !v.known() {
				return nil, fmt.Errorf("access: the role %s names the unknown verb %q", role, v)
			}
		}
		r.verbs[role] = c.Roles[role]
	}
	for i, g := range c.Grants {
		if _, known := r.verbs[g.Role]; !known {
			return nil, fmt.Errorf("access: grant %d names the unknown role %q", i+1, g.Role)
		}
	}
	return r, nil
}

// Everyone makes the rules of a configuration that says nothing: whoever is known
// is viewer, launcher and approver everywhere, and a service viewer and launcher.
func Everyone() *Rules {
	r := &Rules{verbs: map[Role][]Verb{}, everyone: true}
	for _, role := range BuiltIn() {
		r.verbs[role] = builtIn(role)
	}
	return r
}

// Unrestricted makes rules that let everybody do everything. It is for tests and
// stories, whose people are made up.
func Unrestricted() *Rules {
	r := Everyone()
	r.free = true
	return r
}

// Caller is who wants to do something.
type Caller struct {
	// Person is the human; empty for a service.
	Person approval.PersonID
	// Service is the name of the token of a service.
	Service string
	// Root holds the token of the data folder, or is signoff itself.
	Root bool
}

// Everywhere is the namespace above all.
const Everywhere = ""

// May reports whether a caller may do something in a namespace; [Everywhere] asks
// for all of them. Nobody but a person decides.
func (r *Rules) May(d *approval.Directory, c Caller, v Verb, namespace string) bool {
	return r.may(d, c, v, func(in []string) bool { return covered(in, namespace) })
}

// MayAnywhere reports whether a caller may do something in any namespace.
func (r *Rules) MayAnywhere(d *approval.Directory, c Caller, v Verb) bool {
	return r.may(d, c, v, func(in []string) bool { return len(in) > 0 })
}

func (r *Rules) may(d *approval.Directory, c Caller, v Verb, here func(in []string) bool) bool {
	switch {
	case !v.known():
		return false
	case c.Person == "" && (v == Decide || v == Override) && !r.free:
		return false
	case r.free, c.Root:
		return true
	}
	for _, held := range r.Held(d, c) {
		if slices.Contains(r.verbs[held.Role], v) && here(held.In) {
			return true
		}
	}
	return false
}

// Held is a role that somebody has, and where.
type Held struct {
	Role Role
	In   []string
}

// Covers reports whether the role is held in a namespace.
func (h Held) Covers(namespace string) bool { return covered(h.In, namespace) }

// Held lists the roles of a caller, in the order of the grants. Root needs none.
func (r *Rules) Held(d *approval.Directory, c Caller) []Held {
	if c.Person != "" && !active(d, c.Person) {
		return nil
	}
	var out []Held
	if r.everyone {
		for _, role := range everyone() {
			if c.Person != "" || c.Service != "" && role != Approver {
				out = append(out, Held{role, []string{Everywhere}})
			}
		}
		return out
	}
	for _, g := range r.grants {
		if g.names(d, c) {
			out = append(out, Held{g.Role, g.In})
		}
	}
	return out
}

// Verbs lists what a role allows.
func (r *Rules) Verbs(role Role) []Verb { return slices.Clone(r.verbs[role]) }

// Roles lists all roles, the built-in ones first.
func (r *Rules) Roles() []Role {
	own := slices.DeleteFunc(slices.Sorted(maps.Keys(r.verbs)), IsBuiltIn)
	return append(BuiltIn(), own...)
}

// Holders lists the active people who have a role in a namespace: each once,
// sorted.
func (r *Rules) Holders(d *approval.Directory, namespace string, role Role) []approval.PersonID {
	return r.AllHolders(d, namespace)[string(role)]
}

// AllHolders lists by role who has it in a namespace, as [approval.Directory] has
// it. A role that nobody has is in it, too.
func (r *Rules) AllHolders(d *approval.Directory, namespace string) map[string][]approval.PersonID {
	out := map[string][]approval.PersonID{}
	for role := range r.verbs {
		out[string(role)] = nil
	}
	if d == nil {
		return out
	}
	for _, id := range slices.Sorted(maps.Keys(d.People)) {
		for _, held := range r.Held(d, Caller{Person: id}) {
			name := string(held.Role)
			if has := out[name]; covered(held.In, namespace) && (len(has) == 0 || has[len(has)-1] != id) {
				out[name] = append(has, id)
			}
		}
	}
	return out
}

// Deciders are the people who may answer requests of a namespace without being
// named by them; nil is everybody.
func (r *Rules) Deciders(d *approval.Directory, namespace string) map[approval.PersonID]bool {
	if r.free || r.everyone || d == nil {
		return nil
	}
	out := map[approval.PersonID]bool{}
	for id := range d.People {
		if r.May(d, Caller{Person: id}, Decide, namespace) {
			out[id] = true
		}
	}
	return out
}

// names reports whether a grant is for a caller.
func (g Grant) names(d *approval.Directory, c Caller) bool {
	if c.Person == "" {
		return c.Service != "" && slices.Contains(g.Services, c.Service)
	}
	return slices.ContainsFunc(g.To, func(s approval.Selector) bool { return Names(d, s, c.Person) })
}

// Names reports whether user: or group: names a person. A group whose members
// could not be read names nobody.
func Names(d *approval.Directory, s approval.Selector, who approval.PersonID) bool {
	if d == nil || who == "" {
		return false
	}
	switch s.Kind {
	case approval.User:
		name := strings.ToLower(s.Name)
		if _, known := d.People[approval.PersonID(name)]; known {
			return name == string(who)
		}
		return d.Aliases[name] == who
	case approval.Group:
		return d.Unsure[s] == "" && slices.Contains(d.Groups[s.Name], who)
	case approval.Role, approval.ManagerOf, approval.OnCall:
		return false // these name people by what they are, not by name
	}
	return false
}

func active(d *approval.Directory, who approval.PersonID) bool {
	if d == nil {
		return false
	}
	p, known := d.People[who]
	return known && !p.Inactive
}

// covered reports whether a namespace is one of these, or below one.
func covered(in []string, namespace string) bool {
	return slices.ContainsFunc(in, func(at string) bool {
		return at == Everywhere || at == namespace || strings.HasPrefix(namespace, at+".")
	})
}

// Services lists the services that the grants name: each once, in their order.
func (r *Rules) Services() []string {
	var out []string
	for _, g := range r.grants {
		for _, name := range g.Services {
			if !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// Groups lists the groups that the grants name: each once, in their order.
func (r *Rules) Groups() []approval.Selector {
	var out []approval.Selector
	for _, g := range r.grants {
		for _, s := range g.To {
			if s.Kind == approval.Group && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}
