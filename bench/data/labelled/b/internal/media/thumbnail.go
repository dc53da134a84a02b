package media

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
)

const convertTimeout = 15 * time.Second

var errUnknownSize = errors.New("unknown thumbnail size")

var sizes = map[string]string{
	"small":  "128x128",
	"medium": "320x320",
	"large":  "960x960",
}

type Thumbnailer struct {
	originals string
	cache     string
}

func (t *Thumbnailer) Serve(c *gin.Context) {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		c.AbortWithStatus(http.StatusNotFound)
		return
	}
	path, err := t.render(c.Request.Context(), id, c.Query("size"))
	switch {
	case errors.Is(err, errUnknownSize):
		c.AbortWithStatus(http.StatusBadRequest)
	case err != nil:
		_ = c.AbortWithError(http.StatusInternalServerError, err)
	default:
		c.File(path)
	}
}

func (t *Thumbnailer) render(ctx context.Context, id uuid.UUID, size string) (string, error) {
	geometry, ok := sizes[size]
	if !ok {
		return "", errUnknownSize
	}
	ctx, cancel := context.WithTimeout(ctx, convertTimeout)
	defer cancel()

	src := filepath.Join(t.originals, id.String()+".jpg")
	dst := filepath.Join(t.cache, id.String()+"-"+size+".jpg")
	cmd := exec.CommandContext(ctx, "/usr/bin/convert", src, "-thumbnail", geometry, dst)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("convert %s: %w: %s", id, err, out)
	}
	return dst, nil
}
