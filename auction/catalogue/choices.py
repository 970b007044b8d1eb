"""The choices of a person before a file is read: sheet, heading, columns, hidden cells, the order of days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

LEFT_OUT = "-"
"""The column of a heading that a person leaves out."""


class DayOrder(StrEnum):
    """Which number of 05/06/2010 is the day."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


@dataclass(frozen=True, slots=True)
class Choices:
    """How a file is to be read, as far as a person has said so.

    `sheet` is a sheet's name, `header_row` a row's number as the file shows it. `columns` gives our column's name, or
    `LEFT_OUT`, by the heading as the file writes it, or by `#3` for the third column. `remembered` is the same from
    earlier files: `columns` goes first.
    """

    sheet: str = ""
    header_row: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    remembered: Mapping[str, str] = field(default_factory=dict)
    take_hidden: bool = False
    day_order: DayOrder | None = None


NO_CHOICES = Choices()
