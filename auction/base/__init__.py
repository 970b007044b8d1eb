"""Clock, config, logs, metrics and runtime: what every package may use."""
