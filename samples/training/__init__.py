"""Training and certifying the net that reads mark boxes."""
