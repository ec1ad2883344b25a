// Package manifest makes the manifest of the Slack app: what signoff asks Slack
// for, in one place.
//
// There is one template. The mode says how Slack reaches signoff, and flows add
// the commands that they own. The permissions follow from the tables of what
// signoff calls and listens to, and nothing else; tests compare them with the
// code. Slack's limits are checked here, so that its page for manifests has
// nothing left to refuse.
//
// It is pure: no network, no clock, no file.
package manifest
