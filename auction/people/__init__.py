"""Accounts, roles, organizations and passwords."""
