package adapters

import (
	"fmt"
	"time"
)

// DeliveryKind says what to do about a failed delivery.
type DeliveryKind string

// The kinds.
const (
	// Busy: try again, not before RetryAfter.
	Busy DeliveryKind = "busy"
	// Unknown: it may have been done; nobody can tell.
	Unknown DeliveryKind = "unknown"
	// Gone: the message no longer exists; post a new one.
	Gone DeliveryKind = "gone"
	// Frozen: the message is there and cannot be changed.
	Frozen DeliveryKind = "frozen"
	// Unreachable: this destination cannot be reached until a person mends it;
	// Advice says how.
	Unreachable DeliveryKind = "unreachable"
	// Denied: our credentials or permissions are wrong everywhere.
	Denied DeliveryKind = "denied"
	// Malformed: the surface refused what we sent; a fault of ours.
	Malformed DeliveryKind = "malformed"
)

// DeliveryError is why a card was not shown. It never holds a token or a URL.
type DeliveryError struct {
	Kind DeliveryKind
	// Code is the surface's own word: "channel_not_found".
	Code string
	// Advice tells a person what to do; set for Unreachable and Denied.
	Advice     string
	RetryAfter time.Duration
	Err        error
}

func (e *DeliveryError) Error() string {
	s := string(e.Kind)
	if e.Code != "" {
		s += ": " + e.Code
	}
	if e.Err != nil {
		s += fmt.Sprintf(": %v", e.Err)
	}
	return s
}

func (e *DeliveryError) Unwrap() error { return e.Err }
