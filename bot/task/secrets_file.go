package task

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// FirstSecrets asks each in turn until one knows the secret. One that fails is
// the answer: a secret that cannot be read must not become another one.
func FirstSecrets(all ...Secrets) Secrets { return firstSecrets(all) }

type firstSecrets []Secrets

func (all firstSecrets) Secret(ctx context.Context, namespace, name string) (string, error) {
	for _, s := range all {
		v, err := s.Secret(ctx, namespace, name)
		if !errors.Is(err, ErrNoSecret) {
			return v, err
		}
	}
	return "", ErrNoSecret
}

// NamespaceSecrets are secrets of single namespaces, by namespace and name. A
// namespace knows its own and those of the namespaces above it, and no other's;
// the nearest counts. The empty namespace is above all. Each is read when it is
// asked for, so that a new value needs no restart.
func NamespaceSecrets(all map[string]map[string]func() (string, error)) Secrets {
	upper := make(namespaceSecrets, len(all))
	for ns, secrets := range all {
		upper[ns] = make(map[string]func() (string, error), len(secrets))
		for name, read := range secrets {
			upper[ns][strings.ToUpper(name)] = read
		}
	}
	return upper
}

type namespaceSecrets map[string]map[string]func() (string, error)

func (all namespaceSecrets) Secret(_ context.Context, namespace, name string) (string, error) {
	name = strings.ToUpper(name)
	for {
		if read, ok := all[namespace][name]; ok {
			return read()
		}
		if namespace == "" {
			return "", ErrNoSecret
		}
		namespace = namespace[:max(strings.LastIndexByte(namespace, '.'), 0)]
	}
}

// maxSecretFile bounds a secret's file.
const maxSecretFile = 64 << 10

// DirSecrets are the files of a folder, the same for all namespaces: a file's
// name, without regard to case, is that of the secret, and its content, without
// the line's end, the value. It is read when it is asked for. Files in hidden,
// which are signoff's own, are no secrets of flows; nor is what begins with a
// dot.
func DirSecrets(dir string, hidden ...string) Secrets {
	s := dirSecrets{dir: dir}
	for _, path := range hidden {
		s.hidden = append(s.hidden, filepath.Clean(path))
	}
	return s
}

type dirSecrets struct {
	dir    string
	hidden []string
}

func (s dirSecrets) Secret(_ context.Context, _, name string) (string, error) {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return "", ErrNoSecret
	}
	if err != nil {
		return "", errors.New("the folder of secrets cannot be read")
	}
	file := ""
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") || !strings.EqualFold(e.Name(), name) || s.hides(e.Name()) {
			continue
		}
		if file != "" && file != name && e.Name() != name {
			return "", fmt.Errorf("the folder of secrets holds both %s and %s", file, e.Name())
		}
		if file != name {
			file = e.Name()
		}
	}
	if file == "" {
		return "", ErrNoSecret
	}
	return readSecret(filepath.Join(s.dir, file))
}

func (s dirSecrets) hides(name string) bool {
	path := filepath.Join(s.dir, name)
	if slices.Contains(s.hidden, path) {
		return true
	}
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(s.hidden, func(h string) bool {
		own, err := os.Stat(h)
		return err == nil && os.SameFile(own, info)
	})
}

// readSecret tells nothing of the content when it fails.
func readSecret(path string) (string, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return "", ErrNoSecret
	}
	f, err := os.Open(path) //nolint:gosec // a name that the folder itself lists
	if err != nil {
		return "", errors.New("its file cannot be read")
	}
	defer f.Close() //nolint:errcheck // only read
	raw, err := io.ReadAll(io.LimitReader(f, maxSecretFile+1))
	switch {
	case err != nil:
		return "", errors.New("its file cannot be read")
	case len(raw) > maxSecretFile:
		return "", errors.New("its file is too large to hold a secret")
	}
	return strings.TrimRight(string(raw), "\r\n"), nil
}
