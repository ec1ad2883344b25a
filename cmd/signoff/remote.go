package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"signoff/adapters/api"
)

// remote is how a command finds its server.
type remote struct {
	server    string
	tokenFile string
	data      string
}

// flags adds the flags of every command that speaks to a server.
func (r *remote) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&r.server, "server", "", "the server's address (default: the one running here)")
	f.StringVar(&r.tokenFile, "token-file", "", "the file with the API token (default: the one in the data folder)")
	f.StringVar(&r.data, "data", "", "the data folder of the server running here")
}

// client returns a client for the server that the flags name, or for the one
// that announced itself last in a data folder of this user.
func (p *program) client(r remote) (*api.Client, error) {
	if r.server != "" && r.tokenFile == "" {
		// The token of the local server must not go to another one.
		return nil, usagef("--server needs --token-file, the file with that server's API token")
	}
	if r.server != "" {
		return newClient(r.server, r.tokenFile)
	}
	dir, err := p.announced(r.data)
	if err != nil {
		return nil, err
	}
	base, err := os.ReadFile(dir.path(addressFile))
	if err != nil {
		return nil, errNoServer
	}
	if r.tokenFile == "" {
		r.tokenFile = dir.path(tokenFile)
	}
	return newClient(strings.TrimSpace(string(base)), r.tokenFile)
}

func newClient(base, file string) (*api.Client, error) {
	token, err := readToken(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usagef("there is no token file %s", file)
	}
	if err != nil {
		return nil, err
	}
	return api.NewClient(base, token)
}

var errNoServer = errors.New("no server is running here; start one with: signoff dev, or name one with --server and --token-file")

// announced is the data folder with the latest announcement. A server that was
// killed leaves an old one behind.
func (p *program) announced(data string) (dataDir, error) {
	if data != "" {
		return dataDir(data), nil
	}
	state, err := stateDir(p.Getenv)
	if err != nil {
		return "", err
	}
	var newest dataDir
	var at time.Time
	for _, dir := range []string{state, filepath.Join(state, devDir)} {
		info, err := os.Stat(filepath.Join(dir, addressFile))
		if err == nil && info.ModTime().After(at) {
			newest, at = dataDir(dir), info.ModTime()
		}
	}
	if newest == "" {
		return "", errNoServer
	}
	return newest, nil
}
