package slack

import "signoff/adapters/slack/draw"

// The limits that a stand-in for Slack enforces, as [draw] states them.
const (
	MaxAccessibilityLabel = draw.MaxAccessibilityLabel
	MaxActionsElements    = draw.MaxActionsElements
	MaxButtonText         = draw.MaxButtonText
	MaxButtonURL          = draw.MaxButtonURL
	MaxButtonValue        = draw.MaxButtonValue
	MaxConfirmButton      = draw.MaxConfirmButton
	MaxConfirmText        = draw.MaxConfirmText
	MaxConfirmTitle       = draw.MaxConfirmTitle
	MaxContextElements    = draw.MaxContextElements
	MaxContextText        = draw.MaxContextText
	MaxHeader             = draw.MaxHeader
	MaxID                 = draw.MaxID
	MaxImageAlt           = draw.MaxImageAlt
	MaxImageURL           = draw.MaxImageURL
	MaxInputHint          = draw.MaxInputHint
	MaxInputLabel         = draw.MaxInputLabel
	MaxMessageBlocks      = draw.MaxMessageBlocks
	MaxModalDepth         = draw.MaxModalDepth
	MaxModalTitle         = draw.MaxModalTitle
	MaxOptionDescription  = draw.MaxOptionDescription
	MaxOptionText         = draw.MaxOptionText
	MaxOptionValue        = draw.MaxOptionValue
	MaxOverflowOptions    = draw.MaxOverflowOptions
	MaxPlaceholder        = draw.MaxPlaceholder
	MaxPlainInput         = draw.MaxPlainInput
	MaxPrivateMetadata    = draw.MaxPrivateMetadata
	MaxRadioOptions       = draw.MaxRadioOptions
	MaxSectionField       = draw.MaxSectionField
	MaxSectionFields      = draw.MaxSectionFields
	MaxSectionText        = draw.MaxSectionText
	MaxSelectOptions      = draw.MaxSelectOptions
	MaxText               = draw.MaxText
	MaxTextTruncated      = draw.MaxTextTruncated
	MaxViewBlocks         = draw.MaxViewBlocks
	MaxViewBytes          = draw.MaxViewBytes
)
