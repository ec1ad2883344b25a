// Package trigger is the arithmetic of what starts executions by itself: when a
// cron expression comes due, and how windows of time are laid.
//
// Everything here is a function of its arguments: no clock is read, and zones
// come in as a *time.Location, which package zone reads from tables of its own.
// What it is not: it starts nothing, and it knows nothing of flows.
package trigger
