"""A seeded simulator: printed pages are filled with ink, photographed or scanned, and every
effect keeps an exact map from millimetres on the form to pixels of the picture."""
