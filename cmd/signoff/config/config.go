// Package config reads signoff.yaml: where signoff listens and keeps its data,
// how it reaches Slack, who the people are and what each namespace may do.
//
// Every fault is collected with its place and a rule name, as in a flow. No
// secret stands in the file; it names a file or an environment variable that
// holds it. The package starts nothing and opens no connection.
package config

import (
	"signoff/engine/access"
	"signoff/engine/approval"
	"signoff/engine/flow"
)

// Config is a checked configuration.
type Config struct {
	Listen  string
	BaseURL string // without a final slash
	Data    string
	Flows   string
	Slack   Slack
	People  []Person
	// Groups holds members by their ids in People.
	Groups map[string][]approval.PersonID
	// Elsewhere says, by group, where others keep further members.
	Elsewhere map[string]Elsewhere
	// Entra is nil if no group is kept there.
	Entra        *Entra
	OnCall       map[string]Rota
	OwnedDomains []string
	Namespaces   map[string]Namespace
	// KV holds, by namespace, what flows read with kv().
	KV map[string]map[string]any
	// Secrets is where secrets of all namespaces are kept.
	Secrets Secrets
	Egress  Egress
	API     API
	// Roles are those besides the built-in ones.
	Roles map[access.Role][]access.Verb
	// Access is who has which role where; nil: the file says nothing of it.
	Access *[]access.Grant
	Tasks  Tasks
	Mail   Mail
	// SecretKey seals the answers to SECRET inputs; without one they are refused.
	SecretKey SecretRef
	// MaxFile is the largest file in bytes that people may hand in.
	MaxFile  int64
	Triggers Triggers
	// Environment is what flows may read of where they run.
	Environment Environment
	// Alerts is where an undeliverable request is told; nil: only in the log.
	Alerts *flow.Destination
}

// Slack is how signoff reaches its workspace.
type Slack struct {
	Token SecretRef
	// AppToken opens the sockets of Socket Mode, of which there are Sockets.
	AppToken SecretRef
	Sockets  int
	// SigningSecret proves that a request comes from Slack over HTTP; during a
	// rotation there are two.
	SigningSecrets []SecretRef
	// BroadcastRejections shows a rejection in the channel, and not only below its
	// card.
	BroadcastRejections bool
	// Away are the emoji of a status that mean that somebody is away; none: no
	// status is read.
	Away []string
	// APIURL is the Web API's address; empty means Slack's own.
	APIURL string
	// ClientID and ClientSecret are the app's. With them workspaces install it by
	// signoff's own page, and Token may be empty.
	ClientID     string
	ClientSecret SecretRef
	// Workspace is the one that channels without a workspace are in; empty is that
	// of Token, or the only one there is.
	Workspace string
}

// OverHTTP reports whether Slack may send people's actions to this server.
func (s Slack) OverHTTP() bool { return len(s.SigningSecrets) > 0 }

// Installs reports whether workspaces install the app by signoff's own page.
func (s Slack) Installs() bool { return s.ClientID != "" && !s.ClientSecret.IsZero() }

// Transport says how people's actions come in.
func (s Slack) Transport() string {
	switch {
	case s.AppToken.IsZero():
		return "http"
	case s.OverHTTP():
		return "socket mode and http"
	}
	return "socket mode"
}

// Namespace is what holds for the flows of a namespace and those below it.
type Namespace struct {
	// Approvers may answer where a Pause names nobody.
	Approvers []approval.Selector
	// Deliver is where copies go where a Pause names no place.
	Deliver []flow.Destination
	// Secrets are those of the namespace alone, by name in upper case.
	Secrets map[string]SecretRef
}

// Egress is where flows may call although the guard would refuse it.
type Egress struct {
	// Allow lists host:port pairs and address ranges.
	Allow []string
}

// DefaultMaxFile is the largest file that people may hand in unless told
// otherwise: 16 MiB.
const DefaultMaxFile = 16 << 20

// DefaultListen is where signoff listens unless told otherwise.
const DefaultListen = "127.0.0.1:7070"
