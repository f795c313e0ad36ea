"""Template tags of the register pages."""
