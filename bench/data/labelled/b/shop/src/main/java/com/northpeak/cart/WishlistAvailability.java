package com.northpeak.cart;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
public class WishlistAvailability {

    private final StockRepository stock;
    private final WishlistRepository wishlists;

    public WishlistAvailability(StockRepository stock, WishlistRepository wishlists) {
        this.stock = stock;
        this.wishlists = wishlists;
    }

    @Transactional(readOnly = true)
    public List<AvailabilityLine> forWishlist(long wishlistId) {
        Wishlist wishlist = wishlists.findWithEntries(wishlistId)
                .orElseThrow(() -> new WishlistNotFoundException(wishlistId));

        Set<Long> productIds = wishlist.getEntries().stream()
                .map(WishlistEntry::getProductId)
                .collect(Collectors.toSet());
        Map<Long, StockLevel> levels = stock.findAllById(productIds).stream()
                .collect(Collectors.toMap(StockLevel::getProductId, Function.identity()));

        List<AvailabilityLine> lines = new ArrayList<>(wishlist.getEntries().size());
        for (WishlistEntry entry : wishlist.getEntries()) {
            StockLevel level = levels.get(entry.getProductId());
            int available = level == null ? 0 : level.getQuantity();
            lines.add(new AvailabilityLine(entry.getProductId(), available));
        }
        return lines;
    }
}
