"""Every sentence that a person reads, in both languages."""
