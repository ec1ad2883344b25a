package draw

// The few words that are Slack's and not the card's. Everything else that a
// person reads comes from the caller.
const (
	wordYes   = "Yes"
	wordNo    = "No"
	wordBack  = "Cancel"
	wordClose = "Close"

	wordSubmit  = "Send"
	wordReview  = "Review"
	wordDetails = "Details"
	wordRequest = "Request"
	wordReply   = "Done."
	wordDue     = "due"
	wordOverdue = "overdue, was due"

	wordMore = "More about it, or another answer"

	titleNotRecorded = "Not recorded"

	textTooLong  = "The suggested text is too long to be edited in Slack; it is on the page."
	textLean     = "There is more to read than a form has room for: it is in the message and on the page."
	titleLoading = "Loading…"
	titleWorking = "One moment…"
)

// The words of a person's page.
const (
	headWaiting      = "Waiting for you (%d)"
	headMine         = "Your requests"
	headDecided      = "Decided recently"
	textNothingWaits = "Nothing waits for you."
	wordNew          = "New request"
	wordAway         = "Out of office"
	wordEarlier      = "← Earlier"
	wordLater        = "Later →"
)

// Titles of windows that only say something.
const (
	TitleDone        = "Done"
	TitleNothingDone = "signoff"
)

// What a person is told where an answer or a form should be.
const (
	TextUnverified = "Cannot verify you now. Try again in a minute."
	TextNoForm     = "The form did not open in time. Press the button again."
	TextFormTooBig = "This form does not fit into Slack. Open the page to answer."
	TextChanged    = "This has changed since the button was shown. Look at the message again."
	// TextLoading stands where something else is about to stand.
	TextLoading = "This takes a moment."
	// TextReading stands in the place of a form whose files are being fetched.
	TextReading = "Reading your file… This window changes when it is done. If it does not within a minute, nothing was recorded: begin again."
	// TextWorking says that an answer comes later.
	TextWorking = "This takes longer than usual. The answer follows here."
	// TextRecorded ends a form that took longer.
	TextRecorded = "Your answer is recorded."
	// TextNoSheet is a form that came too late, or was refused.
	TextNoSheet = "The form did not open in time. Try it again."
	// TextNotHere is what a request is that nobody may see, or that is gone.
	TextNotHere = "There is nothing to show here any more."
	// TextMore ends a reply that was cut.
	TextMore = "… there is more than fits here. Ask for less, or open the page."
	// TextKept precedes what somebody wrote, where it cannot be sent.
	TextKept = "What you wrote, to copy it:"
	// TextWrong has room for a reference.
	TextWrong = "Something went wrong, and it is not certain that your answer was recorded. Look at the message in a minute; if it has not changed, answer again. If this happens twice, give an administrator the reference %s."
)
