"""Accounts: who works here, and as what."""
