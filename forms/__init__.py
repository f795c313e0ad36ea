"""What a sheet is, and how it is printed. Pure: no database, no Django."""
