package command

// Command is what somebody wants. The set is closed.
type Command interface{ command() }

type (
	// Help lists what can be typed.
	Help struct{}

	// Start opens the form of a flow, filled in as far as values are given.
	// Without a flow the person is to choose one.
	Start struct {
		Flow   string // as typed: an id, "namespace/id", or the end of one
		Values Values
	}

	// Run starts a flow at once.
	Run struct {
		Flow   string
		Values Values
	}

	// Pending lists what waits for this person. Page counts from 1.
	Pending struct{ Page int }

	// Mine lists what this person asked for.
	Mine struct{}

	// Status shows one request or execution.
	Status struct{ ID ID }

	// Decide approves or rejects a request.
	Decide struct {
		ID      ID
		Approve bool
		Reason  string
	}

	// Explain says who can answer a request, and whether As can; nobody in
	// particular if As is empty.
	Explain struct {
		ID ID
		As Person
	}

	// Delegate lets somebody else answer a request. Until is empty, or a moment as
	// it was typed, with short durations ("3d") spelled out ("P3D").
	Delegate struct {
		ID     ID
		To     Person
		Until  string
		Reason string
	}

	// Away says that this person is away. All empty: ask for it in a form.
	Away struct {
		From, Until string // as in [Delegate]
		To          Person
	}

	// Back says that this person is back.
	Back struct{}

	// Cancel takes back a request of this person's own.
	Cancel struct {
		ID     ID
		Reason string
	}
)

func (Help) command()     {}
func (Start) command()    {}
func (Run) command()      {}
func (Pending) command()  {}
func (Mine) command()     {}
func (Status) command()   {}
func (Decide) command()   {}
func (Explain) command()  {}
func (Delegate) command() {}
func (Away) command()     {}
func (Back) command()     {}
func (Cancel) command()   {}

// Person is somebody as they were typed: what followed the "@" of a mention, a
// mail address or a name. Empty is nobody.
type Person struct {
	Text string
	// Mention: an "@" stood in front, so it may be an account's id.
	Mention bool
}

// FaultError is why a text is no command, and what to type instead.
type FaultError struct {
	Text string
	// Key is the input whose value is wrong; empty if it is none.
	Key string
}

func (f *FaultError) Error() string { return f.Text }
