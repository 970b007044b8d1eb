"""A file becomes lots."""
