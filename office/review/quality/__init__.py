"""Honest quality: audits, known answers, and what they tell of errors."""
