"""The files that leave the house."""
