"""Intake: scans are stored by content, read, and filed to their sheets."""
