package wire

import "strconv"

// The actions of a person's page.
const (
	// HomeCallback names the page.
	HomeCallback = "signoff:home"
	// PageAction turns it; the value is the page, from 0. What follows the colon
	// tells the two buttons apart.
	PageAction = "page:"

	maxPage = 10_000
)

// Page returns the page that a button turns to; false if none does.
func (p Payload) Page() (int, bool) {
	for _, b := range p.Actions {
		if len(b.ActionID) < len(PageAction) || b.ActionID[:len(PageAction)] != PageAction {
			continue
		}
		if n, err := strconv.Atoi(b.Value); err == nil && n >= 0 && n <= maxPage {
			return n, true
		}
	}
	return 0, false
}
