package draw

import slackapi "github.com/slack-go/slack"

// Plain is a plain text for notifications and as a block in which nothing is
// parsed.
func Plain(text string) (string, slackapi.Block) {
	text = nonempty(clean(text), "")
	whole, _ := fit(text, MaxSectionText, markShort)
	return fitEscaped(text, MaxText, markShort), slackapi.NewSectionBlock(plainText(whole), nil, nil)
}
