"""The rights of every role: each route, message and call, in one table. All that is not in it is forbidden."""

from collections.abc import Collection, Mapping

from ..people.roles import OF_A_SALE, Role
from ..people.tokens import Scope
from ..rules import acts

STRANGER = "nobody"
EVERYBODY = frozenset({STRANGER, *Role})
SIGNED_IN = frozenset(Role)
BIDDERS = frozenset({Role.BIDDER})
ORGANIZERS = frozenset({Role.ADMINISTRATOR, Role.ORGANIZER})
DESK = frozenset({Role.ADMINISTRATOR, Role.AUCTIONEER})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
OF_THIS_SALE: dict[str, str] = {role: f"{role} of this sale" for role in OF_A_SALE}
"""A second name of an account's role in the tables, for accounts that work for the sale in question."""
ORGANIZERS_OF_SALE = frozenset({Role.ADMINISTRATOR, OF_THIS_SALE[Role.ORGANIZER]})
DESK_OF_SALE = frozenset({Role.ADMINISTRATOR, OF_THIS_SALE[Role.AUCTIONEER]})
STAFF_OF_SALE = ORGANIZERS_OF_SALE | DESK_OF_SALE

API_PREFIX = "/api/"
"""Below it no cookie is looked at: a program says who it is by a token in `Authorization`."""

ROUTES: dict[str, frozenset[str]] = {
    "health.healthz": EVERYBODY,
    "health.metrics": EVERYBODY,
    "api.page": EVERYBODY,
    "api.openapi": EVERYBODY,
    "api_sales.list_sales": EVERYBODY,
    "api_sales.read_sale": EVERYBODY,
    "api_sales.list_lots": EVERYBODY,
    "api_sales.read_lot": EVERYBODY,
    "api_sales.list_patents": EVERYBODY,
    "api_sales.list_results": EVERYBODY,
    "api_sales.read_record": EVERYBODY,
    "api_person.read_me": SIGNED_IN,
    "api_bidding.read_registration": BIDDERS,
    "api_bidding.apply": BIDDERS,
    "api_bidding.read_position": BIDDERS,
    "api_bidding.place_bid": BIDDERS,
    "api_bidding.act": BIDDERS,
    "api_calling.call": DESK_OF_SALE,
    "api_house.create_sale": ORGANIZERS,
    "api_house.put_lots": ORGANIZERS_OF_SALE,
    "api_house.list_registrations": ORGANIZERS_OF_SALE,
    "api_house.decide": ORGANIZERS_OF_SALE,
    "api_house.list_bids": ORGANIZERS_OF_SALE,
    "api_house.read_ledger": ORGANIZERS_OF_SALE,
    "api_papers.list_papers": BIDDERS | STAFF_OF_SALE,
    "api_papers.read_paper": BIDDERS | STAFF_OF_SALE,
    "language.choose": EVERYBODY,
    "people.sign_in": EVERYBODY,
    "people.sign_out": SIGNED_IN,
    "people.by_link": EVERYBODY,
    "people.sign_up": EVERYBODY,
    "people.reset": EVERYBODY,
    "people.first_administrator": EVERYBODY,
    "people.account": SIGNED_IN,
    "people.rename": SIGNED_IN,
    "people.change_password": SIGNED_IN,
    "tokens.mine": SIGNED_IN,
    "tokens.end": SIGNED_IN,
    "people.confirm_reset": BIDDERS,
    "participation.apply": BIDDERS,
    "catalogue.home": EVERYBODY,
    "catalogue.sale": EVERYBODY,
    "catalogue.lot": EVERYBODY,
    "catalogue.detail": EVERYBODY,
    "catalogue.texts": EVERYBODY,
    "catalogue.record": EVERYBODY,
    "catalogue.results": EVERYBODY,
    "statistics.sale": EVERYBODY,
    "statistics.file": EVERYBODY,
    "statistics.lot": EVERYBODY,
    "statistics.lot_file": EVERYBODY,
    "statistics.house": ORGANIZERS_OF_SALE,
    "hall.screen": EVERYBODY,
    "bidder.room": SIGNED_IN,
    "bidder.within": SIGNED_IN,
    "auctioneer.console": DESK_OF_SALE,
    "auctioneer.gavel": DESK_OF_SALE,
    "organizer.sales": ORGANIZERS,
    "organizer.create": ORGANIZERS,
    "organizer.sale": ORGANIZERS_OF_SALE,
    "organizer.edit": ORGANIZERS_OF_SALE,
    "organizer.publish": ORGANIZERS_OF_SALE,
    "organizer.close": ORGANIZERS_OF_SALE,
    "organizer.archive": ORGANIZERS_OF_SALE,
    "organizer_whole.cancel": ORGANIZERS_OF_SALE,
    "organizer_whole.clone": ORGANIZERS_OF_SALE,
    "organizer_whole.relist": ORGANIZERS_OF_SALE,
    "organizer_whole.delete": ORGANIZERS_OF_SALE,
    "organizer_gate.missing": ORGANIZERS_OF_SALE,
    "organizer_facts.set_all": ORGANIZERS_OF_SALE,
    "organizer_lots.lots": ORGANIZERS_OF_SALE,
    "organizer_lots.add": ORGANIZERS_OF_SALE,
    "organizer_lots.edit": ORGANIZERS_OF_SALE,
    "organizer_lots.here": ORGANIZERS_OF_SALE,
    "organizer_bulk.choose": ORGANIZERS_OF_SALE,
    "organizer_bulk.change": ORGANIZERS_OF_SALE,
    "organizer_bulk.by_number": ORGANIZERS_OF_SALE,
    "organizer_lots.fill": ORGANIZERS_OF_SALE,
    "organizer_lots.remove": ORGANIZERS_OF_SALE,
    "organizer_lots.move": ORGANIZERS_OF_SALE,
    "organizer_people.people": ORGANIZERS_OF_SALE,
    "organizer_people.assign": ORGANIZERS_OF_SALE,
    "organizer_people.end": ORGANIZERS_OF_SALE,
    "organizer_bidders.bidders": ORGANIZERS_OF_SALE,
    "organizer_bidders.admit": ORGANIZERS_OF_SALE,
    "organizer_bidders.turn_down": ORGANIZERS_OF_SALE,
    "organizer_bidders.hold": ORGANIZERS_OF_SALE,
    "organizer_bidders.ask_void": ORGANIZERS_OF_SALE,
    "organizer_bidders.release": ORGANIZERS_OF_SALE,
    "organizer_bidders.channel": ORGANIZERS_OF_SALE,
    "organizer_bidders.default": ORGANIZERS_OF_SALE,
    "organizer_bidders.deposit": ORGANIZERS_OF_SALE,
    "organizer_bidders.organization": ORGANIZERS_OF_SALE,
    "organizer_bidders.priority": ORGANIZERS_OF_SALE,
    "organizer_bidders.floor": ORGANIZERS_OF_SALE,
    "organizer_bidders.highest": ORGANIZERS_OF_SALE,
    "organizer_bidders.reset_link": ORGANIZERS_OF_SALE,
    "ledger.money": ORGANIZERS_OF_SALE,
    "ledger.enter": ORGANIZERS_OF_SALE,
    "statement.upload": ORGANIZERS_OF_SALE,
    "statement.enter": ORGANIZERS_OF_SALE,
    "organizer_import.upload": ORGANIZERS_OF_SALE,
    "organizer_import.confirm": ORGANIZERS_OF_SALE,
    "organizer_import.template": ORGANIZERS_OF_SALE,
    "exports.page": ORGANIZERS_OF_SALE,
    "exports.download": ORGANIZERS_OF_SALE,
    "organizer_papers.papers": STAFF_OF_SALE,
    "organizer_papers.make": STAFF_OF_SALE,
    "organizer_papers.file": STAFF_OF_SALE,
    "organizer_papers.sign": STAFF_OF_SALE,
    "organizer_papers.word_file": ORGANIZERS_OF_SALE,
    "organizer_papers.facts": ORGANIZERS_OF_SALE,
    "organizer_papers.bundle": STAFF_OF_SALE,
    "papers.mine": BIDDERS,
    "papers.bundle": BIDDERS,
    "papers.sign": BIDDERS,
    "papers.file": BIDDERS,
    "administrator.people": ADMINISTRATORS,
    "administrator.create": ADMINISTRATORS,
    "administrator.person": ADMINISTRATORS,
    "administrator.role": ADMINISTRATORS,
    "administrator.suspend": ADMINISTRATORS,
    "administrator.organization": ADMINISTRATORS,
    "administrator.link": ADMINISTRATORS,
}
"""By endpoint. The sale in an endpoint's address is "this sale"."""

SCOPES: Mapping[str, Scope] = {
    "api_person.read_me": Scope.READ,
    "api_bidding.read_registration": Scope.READ,
    "api_bidding.apply": Scope.REGISTER,
    "api_bidding.read_position": Scope.READ,
    "api_bidding.place_bid": Scope.BID,
    "api_bidding.act": Scope.BID,
    "api_calling.call": Scope.CALL,
    "api_house.create_sale": Scope.CATALOGUE,
    "api_house.put_lots": Scope.CATALOGUE,
    "api_house.list_registrations": Scope.READ,
    "api_house.decide": Scope.DECIDE,
    "api_house.list_bids": Scope.READ,
    "api_house.read_ledger": Scope.MONEY,
    "api_papers.list_papers": Scope.READ,
    "api_papers.read_paper": Scope.READ,
}
"""The scope that a program's token needs, by endpoint.

A route of the API that is not for everybody and not in this table is forbidden.
"""


def scopes_of(role: Role) -> list[Scope]:
    """The scopes that are of any use to an account with a role."""
    mine = {role, OF_THIS_SALE.get(role, role)}
    useful = {scope for endpoint, scope in SCOPES.items() if ROUTES[endpoint] & mine}
    return [scope for scope in Scope if scope in useful]


KEPT = frozenset(
    {
        "catalogue.home",
        "catalogue.sale",
        "catalogue.lot",
        "catalogue.detail",
        "catalogue.texts",
        "catalogue.results",
        "statistics.sale",
        "statistics.file",
        "statistics.lot",
        "statistics.lot_file",
        "hall.screen",
    }
)
"""The pages that are the same for all visitors without a session. Each is made at most once a second a language."""

SAME_FOR_ALL = frozenset({"catalogue.texts"})
"""Of these, the ones that are no other for who has signed in."""

WITHOUT_TOKEN = frozenset({"language.choose"})
"""The one unsafe route that asks for no token: a page that is kept for everybody has none to give."""

MESSAGES: dict[str, frozenset[str]] = {
    "join": EVERYBODY,
    "since": EVERYBODY,
    "clock": EVERYBODY,
    **dict.fromkeys(acts.OF_BIDDERS, BIDDERS),
    "call": DESK,
}
"""By the name of a socket message."""

PLACES: dict[str, frozenset[str]] = {
    "watcher": EVERYBODY,
    "bidder": SIGNED_IN,
    "desk": DESK_OF_SALE,
}
"""By what a socket joins a sale as."""

CALLS: dict[str, frozenset[str]] = dict.fromkeys(acts.OF_DESK, DESK_OF_SALE)
"""By the auctioneer's call. Once somebody holds the gavel, the rules hear nobody else until he takes it."""

Permissions = Mapping[str, frozenset[str]]


def may(role: Role | None, table: Permissions, name: str, in_sale: Collection[str] = ()) -> bool:
    """Whether a caller may; `role` None is nobody in particular, `in_sale` are his roles in the sale in question.

    What is not in the table, nobody may.
    """
    caller = {STRANGER if role is None else role}
    if role is not None and role in in_sale and role in OF_A_SALE:
        caller.add(OF_THIS_SALE[role])
    return not caller.isdisjoint(table.get(name, frozenset()))
