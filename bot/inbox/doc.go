// Package inbox knows which requests are open and whom each may concern, without
// reading them: so that a person's page and a short name such as REQ-7K3F2 take
// a moment with ten thousand open requests.
//
// It is a cache in memory, made of what the store holds and kept up to date by
// whoever commits. It decides nothing. That somebody is on a list is a hint that
// the rules are asked about again before it is shown, and again when they answer.
//
//	Index.Put      an execution as it was committed, or as it was read
//	Index.Waiting  the open requests that somebody can probably answer
//	Index.Mine     those that somebody asked for, and Index.Decided what they answered
//	Index.Called   the requests with a short name
package inbox
