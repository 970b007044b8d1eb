"""The rights of every role: each route, message and call, in one table. All that is not in it is forbidden."""

from collections.abc import Collection, Mapping

from ..people.roles import MAY_HOLD, Role, SaleRole
from ..people.tokens import Scope
from ..rules import acts

STRANGER = "nobody"
EVERYBODY = frozenset({STRANGER, *Role})
SIGNED_IN = frozenset(Role)
BIDDERS = frozenset({Role.BIDDER})
ORGANIZERS = frozenset({Role.ADMINISTRATOR, Role.ORGANIZER})
DESK = frozenset({Role.ADMINISTRATOR, Role.AUCTIONEER})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
OF_THIS_SALE: dict[str, str] = {role: f"{role} of this sale" for role in SaleRole}
"""The names of the roles of a sale in the tables. They hold in the sale in question."""


def _in_sale(*roles: SaleRole) -> frozenset[str]:
    """The accounts with one of these roles in the sale in question, and every administrator."""
    return frozenset({Role.ADMINISTRATOR, *(OF_THIS_SALE[role] for role in roles)})


ORGANIZERS_OF_SALE = _in_sale(SaleRole.ORGANIZER)
OFFICE_OF_SALE = _in_sale(SaleRole.ORGANIZER, SaleRole.CLERK)
DESK_OF_SALE = _in_sale(SaleRole.AUCTIONEER)
CASHIERS_OF_SALE = _in_sale(SaleRole.CASHIER)
RECORDERS_OF_SALE = _in_sale(SaleRole.ORGANIZER, SaleRole.RECORDER)
STAFF_OF_SALE = _in_sale(SaleRole.ORGANIZER, SaleRole.AUCTIONEER, SaleRole.RECORDER)
READERS_OF_PAPERS = STAFF_OF_SALE | _in_sale(SaleRole.OBSERVER)
FRONT_OF_SALE = OFFICE_OF_SALE | CASHIERS_OF_SALE
CASES_OF_SALE = RECORDERS_OF_SALE | CASHIERS_OF_SALE
REPORTS_OF_SALE = ORGANIZERS_OF_SALE | CASHIERS_OF_SALE
INSIDE_SALE = FRONT_OF_SALE | _in_sale(SaleRole.RECORDER, SaleRole.OBSERVER)
CONSIGNORS_OF_SALE = _in_sale(SaleRole.CONSIGNOR)

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
    "api_sales.list_documents": EVERYBODY,
    "api_sales.list_results": EVERYBODY,
    "api_sales.read_record": EVERYBODY,
    "api_sales.read_statistics": EVERYBODY,
    "api_person.read_me": SIGNED_IN,
    "api_bidding.read_registration": BIDDERS,
    "api_bidding.apply": BIDDERS,
    "api_bidding.read_position": BIDDERS,
    "api_bidding.place_bid": BIDDERS,
    "api_bidding.act": BIDDERS,
    "api_calling.call": DESK_OF_SALE,
    "api_house.create_sale": ORGANIZERS,
    "api_house.put_lots": OFFICE_OF_SALE,
    "api_house.list_registrations": FRONT_OF_SALE,
    "api_house.decide": ORGANIZERS_OF_SALE,
    "api_house.list_bids": ORGANIZERS_OF_SALE,
    "api_house.read_ledger": CASHIERS_OF_SALE,
    "api_trail.list_trail": ORGANIZERS_OF_SALE,
    "api_papers.list_papers": BIDDERS | STAFF_OF_SALE,
    "api_papers.read_paper": BIDDERS | STAFF_OF_SALE,
    "api_reports.read_report": REPORTS_OF_SALE,
    "api_webhooks.list_webhooks": ORGANIZERS_OF_SALE,
    "api_webhooks.make_webhook": ORGANIZERS_OF_SALE,
    "api_webhooks.read_webhook": ORGANIZERS_OF_SALE,
    "api_webhooks.end_webhook": ORGANIZERS_OF_SALE,
    "api_webhooks.list_messages": ORGANIZERS_OF_SALE,
    "api_webhooks.send_again": ORGANIZERS_OF_SALE,
    "feeds.calendar": EVERYBODY,
    "feeds.own_calendar": EVERYBODY,
    "feeds.results": EVERYBODY,
    "feeds.robots": EVERYBODY,
    "feeds.sitemap": EVERYBODY,
    "feeds.sitemap_of_sale": EVERYBODY,
    "api.asyncapi": EVERYBODY,
    "language.choose": EVERYBODY,
    "people.sign_in": EVERYBODY,
    "people.sign_out": SIGNED_IN,
    "people.by_link": EVERYBODY,
    "people.sign_up": EVERYBODY,
    "people.reset": EVERYBODY,
    "people.first_administrator": EVERYBODY,
    "people.account": SIGNED_IN,
    "addresses.forgot": EVERYBODY,
    "addresses.confirm": EVERYBODY,
    "addresses.ask": SIGNED_IN,
    "addresses.choose": SIGNED_IN,
    "people.rename": SIGNED_IN,
    "people.change_password": SIGNED_IN,
    "tokens.mine": SIGNED_IN,
    "tokens.end": SIGNED_IN,
    "watchlist.mine": SIGNED_IN,
    "watchlist.change": SIGNED_IN,
    "watchlist.seen": EVERYBODY,
    "people.confirm_reset": BIDDERS,
    "participation.apply": BIDDERS,
    "application.mine": BIDDERS,
    "application.answer": BIDDERS,
    "application.upload": BIDDERS,
    "data_room.room": BIDDERS,
    "data_room.accept": BIDDERS,
    "data_room.file": BIDDERS,
    "documents.file": EVERYBODY,
    "documents.picture": EVERYBODY,
    "catalogue.home": EVERYBODY,
    "catalogue.sale": EVERYBODY,
    "catalogue.lot": EVERYBODY,
    "catalogue.detail": EVERYBODY,
    "catalogue.events": EVERYBODY,
    "catalogue.texts": EVERYBODY,
    "catalogue.record": EVERYBODY,
    "catalogue.results": EVERYBODY,
    "record_check.page": EVERYBODY,
    "about.sale": EVERYBODY,
    "styleguide.page": EVERYBODY,
    "watch.screen": EVERYBODY,
    "statistics.sale": EVERYBODY,
    "statistics.file": EVERYBODY,
    "statistics.lot": EVERYBODY,
    "statistics.lot_file": EVERYBODY,
    "statistics.house": REPORTS_OF_SALE,
    "hall.screen": EVERYBODY,
    "bidder.room": SIGNED_IN,
    "bidder.within": SIGNED_IN,
    "bidder.why": SIGNED_IN,
    "auctioneer.console": DESK_OF_SALE,
    "auctioneer.gavel": DESK_OF_SALE,
    "auctioneer.screen": DESK_OF_SALE,
    "organizer.sales": ORGANIZERS,
    "organizer.create": ORGANIZERS,
    "organizer.sale": INSIDE_SALE,
    "organizer_live.desk": OFFICE_OF_SALE,
    "organizer_live.news": OFFICE_OF_SALE,
    "organizer.edit": ORGANIZERS_OF_SALE,
    "organizer.publish": ORGANIZERS_OF_SALE,
    "organizer.close": ORGANIZERS_OF_SALE,
    "organizer.archive": ORGANIZERS_OF_SALE,
    "organizer_whole.cancel": ORGANIZERS_OF_SALE,
    "organizer_whole.clone": ORGANIZERS_OF_SALE,
    "organizer_whole.relist": ORGANIZERS_OF_SALE,
    "organizer_whole.delete": ORGANIZERS_OF_SALE,
    "organizer_gate.missing": OFFICE_OF_SALE,
    "organizer_facts.set_all": OFFICE_OF_SALE,
    "organizer_lots.lots": OFFICE_OF_SALE,
    "organizer_lots.add": OFFICE_OF_SALE,
    "organizer_lots.edit": OFFICE_OF_SALE,
    "organizer_lots.here": OFFICE_OF_SALE,
    "organizer_bulk.choose": OFFICE_OF_SALE,
    "organizer_bulk.change": OFFICE_OF_SALE,
    "organizer_bulk.withdraw": ORGANIZERS_OF_SALE,
    "organizer_bulk.by_number": OFFICE_OF_SALE,
    "organizer_interest.interest": OFFICE_OF_SALE,
    "organizer_interest.take_live": ORGANIZERS_OF_SALE,
    "organizer_lots.fill": OFFICE_OF_SALE,
    "organizer_lots.remove": OFFICE_OF_SALE,
    "organizer_lots.move": OFFICE_OF_SALE,
    "organizer_people.people": OFFICE_OF_SALE | _in_sale(SaleRole.OBSERVER),
    "organizer_people.assign": ORGANIZERS_OF_SALE,
    "organizer_people.end": ORGANIZERS_OF_SALE,
    "organizer_people.alone": ORGANIZERS_OF_SALE,
    "organizer_people.rights": INSIDE_SALE,
    "consignor.lots": CONSIGNORS_OF_SALE,
    "consignor.agree": CONSIGNORS_OF_SALE,
    "consignor.statement": CONSIGNORS_OF_SALE,
    "organizer_bidders.bidders": FRONT_OF_SALE,
    "organizer_bidders.admit": ORGANIZERS_OF_SALE,
    "organizer_bidders.ask": ORGANIZERS_OF_SALE,
    "organizer_files.one": ORGANIZERS_OF_SALE | CASHIERS_OF_SALE,
    "organizer_files.paper": ORGANIZERS_OF_SALE,
    "organizer_bidders.turn_down": ORGANIZERS_OF_SALE,
    "organizer_bidders.hold": ORGANIZERS_OF_SALE,
    "organizer_bidders.ask_void": ORGANIZERS_OF_SALE,
    "organizer_bidders.release": ORGANIZERS_OF_SALE,
    "organizer_bidders.channel": OFFICE_OF_SALE,
    "organizer_bidders.default": ORGANIZERS_OF_SALE,
    "organizer_bidders.deposit": CASHIERS_OF_SALE,
    "organizer_bidders.organization": ORGANIZERS_OF_SALE,
    "organizer_bidders.priority": ORGANIZERS_OF_SALE,
    "organizer_bidders.floor": OFFICE_OF_SALE,
    "organizer_bidders.highest": ORGANIZERS_OF_SALE,
    "organizer_bidders.reset_link": ORGANIZERS_OF_SALE,
    "ledger.money": CASHIERS_OF_SALE,
    "organizer_webhooks.webhooks": ORGANIZERS_OF_SALE,
    "organizer_webhooks.one": ORGANIZERS_OF_SALE,
    "organizer_webhooks.end": ORGANIZERS_OF_SALE,
    "organizer_webhooks.again": ORGANIZERS_OF_SALE,
    "ledger.enter": CASHIERS_OF_SALE,
    "statement.upload": CASHIERS_OF_SALE,
    "statement.enter": CASHIERS_OF_SALE,
    "organizer_documents.documents": OFFICE_OF_SALE,
    "organizer_documents.add": OFFICE_OF_SALE,
    "organizer_documents.replace": OFFICE_OF_SALE,
    "organizer_documents.remove": OFFICE_OF_SALE,
    "organizer_documents.move": OFFICE_OF_SALE,
    "organizer_documents.file": OFFICE_OF_SALE,
    "organizer_documents.picture": OFFICE_OF_SALE,
    "organizer_documents.data_room": ORGANIZERS_OF_SALE,
    "organizer_import.upload": OFFICE_OF_SALE,
    "organizer_import.confirm": OFFICE_OF_SALE,
    "organizer_import.template": OFFICE_OF_SALE,
    "organizer_cases.cases": CASES_OF_SALE,
    "organizer_cases.set_step": RECORDERS_OF_SALE,
    "organizer_cases.add_offer": RECORDERS_OF_SALE,
    "organizer_cases.remove_offer": RECORDERS_OF_SALE,
    "organizer_trail.trail": ORGANIZERS_OF_SALE,
    "organizer_cases.set_keeping": ORGANIZERS_OF_SALE,
    "privacy.notice": EVERYBODY,
    "privacy.mine": SIGNED_IN,
    "privacy.agree": SIGNED_IN,
    "privacy.download": SIGNED_IN,
    "privacy.erase": SIGNED_IN,
    "administrator_trail.trail": ADMINISTRATORS,
    "exports.page": REPORTS_OF_SALE,
    "exports.download": REPORTS_OF_SALE,
    "organizer_papers.papers": READERS_OF_PAPERS,
    "organizer_papers.make": STAFF_OF_SALE,
    "organizer_papers.file": READERS_OF_PAPERS,
    "organizer_papers.sign": STAFF_OF_SALE,
    "organizer_papers.word_file": RECORDERS_OF_SALE,
    "organizer_papers.facts": RECORDERS_OF_SALE,
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
    "api_trail.list_trail": Scope.READ,
    "api_papers.list_papers": Scope.READ,
    "api_papers.read_paper": Scope.READ,
    "api_reports.read_report": Scope.READ,
    "api_webhooks.list_webhooks": Scope.WEBHOOKS,
    "api_webhooks.make_webhook": Scope.WEBHOOKS,
    "api_webhooks.read_webhook": Scope.WEBHOOKS,
    "api_webhooks.end_webhook": Scope.WEBHOOKS,
    "api_webhooks.list_messages": Scope.WEBHOOKS,
    "api_webhooks.send_again": Scope.WEBHOOKS,
}
"""The scope that a program's token needs, by endpoint.

A route of the API that is not for everybody and not in this table is forbidden.
"""


def scopes_of(role: Role) -> list[Scope]:
    """The scopes that are of any use to an account with a role."""
    mine = {role, *(OF_THIS_SALE[each] for each in MAY_HOLD[role])}
    useful = {scope for endpoint, scope in SCOPES.items() if ROUTES[endpoint] & mine}
    return [scope for scope in Scope if scope in useful or scope is Scope.CALENDAR]


_OF_GUESTS = frozenset(OF_THIS_SALE[each] for each in MAY_HOLD[Role.BIDDER])
FOR_GUESTS = frozenset({"catalogue.sale", *(endpoint for endpoint, names in ROUTES.items() if names & _OF_GUESTS)})
"""The routes open to a guest with a role in the sale and a bidder's account, and their entrance page."""

KEPT = frozenset(
    {
        "catalogue.home",
        "catalogue.sale",
        "catalogue.lot",
        "catalogue.detail",
        "catalogue.events",
        "catalogue.texts",
        "catalogue.results",
        "record_check.page",
        "about.sale",
        "styleguide.page",
        "watch.screen",
        "feeds.calendar",
        "feeds.results",
        "feeds.robots",
        "feeds.sitemap",
        "feeds.sitemap_of_sale",
        "statistics.sale",
        "statistics.file",
        "statistics.lot",
        "statistics.lot_file",
        "hall.screen",
    }
)
"""The pages that are the same for all visitors without a session. Each is made at most once a second a language."""

SAME_FOR_ALL = frozenset({"catalogue.texts", "catalogue.events"})
"""Of these, the ones that are no other for who has signed in."""

TAKES_FILES = frozenset(
    {"application.upload", *(f"organizer_documents.{act}" for act in ("add", "replace", "remove", "move"))}
)
"""The routes of forms with files. Their requests may be as large as `uploads.LARGEST_FORM`."""

WITHOUT_TOKEN = frozenset({"language.choose", "watchlist.seen"})
"""The unsafe routes that ask for no token: a page that is kept for everybody has none to give."""

MESSAGES: dict[str, frozenset[str]] = {
    "join": EVERYBODY,
    "since": EVERYBODY,
    "clock": EVERYBODY,
    **dict.fromkeys(acts.OF_BIDDERS, BIDDERS),
    "call": DESK | ORGANIZERS,
    "notify": DESK | ORGANIZERS,
}
"""By the name of a socket message."""

PLACES: dict[str, frozenset[str]] = {
    "watcher": EVERYBODY,
    "bidder": SIGNED_IN,
    "desk": DESK_OF_SALE,
    "office": OFFICE_OF_SALE,
}
"""By what a socket joins a sale as."""

CALLS: dict[str, frozenset[str]] = dict.fromkeys(acts.OF_DESK, DESK_OF_SALE)
"""By the auctioneer's call. Once an auctioneer holds the gavel, the rules refuse another's call until he takes it."""

Permissions = Mapping[str, frozenset[str]]


def may(role: Role | None, table: Permissions, name: str, in_sale: Collection[str] = ()) -> bool:
    """Whether a caller may; `role` None is a stranger, `in_sale` are his roles in the sale in question.

    An act that is not in the table is forbidden to all.
    """
    caller = {STRANGER if role is None else role}
    if role is not None:
        caller |= {OF_THIS_SALE[each] for each in MAY_HOLD[role] if each in in_sale}
    return not caller.isdisjoint(table.get(name, frozenset()))
