package catalog

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

const (
	maxEntries   = 500
	maxEntrySize = 2 << 20
)

var ErrEntryName = errors.New("archive entry outside of the import folder")

// Unpack extracts the picture archive of a catalogue import into dir.
func Unpack(archive, dir string) error {
	zr, err := zip.OpenReader(archive)
	if err != nil {
		return fmt.Errorf("open import: %w", err)
	}
	defer zr.Close()

	if len(zr.File) > maxEntries {
		return fmt.Errorf("import has %d entries", len(zr.File))
	}
	for _, entry := range zr.File {
		if !entry.Mode().IsRegular() {
			continue
		}
		if !filepath.IsLocal(entry.Name) {
			return ErrEntryName
		}
		if err := extract(entry, filepath.Join(dir, entry.Name)); err != nil {
			return fmt.Errorf("extract %q: %w", entry.Name, err)
		}
	}
	return nil
}

func extract(entry *zip.File, target string) error {
	if err := os.MkdirAll(filepath.Dir(target), 0o750); err != nil {
		return err
	}
	src, err := entry.Open()
	if err != nil {
		return err
	}
	defer src.Close()

	dst, err := os.OpenFile(target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	n, err := io.Copy(dst, io.LimitReader(src, maxEntrySize+1))
	if err == nil && n > maxEntrySize {
		err = errors.New("entry too large")
	}
	return errors.Join(err, dst.Close())
}
