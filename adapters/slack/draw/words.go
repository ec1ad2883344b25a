package draw

// The few words that are Slack's and not the card's. Everything else that a
// person reads comes from the caller.
const (
	wordYes   = "Yes"
	wordNo    = "No"
	wordBack  = "Back"
	wordClose = "Close"

	titleNotRecorded = "Not recorded"
)

// What a person is told where an answer or a form should be.
const (
	TextUnverified = "Cannot verify you now. Try again in a minute."
	TextNoForm     = "The form did not open in time. Press the button again."
	TextFormTooBig = "This form does not fit into Slack. Open the page to answer."
	TextChanged    = "This has changed since the button was shown. Look at the message again."
	// TextWrong has room for a reference.
	TextWrong = "Something went wrong, and it is not certain that your answer was recorded. Look at the message in a minute; if it has not changed, answer again. If this happens twice, give an administrator the reference %s."
)
