"""Grid mode: the same question on many sheets, one screen after the other."""
