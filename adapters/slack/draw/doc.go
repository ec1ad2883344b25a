// Package draw turns cards into Slack's blocks and views, and answers into what
// a form shows then: values in, values out.
//
// Here live the limits of Block Kit, the cleaning and cutting of foreign text,
// rich text, messages, forms with their inputs, and the few words that are
// Slack's and not the card's. No text of a card changes the shape of what is
// drawn from it.
//
// Nothing here is sent, fetched, remembered or timed: no network, no clock, no
// state. What was drawn is compared with the golden files in testdata.
package draw
