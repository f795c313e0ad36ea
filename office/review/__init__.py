"""Review: what people decide beside a reading."""
