package install

import (
	"strconv"
	"strings"
	"time"
)

// The keys of the book begin with these.
const (
	installPrefix = "install/"
	statePrefix   = "state/"
)

// entry is an install as it is kept, sealed.
func (s sealer) entry(i Install) (*Entry, error) {
	fields := map[string]string{
		"key": i.Key, "team": i.Team, "name": i.Name, "enterprise": i.Enterprise, "bot": i.BotUser,
		"scopes": strings.Join(i.Scopes, ","), "by": i.By, "at": stamp(i.At), "issued": stamp(i.Issued),
		"expires": stamp(i.Expires), "removed": stamp(i.Removed), "why": i.Why, "problem": i.Problem,
		"version": strconv.FormatUint(i.version, 10), "renewer": i.renewer, "until": stamp(i.until),
	}
	if i.Org {
		fields["org"] = "true"
	}
	if i.Token != "" {
		sealed, err := s.seal(i.Key, secrets{Token: i.Token, Refresh: i.Refresh})
		if err != nil {
			return nil, err
		}
		fields["sealed"] = sealed
	}
	for name, text := range fields {
		if text == "" {
			delete(fields, name)
		}
	}
	return &Entry{Fields: fields}, nil
}

// install reads an entry. One whose tokens cannot be read has a Problem and no
// token.
func (s sealer) install(key string, e Entry) Install {
	f := e.Fields
	i := Install{
		Key: key, Team: f["team"], Name: f["name"], Enterprise: f["enterprise"], Org: f["org"] == "true", BotUser: f["bot"],
		By: f["by"], At: moment(f["at"]), Issued: moment(f["issued"]), Expires: moment(f["expires"]),
		Removed: moment(f["removed"]), Why: f["why"], Problem: f["problem"], renewer: f["renewer"], until: moment(f["until"]),
	}
	if f["scopes"] != "" {
		i.Scopes = strings.Split(f["scopes"], ",")
	}
	version, err := strconv.ParseUint(f["version"], 10, 64)
	if err == nil {
		i.version = version
	}
	if f["sealed"] == "" {
		return i
	}
	opened, err := s.open(key, f["sealed"])
	if err != nil {
		i.Problem = err.Error()
		return i
	}
	i.Token, i.Refresh = opened.Token, opened.Refresh
	return i
}

func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339Nano)
}

func moment(text string) time.Time {
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{} // it was left out
	}
	return at
}
