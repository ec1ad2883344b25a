// Package fault says what went wrong on the way to Slack without repeating what
// was on the way: an error of the transport may hold an address, and an address
// of Slack's may be a key.
//
// It is shared by the calls and the sockets and knows neither: what an error
// code of Slack's means, and what to do about it, is theirs.
package fault
