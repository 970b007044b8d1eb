"""The tables, without behaviour. Money is an integer in the minor unit, `…_minor`; time is UTC, `…_ms`."""

from . import catalog, journal, money, papers, people, webhooks
from .base import metadata

__all__ = ["catalog", "journal", "metadata", "money", "papers", "people", "webhooks"]
