package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestDataFolderRefuses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		folder, token os.FileMode
		text          string
		want          string // empty: taken
	}{
		"private":         {0o700, 0o600, strings.Repeat("a", 64), ""},
		"group folder":    {0o750, 0o600, strings.Repeat("a", 64), "others can open the data folder"},
		"world folder":    {0o701, 0o600, strings.Repeat("a", 64), "others can open the data folder"},
		"group token":     {0o700, 0o640, strings.Repeat("a", 64), "others can read the API token"},
		"writable token":  {0o700, 0o602, strings.Repeat("a", 64), "others can read the API token"},
		"a short token":   {0o700, 0o600, "abc", "too short"},
		"an empty token":  {0o700, 0o600, "", "too short"},
		"a padded token":  {0o700, 0o600, strings.Repeat("a", 64) + "\n", ""},
		"read-only token": {0o700, 0o400, strings.Repeat("a", 64), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := dataDir(filepath.Join(t.TempDir(), "data"))
			if err := os.Mkdir(string(dir), 0o700); err != nil {
				t.Fatal(err)
			}
			write(t, dir.path(tokenFile), tt.text)
			if err := os.Chmod(dir.path(tokenFile), tt.token); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(string(dir), tt.folder); err != nil {
				t.Fatal(err)
			}
			err := dir.create()
			if err == nil {
				_, err = dir.token()
			}
			if got := errText(err); (tt.want == "") != (got == "") || !strings.Contains(got, tt.want) {
				t.Errorf("create and token = %q, want %q", got, tt.want)
			}
		})
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestTokenIsMadeOnceAndKept(t *testing.T) {
	t.Parallel()
	dir := dataDir(filepath.Join(t.TempDir(), "a", "b"))
	if err := dir.create(); err != nil {
		t.Fatal(err)
	}
	first, err := dir.token()
	if err != nil || len(first) != 64 {
		t.Fatalf("token = %q, %v", first, err)
	}
	again, err := dir.token()
	if err != nil || again != first {
		t.Errorf("the second token = %q, %v, want the first", again, err)
	}
	for _, name := range []string{"", tokenFile} {
		info, err := os.Stat(dir.path(name))
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%q has mode %v, %v", name, info.Mode(), err)
		}
	}
	left, err := filepath.Glob(dir.path(".*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestNewestServerIsFound(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	p := &program{Command: Command{Getenv: func(name string) string { return map[string]string{"XDG_STATE_HOME": state}[name] }}}
	if _, err := p.announced(""); err == nil {
		t.Error("a server was found where none is")
	}
	served := dataDir(filepath.Join(state, "signoff"))
	dev := dataDir(filepath.Join(state, "signoff", devDir))
	for _, dir := range []dataDir{served, dev} {
		if err := dir.create(); err != nil {
			t.Fatal(err)
		}
		if err := dir.announce("http://127.0.0.1:1"); err != nil {
			t.Fatal(err)
		}
	}
	for _, newest := range []dataDir{served, dev} {
		if err := os.Chtimes(newest.path(addressFile), time.Time{}, time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		for _, other := range []dataDir{served, dev} {
			if other != newest {
				if err := os.Chtimes(other.path(addressFile), time.Time{}, time.Now()); err != nil {
					t.Fatal(err)
				}
			}
		}
		if got, err := p.announced(""); err != nil || got != newest {
			t.Errorf("announced = %q, %v, want %q", got, err, newest)
		}
	}
	if err := dev.retract(); err != nil {
		t.Fatal(err)
	}
	if err := dev.retract(); err != nil {
		t.Errorf("the second retract = %v", err)
	}
	if got, err := p.announced(""); err != nil || got != served {
		t.Errorf("after a retract announced = %q, %v, want %q", got, err, served)
	}
}

func TestStateDirIsAbsolute(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		env  map[string]string
		want string // empty: refused
	}{
		"state home":          {map[string]string{"XDG_STATE_HOME": "/s", "HOME": "/h"}, "/s/signoff"},
		"home":                {map[string]string{"HOME": "/h"}, "/h/.local/state/signoff"},
		"relative state home": {map[string]string{"XDG_STATE_HOME": "s", "HOME": "/h"}, "/h/.local/state/signoff"},
		"nothing":             {nil, ""},
		"relative home":       {map[string]string{"HOME": "h"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := stateDir(func(name string) string { return tt.env[name] })
			if got != tt.want || (err == nil) != (tt.want != "") {
				t.Errorf("stateDir = %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}
