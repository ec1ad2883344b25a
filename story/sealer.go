package story

import (
	"fmt"
	"strconv"
	"strings"

	"signoff/bot"
	"signoff/bot/task"
	"signoff/engine/flow"
)

// sealer keeps answers to SECRET inputs: a sealed text is the number of one.
type sealer struct{ texts []string }

var (
	_ bot.Sealer    = (*sealer)(nil)
	_ task.Unsealer = (*sealer)(nil)
)

// Seal makes an answer unreadable.
func (s *sealer) Seal(text string) (string, error) {
	s.texts = append(s.texts, text)
	return flow.SealedPrefix + strconv.Itoa(len(s.texts)), nil
}

// Unseal makes it readable again.
func (s *sealer) Unseal(sealed string) (string, error) {
	n, err := strconv.Atoi(strings.TrimPrefix(sealed, flow.SealedPrefix))
	if err != nil || n < 1 || n > len(s.texts) {
		return "", fmt.Errorf("this story sealed no such answer")
	}
	return s.texts[n-1], nil
}
