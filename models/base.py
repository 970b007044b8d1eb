"""The base of all tables."""

from secrets import token_hex
from typing import Any

from sqlalchemy import BigInteger, Column, MetaData, String

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = String(32)
"""A random id, 128 bits in hexadecimal."""
Ms = BigInteger
Minor = BigInteger


def salt() -> "Column[Any]":
    """The salt of a row's fingerprint in the record. It is made with the row, and goes with what the row says."""
    return Column("salt", String(32), default=_new_salt, comment="of its fingerprint in the record; goes with it")


def _new_salt() -> str:
    return token_hex(16)
