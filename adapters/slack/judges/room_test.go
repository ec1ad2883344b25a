package judges_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// installed is the folder that holds the packages of package.json.
var installed = sync.OnceValues(install)

// errNoNode is a machine on which the judges cannot sit.
var errNoNode = errors.New("node and npm are not there")

// room is a folder with our programs in which they find those packages. Where
// that cannot be, the test is skipped; never in CI.
func room(t *testing.T) string {
	t.Helper()
	packages, err := installed()
	if err != nil {
		if os.Getenv("SIGNOFF_CI") == "1" {
			t.Fatalf("the judges of Slack are not there: %v", err)
		}
		t.Skipf("the judges of Slack are not there: %v", err)
	}
	dir := t.TempDir()
	if err := os.Symlink(filepath.Join(packages, "node_modules"), filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	programs, err := filepath.Glob("*.mjs")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(programs, "package.json", "documented.ts") {
		copyFile(t, name, filepath.Join(dir, name))
	}
	return dir
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	raw, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	write(t, to, raw)
}

func write(t *testing.T, name string, raw []byte) {
	t.Helper()
	if err := os.WriteFile(name, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}

// install puts the packages into the user's cache, in a folder that is named
// after what is in it and appears only when it is whole.
func install() (string, error) {
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			return "", fmt.Errorf("%w: %w", errNoNode, err)
		}
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	list := []string{"package.json", "package-lock.json", ".npmrc"}
	sum := sha256.New()
	for _, name := range list {
		raw, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		_, _ = sum.Write(raw)
	}
	to := filepath.Join(cache, "signoff-judges", hex.EncodeToString(sum.Sum(nil))[:16])
	if _, err := os.Stat(to); err == nil {
		return to, nil
	}
	return to, fill(to, list)
}

func fill(to string, list []string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(filepath.Dir(to), "new-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for _, name := range list {
		raw, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o600); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm ci: %w: %s", err, out)
	}
	err = os.Rename(dir, to)
	if errors.Is(err, fs.ErrExist) || err != nil && exists(to) {
		return nil // somebody else was first
	}
	return err
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
