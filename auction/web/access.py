"""Who may do what: every route, every message and every call, in one table. What is not in it, nobody may do."""

from ..accounts import Role

NOBODY = "nobody"
EVERYBODY = frozenset({NOBODY, *Role})
SIGNED_IN = frozenset(Role)
BIDDERS = frozenset({Role.BIDDER})
ORGANIZERS = frozenset({Role.ADMINISTRATOR, Role.ORGANIZER})
DESK = frozenset({Role.ADMINISTRATOR, Role.AUCTIONEER})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})

ROUTES: dict[str, frozenset[str]] = {
    "static": EVERYBODY,
    "health.healthz": EVERYBODY,
    "health.metrics": EVERYBODY,
    "language.choose": EVERYBODY,
    "language.sentences": EVERYBODY,
    "people.sign_in": EVERYBODY,
    "people.sign_out": SIGNED_IN,
    "people.by_link": EVERYBODY,
    "catalogue.home": EVERYBODY,
    "catalogue.sale": EVERYBODY,
    "catalogue.lot": EVERYBODY,
    "catalogue.texts": EVERYBODY,
    "catalogue.record": EVERYBODY,
    "catalogue.results": EVERYBODY,
    "hall.screen": EVERYBODY,
    "bidder.room": SIGNED_IN,
    "auctioneer.console": DESK,
}
"""By endpoint."""

MESSAGES: dict[str, frozenset[str]] = {
    "join": EVERYBODY,
    "since": EVERYBODY,
    "clock": EVERYBODY,
    "bid": SIGNED_IN,
    "maximum": SIGNED_IN,
    "call": DESK,
}
"""By the name of a socket message."""


def role_of(identity_role: Role | None) -> str:
    """The name under which the table knows a caller."""
    return NOBODY if identity_role is None else identity_role
