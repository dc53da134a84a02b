package themes

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

const maxEntry = 16 << 20

// Install unpacks a theme archive uploaded by a shop owner into dir.
func Install(upload io.Reader, dir string) error {
	gz, err := gzip.NewReader(upload)
	if err != nil {
		return fmt.Errorf("open theme: %w", err)
	}
	defer gz.Close()

	tr := tar.NewReader(gz)
	for {
		hdr, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read theme: %w", err)
		}
		if hdr.Typeflag != tar.TypeReg {
			continue
		}
		if hdr.Size > maxEntry {
			return fmt.Errorf("theme file %q too large", hdr.Name)
		}
		target := filepath.Join(dir, hdr.Name)
		if err := os.MkdirAll(filepath.Dir(target), 0o750); err != nil {
			return err
		}
		if err := writeEntry(target, tr); err != nil {
			return fmt.Errorf("write %q: %w", hdr.Name, err)
		}
	}
}

func writeEntry(target string, src io.Reader) error {
	f, err := os.OpenFile(target, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o640)
	if err != nil {
		return err
	}
	if _, err := io.Copy(f, src); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
