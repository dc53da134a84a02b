package linkpreview

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/net/html"
)

const maxPage = 512 << 10

type Service struct {
	client *http.Client
}

func New() *Service {
	return &Service{client: &http.Client{Timeout: 8 * time.Second}}
}

type previewRequest struct {
	URL string `json:"url"`
}

func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in previewRequest
	if err := json.NewDecoder(io.LimitReader(r.Body, 4096)).Decode(&in); err != nil {
		http.Error(w, "invalid body", http.StatusBadRequest)
		return
	}
	req, err := http.NewRequestWithContext(r.Context(), http.MethodGet, in.URL, nil)
	if err != nil {
		http.Error(w, "invalid url", http.StatusBadRequest)
		return
	}
	resp, err := s.client.Do(req)
	if err != nil {
		http.Error(w, "page not reachable", http.StatusBadGateway)
		return
	}
	defer resp.Body.Close()

	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(map[string]string{"title": title(resp.Body)}); err != nil {
		slog.Warn("preview response not written", "err", err)
	}
}

func title(body io.Reader) string {
	z := html.NewTokenizer(io.LimitReader(body, maxPage))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken:
			if name, _ := z.TagName(); string(name) == "title" && z.Next() == html.TextToken {
				return string(z.Text())
			}
		}
	}
}
