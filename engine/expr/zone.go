package expr

import (
	"archive/zip"
	"bytes"
	_ "embed" // the tables of the time zones
	"io"
	"strings"
	"sync"
	"time"
)

// zoneFile holds the tables of the IANA's time zones, as Go ships them in
// lib/time. The machine's own are never asked: they differ from one machine to
// the next, and a template must not.
//
//go:embed zoneinfo.zip
var zoneFile []byte

// zoneTables is the index of zoneFile, read once.
//
//nolint:gochecknoglobals // a table, never written
var zoneTables = sync.OnceValues(func() (*zip.Reader, error) {
	return zip.NewReader(bytes.NewReader(zoneFile), int64(len(zoneFile)))
})

// maxZone is more than any table has.
const maxZone = 64 << 10

// Zone is a time zone by its IANA name, such as Europe/Paris, or an offset, such
// as +02:00. It is the same on every machine. It reports false if there is none.
func Zone(name string) (*time.Location, bool) {
	if t, ok := fixedZone(name); ok {
		return t, true
	}
	tables, err := zoneTables()
	if err != nil || name == "" || len(name) > 64 || strings.Contains(name, "..") {
		return nil, false
	}
	f, err := tables.Open(name)
	if err != nil {
		return nil, false
	}
	data, err := io.ReadAll(io.LimitReader(f, maxZone))
	if err != nil {
		return nil, false
	}
	zone, err := time.LoadLocationFromTZData(name, data)
	return zone, err == nil
}

func fixedZone(name string) (*time.Location, bool) {
	switch name {
	case "UTC", "GMT", "Z", "Etc/UTC":
		return time.UTC, true
	}
	name = strings.TrimPrefix(strings.TrimPrefix(name, "UTC"), "GMT")
	for _, layout := range []string{"-07:00", "-0700", "-07"} {
		if t, err := time.Parse(layout, name); err == nil {
			_, offset := t.Zone()
			return time.FixedZone("", offset), true
		}
	}
	return nil, false
}

// zone reads the i-th argument as a time zone, UTC if it is not given. A run
// reads each table once.
func (c *invocation) zone(i int) (*time.Location, error) {
	name, err := c.str(i, "UTC")
	if err != nil {
		return nil, err
	}
	if zone, ok := c.zones[name]; ok {
		return zone, nil
	}
	if err := c.spend(60_000); err != nil {
		return nil, err
	}
	zone, ok := Zone(name)
	if !ok {
		return nil, c.failf("knows as `%s` names like Europe/Paris, and offsets like +02:00", c.param(i))
	}
	if c.zones == nil {
		c.zones = map[string]*time.Location{}
	}
	c.zones[name] = zone
	return zone, nil
}
