package manifest

import (
	"maps"
	"slices"
)

// Need is something that signoff uses of Slack, and the permissions of the bot
// that it takes, by Slack's reference.
type Need struct {
	// Name is that of a method of the Web API, of an event or of a feature.
	Name   string
	Scopes []string
	// For says to people what it is for.
	For string
}

// Methods are the methods of the Web API that signoff calls.
func Methods() []Need {
	return []Need{
		{"apps.connections.open", nil, "Socket Mode; it takes connections:write of the app-level token"},
		{"auth.test", nil, "whose token it is"},
		{"blocks.validate", nil, "would Slack take the cards? asked by signoff doctor"},
		{"chat.delete", []string{"chat:write"}, "a line below a card that was deleted must not stand by itself"},
		{"chat.getPermalink", nil, "a link to the message about which somebody asks"},
		{"chat.postEphemeral", []string{"chat:write"}, "texts that one person sees"},
		{"chat.postMessage", []string{"chat:write"}, "cards in channels and in direct messages"},
		{"chat.update", []string{"chat:write"}, "every copy of a card says what became of it"},
		{"conversations.info", []string{"channels:read", "groups:read"}, "is the bot in the channels that flows name? asked by signoff doctor"},
		{"conversations.list", []string{"channels:read", "groups:read"}, "which channel has the name that a flow gives? asked by signoff doctor"},
		{"files.info", []string{"files:read"}, "files that people hand in with a form"},
		{"oauth.v2.access", nil, "several workspaces: to install, and to renew tokens"},
		{"usergroups.users.list", []string{"usergroups:read"}, "groups whose members are those of a Slack user group"},
		{"users.info", []string{"users:read", "users:read.email"}, "is the clicker a guest, deactivated, of another workspace?"},
		{"users.lookupByEmail", []string{"users:read.email"}, "direct messages to people known by their mail address"},
		{"views.open", nil, "forms"},
		{"views.publish", nil, "each person's page"},
		{"views.push", nil, "forms that open from a window"},
		{"views.update", nil, "forms whose questions depend on each other, and what became of them"},
	}
}

// Events are what Slack tells signoff by itself.
func Events() []Need {
	return []Need{
		{"app_home_opened", nil, "the page of a person is drawn when it is opened"},
		{"app_uninstalled", nil, "the tokens of the workspace are deleted"},
		{"subteam_members_changed", []string{"usergroups:read"}, "who is in a user group is read anew"},
		{"subteam_updated", []string{"usergroups:read"}, "who is in a user group is read anew"},
		{"tokens_revoked", nil, "the tokens of the workspace are deleted"},
		{"user_change", []string{"users:read"}, "who was deactivated answers nothing any more"},
	}
}

// Features are parts of the manifest that take permissions by themselves.
func Features() []Need {
	return []Need{{"commands and shortcuts", []string{"commands"}, "/signoff, the commands of flows, and the shortcuts"}}
}

// Scopes are the permissions of the bot, in order.
func Scopes() []string { return slices.Sorted(maps.Keys(Purposes())) }

// Purposes says of each permission what it is for.
func Purposes() map[string][]string {
	all := map[string][]string{}
	for _, needs := range [][]Need{Methods(), Events(), Features()} {
		for _, n := range needs {
			for _, s := range n.Scopes {
				all[s] = append(all[s], n.Name)
			}
		}
	}
	return all
}

// Missing lists the permissions that are needed and not among those granted.
func Missing(granted []string) []string {
	return slices.DeleteFunc(Scopes(), func(s string) bool { return slices.Contains(granted, s) })
}

// Spare lists the permissions that were granted and are not needed.
func Spare(granted []string) []string {
	needed := Scopes()
	out := slices.DeleteFunc(slices.Clone(granted), func(s string) bool { return s == "" || slices.Contains(needed, s) })
	slices.Sort(out)
	return slices.Compact(out)
}
