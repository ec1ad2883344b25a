package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// The files that a running server leaves in its data folder for the commands.
const (
	tokenFile   = "api.token"
	addressFile = "server.address"
	storeFile   = "signoff.db"
)

// dataDir is the folder where a server keeps its data.
type dataDir string

// stateDir is where signoff's data folders are by default. `signoff dev` has
// its own below it, because its people are made up and its decisions are play.
func stateDir(getenv func(string) string) (string, error) {
	if dir := getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "signoff"), nil
	}
	if home := getenv("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, ".local", "state", "signoff"), nil
	}
	return "", errors.New("neither XDG_STATE_HOME nor HOME is set; name a data folder with --data")
}

// devDir is the data folder of `signoff dev` within the state folder.
const devDir = "dev"

// create makes the folder, or refuses one that others could read.
func (d dataDir) create() error {
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	info, err := os.Stat(string(d))
	if err != nil {
		return fmt.Errorf("look at the data folder: %w", err)
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a folder", d)
	}
	if open := info.Mode().Perm() & 0o077; open != 0 {
		return fmt.Errorf("others can open the data folder %s (mode %#o); mend it with: chmod 700 %s", d, info.Mode().Perm(), d)
	}
	return nil
}

func (d dataDir) path(name string) string { return filepath.Join(string(d), name) }

// token returns the folder's API token, a new one if it holds none.
func (d dataDir) token() (string, error) {
	text, err := readToken(d.path(tokenFile))
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return text, err
	}
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // it never fails
	text = hex.EncodeToString(raw)
	return text, d.write(tokenFile, text+"\n")
}

// readToken reads a token's file and refuses one that others could read.
func readToken(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("read the API token: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("others can read the API token %s (mode %#o); delete it and start the server again", path, info.Mode().Perm())
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read the API token: %w", err)
	}
	text := strings.TrimSpace(string(raw))
	if len(text) < 32 {
		return "", fmt.Errorf("the API token in %s is too short; delete the file and start the server again", path)
	}
	return text, nil
}

// write replaces a file in one step, readable by its owner only.
func (d dataDir) write(name, text string) error {
	f, err := os.CreateTemp(string(d), "."+name+".*") // made with mode 0600
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), d.path(name))
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", name, err), os.Remove(f.Name()))
	}
	return nil
}

// announce leaves the server's address for the commands.
func (d dataDir) announce(base string) error { return d.write(addressFile, base+"\n") }

// retract removes it; a folder that never had it is fine.
func (d dataDir) retract() error {
	if err := os.Remove(d.path(addressFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the server's address: %w", err)
	}
	return nil
}
