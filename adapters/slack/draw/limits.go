package draw

import "signoff/adapters/slack/wire"

// The limits of Block Kit and of the Web API, in Unicode code points unless the
// name says otherwise. The renderer keeps to them and the fake Slack enforces
// them, so each stands here once. Lengths are those of the escaped text.
const (
	// MaxMessageBlocks, MaxViewBlocks: blocks in a message, in a modal or home.
	MaxMessageBlocks = 50
	MaxViewBlocks    = 100

	// MaxID is the length of a block_id, an action_id or a callback_id.
	MaxID = wire.MaxID

	// MaxHeader is the plain text of a header block.
	MaxHeader = 150
	// MaxSectionText is the text of a section; it must not be empty.
	MaxSectionText = 3000
	// MaxSectionFields and MaxSectionField are the fields of a section and the
	// length of each.
	MaxSectionFields = 10
	MaxSectionField  = 2000
	// MaxContextElements and MaxActionsElements are elements in one block.
	MaxContextElements = 10
	MaxActionsElements = 25
	// MaxContextText is the text of one element of a context block.
	MaxContextText = 2000

	// MaxButtonText is what a button may say; about thirty are seen.
	MaxButtonText         = 75
	MaxButtonValue        = 2000
	MaxButtonURL          = 3000
	MaxAccessibilityLabel = 75

	// MaxRadioOptions holds for checkboxes too.
	MaxRadioOptions      = 10
	MaxSelectOptions     = 100
	MaxOverflowOptions   = 5
	MaxOptionText        = 75
	MaxOptionDescription = 75
	// MaxOptionValue is the smaller of the two numbers that Slack publishes.
	MaxOptionValue = 75

	MaxPlaceholder = 150
	MaxInputLabel  = 2000
	MaxInputHint   = 2000
	MaxPlainInput  = 3000

	MaxConfirmTitle  = 100
	MaxConfirmText   = 300
	MaxConfirmButton = 30

	MaxImageAlt = 2000
	MaxImageURL = 3000

	// MaxModalTitle holds for the submit and close labels too.
	MaxModalTitle      = 24
	MaxPrivateMetadata = wire.MaxPrivateMetadata
	// MaxViewBytes is the size of a view's JSON.
	MaxViewBytes = 250_000

	// MaxText is the top-level text of a message: advised for a post, and an
	// error above it in an update.
	MaxText = 4000
	// MaxTextTruncated is where Slack cuts the text of a post.
	MaxTextTruncated = 40_000

	// MaxModalDepth is how many views may lie on each other.
	MaxModalDepth = 3
)
