"""Catalogue files, read as those of a sale in yuan."""

from auction.catalogue.reading import Catalogue
from auction.catalogue.reading import read_catalogue as read


def read_catalogue(data: bytes, filename: str) -> Catalogue:
    """The lots of a file for a sale in yuan."""
    return read(data, filename, "CNY")
