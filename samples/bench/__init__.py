"""Figures of accuracy and speed, on sheets that nobody has tuned anything on."""
