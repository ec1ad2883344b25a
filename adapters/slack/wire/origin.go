package wire

import (
	"encoding/json"
	"fmt"
)

// Origin says for which install of the app something came in.
type Origin struct {
	Team       string // the workspace; empty where Slack says null
	Enterprise string // the organisation, if any
	Org        bool   // the app is installed for the whole organisation
	UserTeam   string // the workspace of whoever acted
}

// DecodeOrigin reads for which install a payload came in. A part that is null or
// absent is empty.
func DecodeOrigin(raw []byte) (Origin, error) {
	type named struct {
		ID string `json:"id"`
	}
	var p struct {
		Team       *named `json:"team"`
		Enterprise *named `json:"enterprise"`
		Org        bool   `json:"is_enterprise_install"`
		User       struct {
			TeamID string `json:"team_id"`
		} `json:"user"`
	}
	if err := json.Unmarshal(raw, &p); err != nil {
		return Origin{}, fmt.Errorf("decode where a payload comes from: %w", err)
	}
	o := Origin{Org: p.Org, UserTeam: p.User.TeamID}
	if p.Team != nil {
		o.Team = p.Team.ID
	}
	if p.Enterprise != nil {
		o.Enterprise = p.Enterprise.ID
	}
	return o, nil
}

// Keys are the names under which the install may be known, the surest first. A
// visitor's own workspace says nothing of where they are, so it counts only where
// Slack names nothing else.
func (o Origin) Keys() []string {
	order := []string{o.Team, o.Enterprise}
	if o.Org {
		order = []string{o.Enterprise, o.Team}
	}
	if o.Team == "" && o.Enterprise == "" {
		order = []string{o.UserTeam}
	}
	var keys []string
	for _, k := range order {
		if k != "" {
			keys = append(keys, k)
		}
	}
	return keys
}
