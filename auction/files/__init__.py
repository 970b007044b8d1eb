"""Files that people upload: told by their content, cleaned, kept by their hash. `store.py` is what others use."""
