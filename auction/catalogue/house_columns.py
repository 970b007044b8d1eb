"""The columns that a house has chosen by hand for headings of its files, for the next file."""

from sqlalchemy import delete, insert, select

from models.catalog import house_columns

from ..database.store import Store
from .choices import LEFT_OUT, Choices
from .columns import COLUMNS, find_column, folded
from .drafts import Layout

LONGEST_HEADING = 200
MOST_HEADINGS = 1_000


class HouseColumns:
    """Headings and their columns, house by house. `house` is an organization's id, empty where a sale names none."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, house: str) -> dict[str, str]:
        """The column of each folded heading."""
        query = select(house_columns).where(house_columns.c.house == house).limit(MOST_HEADINGS)
        with self._store.read() as connection:
            return {row.heading: row.name for row in connection.execute(query)}

    def remember(self, house: str, layout: Layout | None, choices: Choices) -> None:
        """Keep what a person chose for the headings of a file that was imported."""
        chosen = _chosen(layout, choices) if layout else {}
        if not chosen or len(self.of(house).keys() | chosen.keys()) > MOST_HEADINGS:
            return
        with self._store.write() as connection:
            these = (house_columns.c.house == house) & house_columns.c.heading.in_(chosen)
            connection.execute(delete(house_columns).where(these))
            rows = [{"house": house, "heading": heading, "name": name} for heading, name in chosen.items()]
            connection.execute(insert(house_columns), rows)


def _chosen(layout: Layout, choices: Choices) -> dict[str, str]:
    """By heading: what was chosen, where the heading alone, or what is remembered, says otherwise."""
    by_heading = {folded(heading): name for heading, name in choices.columns.items()}
    found: dict[str, str] = {}
    for at, column in enumerate(layout.columns, 1):
        heading = folded(column.heading)
        name = choices.columns.get(f"#{at}", by_heading.get(heading))
        known = choices.remembered.get(heading, find_column(column.heading).name or LEFT_OUT)
        if heading and len(heading) <= LONGEST_HEADING and name in (*COLUMNS, LEFT_OUT) and name != known:
            found[heading] = name
    return found
