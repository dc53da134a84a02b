"""From a model that reads code to one that reviews as people wish."""
