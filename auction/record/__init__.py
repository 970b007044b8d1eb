"""The journal and its chains."""
