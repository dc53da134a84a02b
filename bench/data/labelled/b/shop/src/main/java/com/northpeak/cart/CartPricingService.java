package com.northpeak.cart;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
public class CartPricingService {

    private final ProductRepository products;
    private final CartRepository carts;

    public CartPricingService(ProductRepository products, CartRepository carts) {
        this.products = products;
        this.carts = carts;
    }

    @Transactional(readOnly = true)
    public PricedCart price(long cartId) {
        Cart cart = carts.findWithItems(cartId)
                .orElseThrow(() -> new CartNotFoundException(cartId));

        List<PricedLine> lines = new ArrayList<>(cart.getItems().size());
        BigDecimal total = BigDecimal.ZERO;
        for (CartItem item : cart.getItems()) {
            Product product = products.findById(item.getProductId())
                    .orElseThrow(() -> new ProductGoneException(item.getProductId()));
            BigDecimal amount = lineAmount(product, item);
            lines.add(new PricedLine(product.getSku(), item.getQuantity(), amount));
            total = total.add(amount);
        }
        return new PricedCart(cartId, lines, total);
    }

    private static BigDecimal lineAmount(Product product, CartItem item) {
        return product.getUnitPrice().multiply(BigDecimal.valueOf(item.getQuantity()));
    }
}
