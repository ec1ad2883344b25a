package slack

import (
	"testing"

	slackapi "github.com/slack-go/slack"
)

func TestReplyHosts(t *testing.T) {
	t.Parallel()
	hosts := newReplyHosts(slackapi.APIURL)
	for _, address := range []string{
		"https://hooks.slack.com/actions/T1/2/x",
		"https://hooks.slack-gov.com/actions/T1/2/x",
		"https://hooks.slack.com/commands/T1/2/x?y=1",
	} {
		if !hosts.allow(address) {
			t.Errorf("allow(%q) = false", address)
		}
	}
	for _, address := range []string{
		"", " ", "hooks.slack.com/x", "//hooks.slack.com/x", "/x", "https:hooks.slack.com/x", "https:/hooks.slack.com/x", "https:///hooks.slack.com/x",
		"http://hooks.slack.com/x", "HTTPS://hooks.slack.com/x", "ftp://hooks.slack.com/x", "file:///etc/passwd", "gopher://hooks.slack.com/x",
		"https://hooks.slack.com", "https://hooks.slack.com/", "https://hooks.slack.com:443/x", "https://hooks.slack.com:8443/x", "https://hooks.slack.com:/x",
		"https://slack.com/x", "https://api.slack.com/x", "https://evil.slack.com/x", "https://x.hooks.slack.com/x",
		"https://hooks.slack.com.evil.example/x", "https://evilhooks.slack.com/x", "https://hooks-slack.com/x", "https://hooks.slack.co/x",
		"https://hooks.slack.com@evil.example/x", "https://evil.example@hooks.slack.com/x", "https://user:pw@hooks.slack.com/x", "https://@hooks.slack.com/x",
		"https://evil.example/hooks.slack.com/x", "https://evil.example?https://hooks.slack.com/x", "https://evil.example#https://hooks.slack.com/x",
		"https://hooks.slack.com#x", "https://hooks.slack.com/x#y", "https://hooks.slack.com?x", "https://hooks.slack.com%2eevil.example/x",
		"https://hooks.slack.com\\@evil.example/x", "https://hooks.slack.com\t.evil.example/x", "https://hooks.slack.com\n/x", " https://hooks.slack.com/x",
		"https://HOOKS.SLACK.COM/x", "https://hooks.slack.com./x", "https://hооks.slack.com/x", "https://hooks。slack。com/x", "https://hooks.slack.com/\x00",
		"https://127.0.0.1/x", "https://[::1]/x", "https://169.254.169.254/latest", "https://localhost/x", "https://0x7f000001/x",
	} {
		if hosts.allow(address) {
			t.Errorf("allow(%q) = true", address)
		}
	}
}

func TestReplyHostsOfAFake(t *testing.T) {
	t.Parallel()
	hosts := newReplyHosts("http://127.0.0.1:4444/api/")
	for address, want := range map[string]bool{
		"http://127.0.0.1:4444/actions/x":  true,
		"https://127.0.0.1:4444/actions/x": false,
		"http://127.0.0.1:4445/actions/x":  false,
		"http://127.0.0.1/actions/x":       false,
		"https://hooks.slack.com/x":        true,
	} {
		if got := hosts.allow(address); got != want {
			t.Errorf("allow(%q) = %v, want %v", address, got, want)
		}
	}
}
