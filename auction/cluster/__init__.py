"""Messages between processes, and the rates that they share."""
