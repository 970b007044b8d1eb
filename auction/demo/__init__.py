"""The invented sale and its robots."""
