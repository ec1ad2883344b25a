// Package zone reads time zones from tables of its own, so that a flow means
// the same on every machine, whatever the machine knows of zones.
//
// The tables are the IANA time zone database, which is in the public domain, as
// it comes with the Go tree; "go generate" takes those of the Go in use.
package zone

import (
	_ "embed"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"time"
)

//go:generate sh -c "cp $(go env GOROOT)/lib/time/zoneinfo.zip zoneinfo.zip"

//go:embed zoneinfo.zip
var archive string // one file a zone, not compressed

// Load returns the zone with an IANA name, such as Europe/Berlin, or with a
// fixed distance from UTC, such as +02:00, UTC+2 or Z. The empty name is UTC.
// The error says what is wrong, in words for the author.
func Load(name string) (*time.Location, error) {
	switch name {
	case "", "Z", "UTC", "GMT":
		return time.UTC, nil
	}
	if data, ok := find(archive, name); ok {
		loc, err := time.LoadLocationFromTZData(name, []byte(data))
		if err != nil {
			return nil, fmt.Errorf("read the time zone %q: %w", name, err)
		}
		return loc, nil
	}
	if seconds, ok := offset(name); ok {
		return time.FixedZone(name, seconds), nil
	}
	return nil, fmt.Errorf("there is no time zone %q; write an IANA name such as Europe/Berlin, or a distance from UTC such as +02:00", name)
}

// The parts of a zip file that are read here, and their sizes.
const (
	fileHeader    = 30
	entryHeader   = 46
	endOfArchive  = 22
	notCompressed = 0
)

// find returns the content of a file in a zip without a comment. It makes no
// index: a look takes a few microseconds, and nothing is kept.
func find(zip, name string) (string, bool) {
	end := zip[len(zip)-endOfArchive:]
	entries, at := u16(end, 10), u32(end, 16)
	for range entries {
		e := zip[at:]
		nameLen, size, start := u16(e, 28), u32(e, 20), u32(e, 42)
		if e[entryHeader:entryHeader+nameLen] == name && u16(e, 10) == notCompressed && size > 0 {
			start += fileHeader + u16(zip[start:], 26) + u16(zip[start:], 28)
			return zip[start : start+size], true
		}
		at += entryHeader + nameLen + u16(e, 30) + u16(e, 32)
	}
	return "", false
}

func u16(s string, at int) int { return int(binary.LittleEndian.Uint16([]byte(s[at : at+2]))) }
func u32(s string, at int) int { return int(binary.LittleEndian.Uint32([]byte(s[at : at+4]))) }

// offset reads +2, +02, +0200 and +02:00, with UTC or GMT before it or not.
func offset(name string) (seconds int, ok bool) {
	s := strings.TrimPrefix(strings.TrimPrefix(name, "UTC"), "GMT")
	if len(s) < 2 || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	hours, minutes, colon := strings.Cut(s[1:], ":")
	if !colon && len(hours) == 4 {
		hours, minutes = hours[:2], hours[2:]
	} else if !colon {
		minutes = "00"
	}
	h, errH := strconv.ParseUint(hours, 10, 8)
	m, errM := strconv.ParseUint(minutes, 10, 8)
	if errH != nil || errM != nil || len(hours) > 2 || len(minutes) != 2 || m > 59 || h*60+m > 18*60 {
		return 0, false
	}
	seconds = int(h*3600 + m*60)
	if s[0] == '-' {
		seconds = -seconds
	}
	return seconds, true
}
