"""The tables, without behaviour. Money is an integer in the minor unit, `…_minor`; time is UTC, `…_ms`."""

from . import cases, catalog, journal, money, papers, people, webhooks
from .base import metadata

__all__ = ["cases", "catalog", "journal", "metadata", "money", "papers", "people", "webhooks"]
