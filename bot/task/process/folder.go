package process

import (
	"context"
	"io/fs"
	"path/filepath"
	"time"
)

// watchFolder returns true as soon as a folder holds more than limit bytes, and
// false when ctx ends.
func watchFolder(ctx context.Context, dir string, limit int64) bool {
	ticker := time.NewTicker(500 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-ticker.C:
			if folderSize(dir, limit) > limit {
				return true
			}
		}
	}
}

// folderSize adds up the files below a folder, and stops beyond the limit. What
// vanishes meanwhile counts nothing.
func folderSize(dir string, limit int64) int64 {
	var sum int64
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // it is gone
		}
		if info, err := d.Info(); err == nil && info.Mode().IsRegular() {
			sum += info.Size()
		}
		if sum > limit {
			return filepath.SkipAll
		}
		return nil
	})
	return sum
}
