package web

import (
	"strconv"

	"signoff/engine"
)

type request struct {
	ID, Task, Title           string
	Description               []block
	Outcome, Closed, Deadline string
	Digest                    string
	// Who says who can decide an open request, in sentences.
	Who []string
	// History says how it was asked before, how it moved and what was said.
	History      []string
	Facts, Links []pair
	Responses    []response
	Copies       []copied
}

type response struct {
	By, Account, Via, At, Verdict string
	// Override is why they decided alone.
	Override string
	Values   []pair
}

type copied struct{ Where, State, Problem string }

func (s *server) requestView(t engine.TaskRun, who []string) request {
	r := t.Request
	v := request{
		Task: clean(t.Task), Title: clean(r.Title), Description: s.blocks(r.Description),
		Outcome: string(r.Outcome), Closed: moment(r.Closed), Deadline: moment(r.Deadline),
		Digest: short(r.Digest, 16), History: history(r),
	}
	if v.Title == "" {
		v.Title = "Request of " + v.Task
	}
	if r.Open() {
		v.Outcome, v.Who = "open", who
	}
	for _, f := range r.Facts {
		v.Facts = append(v.Facts, textPair(f.Label, f.Value))
	}
	for _, l := range r.Links {
		v.Links = append(v.Links, pair{Name: clean(l.Text), Value: l.URL})
	}
	for _, a := range r.Responses {
		v.Responses = append(v.Responses, response{
			By: answerer(a), Override: clean(a.Override), Account: clean(a.By.Account), Via: clean(a.By.Via), At: moment(a.At),
			Verdict: verdictWord(a.Verdict), Values: pairs(a.Values),
		})
	}
	for _, c := range r.Copies {
		v.Copies = append(v.Copies, copyView(c, r.Version))
	}
	return v
}

func verdictWord(v engine.Verdict) string {
	switch v {
	case engine.Approve:
		return "approved"
	case engine.Reject:
		return "rejected"
	case engine.None:
		return "answered"
	}
	return clean(string(v))
}

func copyView(c engine.Copy, version int) copied {
	where := clean(c.Place)
	switch {
	case where == "" && c.Person != "":
		where = "direct message to " + clean(string(c.Person))
	case where == "":
		where = clean(c.Ref.Place)
	}
	v := copied{Where: clean(c.Surface) + " " + where, Problem: clean(c.Problem)}
	switch {
	case c.Problem != "":
		v.State = "given up"
	case c.Shown == 0:
		v.State = "not posted yet"
	case c.Shown < version:
		v.State = "shows version " + strconv.Itoa(c.Shown) + " of " + strconv.Itoa(version)
	default:
		v.State = "up to date"
	}
	return v
}

func short(s string, n int) string {
	if len(s) > n {
		return s[:n] + "…"
	}
	return s
}
