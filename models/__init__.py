"""The tables, without behaviour. Money is an integer in the minor unit, `…_minor`; time is UTC, `…_ms`."""

from . import (
    applications,
    cases,
    catalog,
    documents,
    files,
    interest,
    journal,
    mail,
    money,
    notices,
    papers,
    people,
    privacy,
    trail,
    webhooks,
)
from .base import metadata

__all__ = [
    "applications",
    "cases",
    "catalog",
    "documents",
    "files",
    "interest",
    "journal",
    "mail",
    "metadata",
    "money",
    "notices",
    "papers",
    "people",
    "privacy",
    "trail",
    "webhooks",
]
