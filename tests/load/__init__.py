"""`make bench`: what the server costs and bears, beside peers that do the same (docs/benchmarks.md)."""
