// Package socket is Socket Mode: it opens sockets to Slack, keeps them open, and
// hands each envelope to a handler, whose answer goes back over the same socket.
//
// Here live addresses, dialing, greetings, pings, replacement before Slack closes
// a socket, the waits between attempts, and what to do when Slack refuses.
//
// What an envelope means is not known here: payloads pass through as they came.
// Neither is the Web API, which gives out the addresses; the caller asks it.
// Whether a delivery came before is the handler's to tell.
package socket
