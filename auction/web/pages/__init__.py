"""One file a screen."""

from . import (
    administrator,
    auctioneer,
    bidder,
    catalogue,
    exports,
    hall,
    health,
    language,
    organizer,
    organizer_bidders,
    organizer_facts,
    organizer_import,
    organizer_lots,
    organizer_people,
    participation,
    people,
)

BLUEPRINTS = (
    administrator.blueprint,
    auctioneer.blueprint,
    bidder.blueprint,
    catalogue.blueprint,
    exports.blueprint,
    hall.blueprint,
    health.blueprint,
    language.blueprint,
    organizer.blueprint,
    organizer_bidders.blueprint,
    organizer_facts.blueprint,
    organizer_import.blueprint,
    organizer_lots.blueprint,
    organizer_people.blueprint,
    participation.blueprint,
    people.blueprint,
)
