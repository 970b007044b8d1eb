"""Tells other programs what happens in a sale: webhooks, signed as Standard Webhooks says."""
