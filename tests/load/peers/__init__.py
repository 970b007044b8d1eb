"""Servers that do the same as ours, for the bench: each in its own process."""
