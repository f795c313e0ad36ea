"""Rounds: villages, visits, and every sheet that is printed for them."""
