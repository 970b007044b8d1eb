"""Who may do what: every route, every message and every call, in one table. What is not in it, nobody may do."""

from collections.abc import Mapping

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
    "people.sign_up": EVERYBODY,
    "people.reset": EVERYBODY,
    "people.first_administrator": EVERYBODY,
    "people.account": SIGNED_IN,
    "people.rename": SIGNED_IN,
    "people.change_password": SIGNED_IN,
    "participation.apply": BIDDERS,
    "catalogue.home": EVERYBODY,
    "catalogue.sale": EVERYBODY,
    "catalogue.lot": EVERYBODY,
    "catalogue.detail": EVERYBODY,
    "catalogue.texts": EVERYBODY,
    "catalogue.record": EVERYBODY,
    "catalogue.results": EVERYBODY,
    "hall.screen": EVERYBODY,
    "bidder.room": SIGNED_IN,
    "bidder.within": SIGNED_IN,
    "auctioneer.console": DESK,
    "organizer.sales": ORGANIZERS,
    "organizer.create": ORGANIZERS,
    "organizer.sale": ORGANIZERS,
    "organizer.edit": ORGANIZERS,
    "organizer.publish": ORGANIZERS,
    "organizer.close": ORGANIZERS,
    "organizer.archive": ORGANIZERS,
    "organizer_facts.set_all": ORGANIZERS,
    "organizer_lots.lots": ORGANIZERS,
    "organizer_lots.add": ORGANIZERS,
    "organizer_lots.edit": ORGANIZERS,
    "organizer_lots.fill": ORGANIZERS,
    "organizer_lots.remove": ORGANIZERS,
    "organizer_lots.move": ORGANIZERS,
    "organizer_bidders.bidders": ORGANIZERS,
    "organizer_bidders.admit": ORGANIZERS,
    "organizer_bidders.turn_down": ORGANIZERS,
    "organizer_bidders.hold": ORGANIZERS,
    "organizer_bidders.deposit": ORGANIZERS,
    "organizer_bidders.organization": ORGANIZERS,
    "organizer_bidders.priority": ORGANIZERS,
    "organizer_bidders.floor": ORGANIZERS,
    "organizer_bidders.reset_link": ORGANIZERS,
    "organizer_import.upload": ORGANIZERS,
    "organizer_import.confirm": ORGANIZERS,
    "exports.download": ORGANIZERS,
    "administrator.people": ADMINISTRATORS,
    "administrator.create": ADMINISTRATORS,
    "administrator.person": ADMINISTRATORS,
    "administrator.role": ADMINISTRATORS,
    "administrator.suspend": ADMINISTRATORS,
    "administrator.organization": ADMINISTRATORS,
    "administrator.link": ADMINISTRATORS,
}
"""By endpoint."""

MESSAGES: dict[str, frozenset[str]] = {
    "join": EVERYBODY,
    "since": EVERYBODY,
    "clock": EVERYBODY,
    "bid": BIDDERS,
    "maximum": BIDDERS,
    "decline_priority": BIDDERS,
    "exercise_priority": BIDDERS,
    "call": DESK,
}
"""By the name of a socket message."""

PLACES: dict[str, frozenset[str]] = {
    "watcher": EVERYBODY,
    "bidder": SIGNED_IN,
    "desk": DESK,
}
"""By what a socket joins a sale as."""

CALLS: dict[str, frozenset[str]] = {
    "take_gavel": DESK,
    "open_lot": DESK,
    "floor_bid": DESK,
    "assign_paddle": DESK,
    "set_ask": DESK,
    "fair_warning": DESK,
    "hammer": DESK,
    "pass": DESK,
    "void_last": DESK,
    "withdraw": DESK,
    "reopen": DESK,
    "pause": DESK,
    "resume": DESK,
    "pause_sale": DESK,
    "resume_sale": DESK,
    "open_offers": DESK,
    "decline_priority": DESK,
    "exercise_priority": DESK,
}
"""By the auctioneer's call. Once somebody holds the gavel, the rules hear nobody else until he takes it."""

Table = Mapping[str, frozenset[str]]


def may(role: Role | None, table: Table, name: str) -> bool:
    """Whether a caller may; `role` None is nobody in particular. What is not in the table, nobody may."""
    return (NOBODY if role is None else role) in table.get(name, frozenset())
