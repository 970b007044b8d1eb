"""Letters become words in the reader's language, and go to the house's mail server."""
