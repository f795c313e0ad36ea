"""Sheet mode: one sheet of paper with its fields beside it, and their answers."""
