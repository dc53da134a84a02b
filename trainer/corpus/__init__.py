"""From raw documents to a clean corpus: steps over one document, and steps over all of them."""
