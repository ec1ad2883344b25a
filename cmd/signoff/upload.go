package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"signoff/adapters/api"
)

// uploaded replaces each value that is @FILE by the address of that file once it
// is uploaded. A value that begins with @ itself is written with a second one.
func uploaded(ctx context.Context, client *api.Client, values map[string]any) error {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		text, ok := values[name].(string)
		path, at := strings.CutPrefix(text, "@")
		if !ok || !at {
			continue
		}
		if strings.HasPrefix(path, "@") {
			values[name] = path
			continue
		}
		uri, err := upload(ctx, client, path)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		values[name] = uri
	}
	return nil
}

func upload(ctx context.Context, client *api.Client, path string) (_ string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", usagef("the file %s cannot be read; to give a text that begins with @, write @@", path)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := client.Upload(ctx, filepath.Base(path), f)
	return info.URI, err
}
