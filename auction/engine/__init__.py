"""The path of a command: six steps, the clock, and what screens are told."""
