package repoview

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
)

const gitTimeout = 10 * time.Second

type Commit struct {
	Hash    string `json:"hash"`
	Subject string `json:"subject"`
}

type Handler struct {
	mirrorDir string
}

func NewHandler(mirrorDir string) *Handler {
	return &Handler{mirrorDir: mirrorDir}
}

func (h *Handler) History(c *gin.Context) {
	branch := c.DefaultQuery("branch", "main")
	commits, err := h.log(c.Request.Context(), branch)
	if err != nil {
		c.AbortWithStatusJSON(http.StatusBadGateway, gin.H{"error": "history unavailable"})
		return
	}
	c.JSON(http.StatusOK, commits)
}

func (h *Handler) log(ctx context.Context, branch string) ([]Commit, error) {
	ctx, cancel := context.WithTimeout(ctx, gitTimeout)
	defer cancel()

	script := fmt.Sprintf("git -C %s log --format='%%h %%s' %s | head -n 50", h.mirrorDir, branch)
	out, err := exec.CommandContext(ctx, "/bin/sh", "-c", script).Output()
	if err != nil {
		return nil, fmt.Errorf("git log: %w", err)
	}

	var commits []Commit
	for _, line := range strings.Split(string(bytes.TrimSpace(out)), "\n") {
		hash, subject, _ := strings.Cut(line, " ")
		if hash == "" {
			continue
		}
		commits = append(commits, Commit{Hash: hash, Subject: subject})
	}
	return commits, nil
}
