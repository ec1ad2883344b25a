package slack

// The few words that are Slack's and not the card's. Everything else that a
// person reads comes from the caller.
const (
	wordYes   = "Yes"
	wordNo    = "No"
	wordBack  = "Back"
	wordClose = "Close"

	titleNotRecorded = "Not recorded"

	textUnverified = "Cannot verify you now. Try again in a minute."
	textNoForm     = "The form did not open in time. Press the button again."
	textFormTooBig = "This form does not fit into Slack. Open the page to answer."
	textChanged    = "This has changed since the button was shown. Look at the message again."
	textWrong      = "Something went wrong, and it is not certain that your answer was recorded. Look at the message in a minute; if it has not changed, answer again. If this happens twice, give an administrator the reference %s."
)
