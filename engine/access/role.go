package access

import "slices"

// Role is a named bundle of verbs.
type Role string

// The roles that are there without being configured.
const (
	Viewer   Role = "viewer"
	Launcher Role = "launcher"
	Approver Role = "approver"
	Operator Role = "operator"
	Admin    Role = "admin"
)

// BuiltIn lists the roles that are there without being configured, the weakest
// first.
func BuiltIn() []Role { return []Role{Viewer, Launcher, Approver, Operator, Admin} }

// everyone has these roles where no access is configured.
func everyone() []Role { return []Role{Viewer, Launcher, Approver} }

// builtIn is what a role that is not configured allows; nil for none of these.
func builtIn(r Role) []Verb {
	switch r {
	case Viewer:
		return []Verb{ViewFlow, ViewExecution, ViewRequest}
	case Launcher:
		return []Verb{ViewFlow, StartExecution}
	case Approver:
		return []Verb{ViewRequest, Decide}
	case Operator:
		return []Verb{
			ViewFlow, ViewExecution, StartExecution, ControlExecution, ViewRequest, MoveRequest, ReadValues, ControlTrigger,
		}
	case Admin:
		return Verbs()
	}
	return nil
}

// IsBuiltIn reports whether a role is there without being configured; its name
// cannot be given to another.
func IsBuiltIn(r Role) bool { return slices.Contains(BuiltIn(), r) }
