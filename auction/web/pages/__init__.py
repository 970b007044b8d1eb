"""One file a screen."""

from .auctioneer import console
from .bidder import consignor, participation, room
from .bidder import papers as my_papers
from .organizer import (
    bidders,
    bulk,
    cases,
    exports,
    facts,
    gate,
    importing,
    interest,
    ledger,
    lots,
    papers,
    sale,
    staff,
    statement,
    webhooks,
    whole_sale,
)
from .people import accounts, addresses, administrator, tokens, watchlist
from .public import catalogue, feeds, hall, health, language, record_check, stars, statistics

BLUEPRINTS = (
    administrator.blueprint,
    console.blueprint,
    room.blueprint,
    consignor.blueprint,
    catalogue.blueprint,
    record_check.blueprint,
    exports.blueprint,
    hall.blueprint,
    health.blueprint,
    language.blueprint,
    feeds.blueprint,
    sale.blueprint,
    bidders.blueprint,
    bulk.blueprint,
    cases.blueprint,
    facts.blueprint,
    gate.blueprint,
    importing.blueprint,
    interest.blueprint,
    ledger.blueprint,
    statement.blueprint,
    lots.blueprint,
    papers.blueprint,
    my_papers.blueprint,
    staff.blueprint,
    stars.blueprint,
    statistics.blueprint,
    whole_sale.blueprint,
    participation.blueprint,
    accounts.blueprint,
    addresses.blueprint,
    tokens.blueprint,
    watchlist.blueprint,
    webhooks.blueprint,
)
