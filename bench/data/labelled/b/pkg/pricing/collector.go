package pricing

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"
)

const maxParallel = 8

type Feed interface {
	Name() string
	Prices(ctx context.Context, skus []string) (map[string]int64, error)
}

type Collector struct {
	feeds []Feed
}

func NewCollector(feeds ...Feed) *Collector {
	return &Collector{feeds: feeds}
}

// Lowest returns the lowest offered price per article over all feeds.
func (c *Collector) Lowest(ctx context.Context, skus []string) (map[string]int64, error) {
	var mu sync.Mutex
	lowest := make(map[string]int64, len(skus))

	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(maxParallel)
	for _, feed := range c.feeds {
		feed := feed
		g.Go(func() error {
			prices, err := feed.Prices(ctx, skus)
			if err != nil {
				return fmt.Errorf("feed %s: %w", feed.Name(), err)
			}
			mu.Lock()
			defer mu.Unlock()
			for sku, price := range prices {
				if current, ok := lowest[sku]; !ok || price < current {
					lowest[sku] = price
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return lowest, nil
}
