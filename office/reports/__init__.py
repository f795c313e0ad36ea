"""Reports: the register and its sums, for people outside the program."""
