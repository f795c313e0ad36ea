"""Something real to run on: simulated sheets, their makers, and the bench. Nothing imports it."""
