package bot_test

import (
	"testing"

	"signoff/bot"
	"signoff/engine"
)

func TestFlowsReadTheEnvironment(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		environment := map[string]any{
			"envs": map[string]any{"stage": "prod"}, "globals": map[string]any{"team": "hr"},
			"kestra": map[string]any{"environment": "eu", "url": "https://s.example"},
		}
		w.with(func(c *bot.Config) { c.Environment = environment })
		w.save("id: e\nnamespace: hr\ntasks: [{id: a, type: Return, format: \"{{ envs.stage }} {{ env('STAGE') }} {{ env('PATH', 'none') }} {{ globals.team }} {{ kestra.environment }}\"}]\n")
		x, _ := w.beginFlow("e", nil)
		if x = w.execution(x.ID); x.State != engine.Success || x.Runs[0].Outputs["value"] != "prod prod none hr eu" {
			t.Errorf("it is %s: %s, %v", x.State, x.Problem, x.Runs[0].Outputs)
		}
	})
}
