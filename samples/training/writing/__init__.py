"""Training the two nets that read handwritten digits and capitals."""
