"""The register: households, people, and what was asked and given."""
