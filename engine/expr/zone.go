package expr

import (
	"strings"
	"time"

	"signoff/engine/zone"
)

// Zone is a time zone by its IANA name, such as Europe/Paris, or an offset, such
// as +02:00. It is the same on every machine. It reports false if there is none.
func Zone(name string) (*time.Location, bool) {
	switch name {
	case "":
		return nil, false
	case "Etc/UTC":
		return time.UTC, true
	}
	loc, err := zone.Load(name)
	if err != nil {
		return nil, false
	}
	if short, offset := time.Unix(0, 0).In(loc).Zone(); short == name && strings.ContainsAny(name, "+-") {
		return time.FixedZone("", offset), true // however it was written, it is printed in one way
	}
	return loc, true
}

// zone reads the i-th argument as a time zone, UTC if it is not given. A run
// reads each table once.
func (c *invocation) zone(i int) (*time.Location, error) {
	name, err := c.str(i, "UTC")
	if err != nil {
		return nil, err
	}
	if loc, ok := c.zones[name]; ok {
		return loc, nil
	}
	if err := c.spend(60_000); err != nil {
		return nil, err
	}
	loc, ok := Zone(name)
	if !ok {
		return nil, c.failf("knows as `%s` names like Europe/Paris, and offsets like +02:00", c.param(i))
	}
	if c.zones == nil {
		c.zones = map[string]*time.Location{}
	}
	c.zones[name] = loc
	return loc, nil
}
