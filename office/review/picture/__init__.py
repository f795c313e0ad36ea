"""What screens show of the paper: pages, crops of fields, doubtful cells."""
