"""A row of a table that other packages read, as a frozen value. Its fields are the table's columns.

A word that a column holds from a short list is a `StrEnum`. A test compares the fields with the columns.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from typing import Any, TypedDict, TypeVar, get_args, get_type_hints

from sqlalchemy import RowMapping


class SaleStatus(StrEnum):
    """How far a sale has come as a row; what happens in it meanwhile stands in its journal."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"
    ARCHIVED = "archived"


class RegistrationStatus(StrEnum):
    """The state of an application to a sale. A paddle of the floor is admitted at once."""

    APPLIED = "applied"
    ADMITTED = "admitted"
    TURNED_DOWN = "turned_down"


class DepositTerm(TypedDict, total=False):
    """The deposit of a sale: a share of the highest start price in 1/10,000, or an amount."""

    share_bp: int
    fixed_minor: int


class Consignor(TypedDict):
    """One who may not bid on a lot. `id` is of an organization or an account; `name` is as written.

    `sure` is false where the name may be several, or a part of one.
    """

    id: str
    name: str
    sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleRow:
    """A row of `sales`."""

    id: str
    slug: str
    status: SaleStatus
    title_zh: str = ""
    title_en: str = ""
    place: str = ""
    about: str = ""
    currency: str = "CNY"
    time_zone: str = "Asia/Shanghai"
    starts_at_ms: int | None = None
    house_org: str | None = None
    invented: bool = False
    under_law: bool
    priority_mode: str = "A"
    priority_days: int | None = None
    notice_on: date | None = None
    preview_from: date | None = None
    preview_to: date | None = None
    auctioneer_licence: str = ""
    rules_announced_ms: int | None = None
    buyer_commission: Sequence[Sequence[int]] = ()
    seller_commission: Sequence[Sequence[int]] = ()
    deposit: DepositTerm | None = None
    created_ms: int
    salt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRow:
    """A row of `lots`. `increment` and `own` are as in a scenario. A new lot gets its sale and position when it is
    added."""

    sale: str = ""
    lot: str
    position: int = 0
    format: str = "english"
    start_minor: int | None = None
    reserve_minor: int | None = None
    increment: Mapping[str, Any] | None = None
    own: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    consignors: Sequence[Consignor] = ()
    consignor: str = ""
    title_zh: str = ""
    title_en: str = ""
    abstract_zh: str = ""
    abstract_en: str = ""
    field: str = ""
    transfer_type: str = ""
    defects: str = ""
    estimate_low_minor: int | None = None
    estimate_high_minor: int | None = None
    no_reserve: bool = False
    defects_declared: bool = False
    defects_stated: bool = False
    title_proven: bool = False
    salt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatentRow:
    """A row of `patents`. `legal_status` is of `LegalStatus`. A new patent gets its place when its lot is written."""

    sale: str = ""
    lot: str = ""
    position: int = 0
    as_written: str
    number: str | None = None
    kind: str = ""
    filing_date: date | None = None
    publication_date: date | None = None
    legal_status: str | None = None
    consents: bool = False
    priority_date: date | None = None
    grant_date: date | None = None
    extended_to: date | None = None
    status_checked_on: date | None = None
    annuity_paid_until: date | None = None
    claims_total: int | None = None
    claims_independent: int | None = None
    pledged: bool = False
    open_licence: bool = False
    litigation_pending: bool = False
    invalidation_pending: bool = False
    evaluation_report: bool = False
    title: str = ""
    ipc: str = ""
    inventors: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationRow:
    """A row of `registrations`: an application to a sale, or a paddle of the floor."""

    id: str
    sale: str
    user: str | None
    name: str
    status: RegistrationStatus
    reason: str | None
    paddle: str | None
    limit_minor: int | None
    holds: Sequence[str]
    channel: str
    defaulted_ms: int | None
    deposit_ms: int | None
    priority: Mapping[str, int]
    applied_ms: int
    decided_ms: int | None
    decided_by: str | None
    salt: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationRow:
    """A row of `organizations`."""

    id: str
    name: str
    uscc: str | None
    created_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A row of `files`: a file that was uploaded and is kept."""

    sha256: str
    kind: str
    size: int
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    small: str | None = None
    kept_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetRow:
    """A row of `resets`."""

    id: str
    user: str
    asked_by: str
    asked_ms: int
    granted_by: str | None
    granted_ms: int | None
    taken_ms: int | None
    confirmed_ms: int | None
    held: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessTokenRow:
    """A row of `access_tokens`, without the hash of the token."""

    id: str
    user: str
    name: str
    scopes: Sequence[str]
    created_ms: int
    expires_ms: int
    used_ms: int | None
    ended_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRow:
    """A row of `webhooks`."""

    id: str
    sale: str
    url: str
    kinds: Sequence[str]
    created_ms: int
    created_by: str
    ended_ms: int | None
    ended_because: str | None
    event_n: int
    entry_n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookMessageRow:
    """A row of `webhook_messages`."""

    id: str
    webhook: str
    kind: str
    body: str
    created_ms: int
    next_ms: int | None
    tries: int
    delivered_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTryRow:
    """A row of `webhook_tries`."""

    message: str
    n: int
    at_ms: int
    took_ms: int
    status: int | None
    fault: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRow:
    """A row of `letters`."""

    id: str
    kind: str
    user: str | None
    email: str | None
    sale: str | None
    lot: str | None
    told: Mapping[str, Any]
    created_ms: int
    next_ms: int | None
    tries: int
    delivered_ms: int | None
    fault: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BidderFileRow:
    """A row of `bidder_files`. `joint` has names with their shares in 1/10,000."""

    registration: str
    sale: str
    kind: str
    real_name: str
    uscc: str | None
    phone: str
    agent: str
    joint: Sequence[Sequence[Any]]
    refund_holder: str
    refund_bank: str
    refund_account: str
    rules_version: str | None
    rules_ms: int | None
    changed_ms: int
    asked: str | None
    asked_ms: int | None
    asked_by: str | None
    answer: str | None
    answered_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BidderPaperRow:
    """A row of `bidder_papers`."""

    registration: str
    sha256: str
    what: str
    name: str
    added_ms: int
    read_by: str | None
    read_ms: int | None


RowT = TypeVar("RowT")


def typed(kind: type[RowT], found: RowMapping) -> RowT:
    """A row that was read, as its kind; columns that the kind does not have are left out.

    Raises ValueError where a column holds a word that its list does not have.
    """
    names, words = _shape(kind)
    said = {name: found[name] for name in names}
    for name, each in words.items():
        if said[name] is not None:
            said[name] = each(said[name])
    return kind(**said)


_shapes: dict[type[Any], tuple[tuple[str, ...], dict[str, type[Enum]]]] = {}


def _shape(kind: type[Any]) -> tuple[tuple[str, ...], dict[str, type[Enum]]]:
    """The names of a kind's fields, and of those that hold a word of a list, the list."""
    if kind not in _shapes:
        hints = get_type_hints(kind)
        names = tuple(each.name for each in dataclasses.fields(kind))
        lists = {name: [each for each in (hints[name], *get_args(hints[name])) if _is_list(each)] for name in names}
        _shapes[kind] = names, {name: each[0] for name, each in lists.items() if each}
    return _shapes[kind]


def _is_list(hint: object) -> bool:
    return isinstance(hint, type) and issubclass(hint, Enum)


def columns_of(row: object) -> dict[str, object]:
    """A row's columns by name."""
    return {name: getattr(row, name) for name in _shape(type(row))[0]}


def new_columns(row: object) -> dict[str, object]:
    """The columns of a row that is inserted; the table makes the salt."""
    return {name: value for name, value in columns_of(row).items() if name != "salt"}
