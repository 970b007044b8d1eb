"""The report of the trail: each changed value on a line of its own."""

from collections.abc import Iterator

from ..words.of_trail import ACT_WORDS, CLIENT_WORDS, COLUMN_WORDS, TABLE_WORDS
from .cells import coded
from .source import ReportRow, Source
from .trail_lines import lines_of


def trail(of: Source) -> Iterator[ReportRow]:
    """Each changed value of the sale's rows, the oldest first: who, when, from where, before and after."""
    yield (
        *("entry", "changed_at", "changed_by", "client", "address", "act", "changed_table", "changed_row"),
        *("changed_column", "before", "after"),
    )
    for entry in of.trail:
        place = (
            *(entry.n, of.moment(entry.at_ms), of.trail_names.accounts.get(entry.actor, entry.actor) or None),
            *(coded(CLIENT_WORDS, entry.client), entry.address or None, coded(ACT_WORDS, entry.act)),
            *(coded(TABLE_WORDS, entry.table), of.trail_names.row(entry) or None),
        )
        for line in lines_of(entry, of.trail_names, of.zone, of.sale.currency):
            column = coded(COLUMN_WORDS, line.column) if line.column else None
            yield (*place, column, line.before, line.after)
