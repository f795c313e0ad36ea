"""Figures of accuracy and speed, on sheets that nobody has tuned anything on."""

import os

# One thread a process, before NumPy is first imported: OpenBLAS otherwise lets idle threads spin
# (142 instead of 85 ms CPU a page at 200 dpi on two cores), and two processes disturb each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
