package inventory

import (
	"context"
	"fmt"
	"sync"
)

type Warehouse struct {
	Code string
	URL  string
}

type StockSource interface {
	Count(ctx context.Context, w Warehouse, sku string) (int, error)
}

type Snapshot struct {
	SKU    string
	Counts map[string]int
	Failed []string
}

type Refresher struct {
	source     StockSource
	warehouses []Warehouse
}

func NewRefresher(source StockSource, warehouses []Warehouse) *Refresher {
	return &Refresher{source: source, warehouses: warehouses}
}

// Refresh asks all warehouses for the stock of one article.
func (r *Refresher) Refresh(ctx context.Context, sku string) (Snapshot, error) {
	snap := Snapshot{SKU: sku, Counts: make(map[string]int, len(r.warehouses))}
	errs := make([]error, len(r.warehouses))

	var wg sync.WaitGroup
	for i, w := range r.warehouses {
		wg.Add(1)
		go func(i int, w Warehouse) {
			defer wg.Done()
			n, err := r.source.Count(ctx, w, sku)
			if err != nil {
				errs[i] = err
				return
			}
			snap.Counts[w.Code] = n
		}(i, w)
	}
	wg.Wait()

	for i, err := range errs {
		if err != nil {
			snap.Failed = append(snap.Failed, r.warehouses[i].Code)
		}
	}
	if len(snap.Failed) > 0 && len(snap.Failed) == len(r.warehouses) {
		return snap, fmt.Errorf("no warehouse answered for %s: %w", sku, errs[0])
	}
	return snap, nil
}
