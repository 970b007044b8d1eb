"""How a process starts, listens, is supervised and ends."""
