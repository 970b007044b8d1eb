"""One file a screen."""

from . import auctioneer, bidder, catalogue, hall, health, language, people

BLUEPRINTS = (
    auctioneer.blueprint,
    bidder.blueprint,
    catalogue.blueprint,
    hall.blueprint,
    health.blueprint,
    language.blueprint,
    people.blueprint,
)
