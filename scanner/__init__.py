"""How a scanned page becomes a reading. Pure: no database, no Django."""
