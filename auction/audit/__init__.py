"""Proving it later: verify, replay, and the checker of histories."""
