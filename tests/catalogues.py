"""Catalogue files, read as those of a sale in yuan."""

from auction.catalogue.csv_rows import FileProblem
from auction.catalogue.reading import Catalogue
from auction.catalogue.reading import read_catalogue as read
from auction.words.sentences import sentence


def read_catalogue(data: bytes, filename: str) -> Catalogue:
    """The lots of a file for a sale in yuan."""
    return read(data, filename, "CNY")


def said(problem: FileProblem) -> str:
    """The sentence of a problem."""
    return sentence("en", problem.code, problem.params)
