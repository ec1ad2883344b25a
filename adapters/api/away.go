package api

import (
	"net/http"
	"time"

	"signoff/adapters"
)

// AwayRequest says until when somebody is away and who answers for them.
type AwayRequest struct {
	By   adapters.Account
	Body AwayBody
}

// AwayBody is the body of PUT /away.
type AwayBody struct {
	// From and Until are moments, days or durations; without a beginning it is
	// now, and without an end it is until they say that they are back.
	From  string `json:"from,omitempty"`
	Until string `json:"until,omitempty"`
	// StandIn is a person by id or mail address; nobody if it is empty.
	StandIn string `json:"standIn,omitempty"`
	// As names the person who is away, where the server allows that.
	As string `json:"as,omitempty"`
}

// Absence is who is away.
type Absence struct {
	Person  string    `json:"person"`
	From    time.Time `json:"from"`
	Until   time.Time `json:"until,omitzero"`
	StandIn string    `json:"standIn,omitempty"`
}

// AbsenceList is the answer to a list of who is away.
type AbsenceList struct {
	Away []Absence `json:"away"`
}

func (s *server) setAway(w http.ResponseWriter, r *http.Request, t Token) {
	var b AwayBody
	if _, err := decode(w, r, &b); err != nil {
		s.fail(w, r, err)
		return
	}
	by, err := s.decider(t, b.As)
	if err == nil {
		err = s.Service.SetAway(r.Context(), AwayRequest{By: by, Body: b})
	}
	s.awayNow(w, r, t, err)
}

func (s *server) clearAway(w http.ResponseWriter, r *http.Request, t Token) {
	by, err := s.decider(t, r.URL.Query().Get("as"))
	if err == nil {
		err = s.Service.ClearAway(r.Context(), by)
	}
	s.awayNow(w, r, t, err)
}

func (s *server) absences(w http.ResponseWriter, r *http.Request, t Token) { s.awayNow(w, r, t, nil) }

// awayNow answers with who is away by now.
func (s *server) awayNow(w http.ResponseWriter, r *http.Request, t Token, err error) {
	var away []Absence
	if err == nil {
		away, err = s.Service.Absences(r.Context(), t.account())
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.write(w, http.StatusOK, AbsenceList{Away: append([]Absence{}, away...)})
}
