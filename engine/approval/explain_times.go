package approval

import "time"

// Silence is what follows when nobody answers in time: the words of a Pause's
// behavior.
type Silence string

// What may follow silence. Empty is [SilenceFails].
const (
	SilenceResumes Silence = "RESUME"
	SilenceWarns   Silence = "WARN"
	SilenceFails   Silence = "FAIL"
	SilenceCancels Silence = "CANCEL"
)

// Times are the moments of a request. The rules of who may answer do not look at
// them; what explains a request says what happens at them.
type Times struct {
	// Began is when the stage that is asked began.
	Began time.Time
	// StageDue is until when the stage takes answers, Deadline until when the
	// request does; zero is for ever.
	StageDue, Deadline time.Time
	Silence            Silence
}
