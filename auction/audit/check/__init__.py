"""The history checker: what clients saw, held against the journal (docs/checker.md)."""
