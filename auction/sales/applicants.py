"""Registrations as they are read: each with its account and what its sale asks, or with the sale's titles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select

from models.catalog import sales
from models.people import registrations, users
from models.rows import DepositTerm, RegistrationRow, RegistrationStatus, SaleStatus, typed

from ..base.rejected import Rejected
from ..people.roles import Role
from .deposits import with_deposit


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant(RegistrationRow):
    """A registration with the account of its holder, and the status and deposit of its sale.

    A paddle of the floor has no account: its address, role and organization are None.
    """

    email: str | None
    role: Role | None
    organization: str | None
    organization_claimed: bool | None
    claimed: bool | None
    suspended_ms: int | None
    sale_status: SaleStatus
    deposit: DepositTerm | None

    @property
    def all_holds(self) -> list[str]:
        """Why the paddle may not bid. If the sale asks for a deposit, `DEPOSIT_MISSING` follows from `deposit_ms`."""
        return with_deposit(self.holds, self.deposit, self.deposit_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Application(RegistrationRow):
    """A registration with the address, titles, status and deposit of its sale."""

    slug: str
    title_zh: str
    title_en: str
    sale_status: SaleStatus
    deposit: DepositTerm | None


_APPLICANTS = (
    select(registrations, users.c.email, users.c.role, users.c.organization, users.c.organization_claimed)
    .add_columns(users.c.claimed, users.c.suspended_ms, sales.c.status.label("sale_status"), sales.c.deposit)
    .join_from(registrations, users, users.c.id == registrations.c.user, isouter=True)
    .join(sales, sales.c.id == registrations.c.sale)
)
_APPLICATIONS = (
    select(registrations, sales.c.slug, sales.c.title_zh, sales.c.title_en, sales.c.deposit)
    .add_columns(sales.c.status.label("sale_status"))
    .join_from(registrations, sales, sales.c.id == registrations.c.sale)
)


def applicants(connection: Connection, query: Any, *order: Any) -> list[Applicant]:
    """The applicants for whom a condition holds, in an order."""
    found = connection.execute(_APPLICANTS.where(query).order_by(*order))
    return [typed(Applicant, row) for row in found.mappings()]


def applicant(connection: Connection, registration: str, *, lock: bool = False) -> Applicant:
    """One registration, if asked with its row and its sale's locked. Raises Rejected."""
    query = _APPLICANTS.where(registrations.c.id == registration)
    found = query.with_for_update(of=(registrations, sales)) if lock else query
    row = connection.execute(found).mappings().one_or_none()
    if row is None:
        raise Rejected("UNKNOWN_REGISTRATION")
    return typed(Applicant, row)


def admitted(connection: Connection, sale: str) -> list[Applicant]:
    """The holders of a sale's paddles, in the order of the decisions."""
    these = (registrations.c.sale == sale) & (registrations.c.status == RegistrationStatus.ADMITTED)
    return applicants(connection, these, registrations.c.decided_ms, registrations.c.paddle)


def applications(connection: Connection, user: str) -> Sequence[Application]:
    """A user's applications to all sales, the newest first."""
    query = _APPLICATIONS.where(registrations.c.user == user).order_by(registrations.c.applied_ms.desc())
    return [typed(Application, row) for row in connection.execute(query).mappings()]


def of_user(sale: str, user: str) -> Select[Any]:
    """Finds a user's application to a sale."""
    return select(registrations).where(registrations.c.sale == sale, registrations.c.user == user)
