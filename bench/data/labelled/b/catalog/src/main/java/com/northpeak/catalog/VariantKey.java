package com.northpeak.catalog;

import java.util.Locale;
import java.util.Objects;

public final class VariantKey implements Comparable<VariantKey> {

    private final Long productId;
    private final String size;
    private final Integer colourCode;

    public VariantKey(Long productId, String size, Integer colourCode) {
        this.productId = Objects.requireNonNull(productId, "productId");
        this.size = Objects.requireNonNull(size, "size").toUpperCase(Locale.ROOT);
        this.colourCode = colourCode;
    }

    public Long productId() {
        return productId;
    }

    @Override
    public int compareTo(VariantKey other) {
        int byProduct = productId.compareTo(other.productId);
        if (byProduct != 0) {
            return byProduct;
        }
        int bySize = size.compareTo(other.size);
        if (bySize != 0) {
            return bySize;
        }
        return Integer.compare(
                colourCode == null ? -1 : colourCode, other.colourCode == null ? -1 : other.colourCode);
    }

    @Override
    public boolean equals(Object o) {
        if (this == o) {
            return true;
        }
        if (!(o instanceof VariantKey other)) {
            return false;
        }
        return productId.equals(other.productId)
                && size.equals(other.size)
                && Objects.equals(colourCode, other.colourCode);
    }

    @Override
    public int hashCode() {
        return Objects.hash(productId, size, colourCode);
    }
}
