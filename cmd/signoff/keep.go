package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"

	"signoff/adapters"
	"signoff/adapters/api"
	"signoff/bot"
	"signoff/bot/seal"
	"signoff/cmd/signoff/config"
	"signoff/store"
	"signoff/store/folder"
)

// What the data folder holds beside the store.
const (
	filesDir = "files"
	// keyFile seals what people type into `signoff dev`; serve has its key from
	// elsewhere, because a key beside what it seals protects nothing.
	keyFile = "secret.key"
)

// keep is where files and secrets are kept.
type keep struct {
	files store.Files
	limit int64     // bytes of one file
	box   *seal.Box // nil: there is no key
}

// shelf is what is kept for callers of the API, as far as they may see it.
type shelf struct {
	keep

	service service
}

var _ api.Files = shelf{}

// keep opens what is kept beside the store. Without a key in the configuration
// SECRET inputs are refused.
func (p *program) keep(dir dataDir, cfg config.Config) (keep, error) {
	files, err := folder.Open(dir.path(filesDir))
	if err != nil {
		return keep{}, err
	}
	k := keep{files: files, limit: cfg.MaxFile}
	if k.limit == 0 {
		k.limit = config.DefaultMaxFile
	}
	if cfg.SecretKey.IsZero() {
		return k, nil
	}
	key, err := cfg.SecretKey.Read(p.Getenv)
	if err != nil {
		return keep{}, fmt.Errorf("secret_key: %w", err)
	}
	if k.box, err = seal.New(key.Reveal()); err != nil {
		return keep{}, fmt.Errorf("secret_key: %w", err)
	}
	return k, nil
}

// playKey is where the key of `signoff dev` is kept; it makes one if there is
// none.
func (d dataDir) playKey() (config.SecretRef, error) {
	ref := config.SecretRef{File: d.path(keyFile)}
	_, err := os.Stat(ref.File)
	if !errors.Is(err, fs.ErrNotExist) {
		return ref, err
	}
	key, err := seal.NewKey(rand.Reader)
	if err != nil {
		return ref, err
	}
	return ref, d.write(keyFile, key+"\n")
}

// Upload keeps a file of nobody's execution yet.
func (k shelf) Upload(ctx context.Context, name string, r io.Reader, by adapters.Account) (api.FileInfo, error) {
	who, err := k.service.principal(by)
	if err == nil {
		err = k.service.MayUpload(ctx, who)
	}
	if err != nil {
		return api.FileInfo{}, err
	}
	f, err := k.files.Put(ctx, bot.UploadPrefix+rand.Text(), name, r, k.limit)
	if errors.Is(err, store.ErrTooLarge) {
		return api.FileInfo{}, &api.Error{
			Status: http.StatusRequestEntityTooLarge, Code: "too_large",
			Text: fmt.Sprintf("The file is larger than %d KiB, which is the most that this server keeps.", k.limit>>10),
		}
	}
	if err != nil {
		return api.FileInfo{}, fmt.Errorf("keep a file: %w", err)
	}
	return fileInfo(f), nil
}

// File reads a file that is kept. One of an execution that the caller may not see
// is not there for them.
func (k shelf) File(ctx context.Context, uri string, by adapters.Account) (io.ReadCloser, api.FileInfo, error) {
	who, err := k.service.principal(by)
	if err != nil {
		return nil, api.FileInfo{}, err
	}
	r, f, err := k.files.Open(ctx, uri)
	if err == nil && !k.service.MayRead(ctx, f.Owner, who) {
		_ = r.Close()
		return nil, api.FileInfo{}, api.NoFile()
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil, api.FileInfo{}, api.NoFile()
	}
	if err != nil {
		return nil, api.FileInfo{}, fmt.Errorf("open a file: %w", err)
	}
	return r, fileInfo(f), nil
}

func fileInfo(f store.File) api.FileInfo {
	return api.FileInfo{URI: f.URI, Name: f.Name, Size: f.Size, Type: f.Type}
}
