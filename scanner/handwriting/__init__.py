"""What is written in comb cells: cutting, nets, and decoders of whole fields."""
