"""Checks the trail of a sale, or of the house, and says so in words."""

from ..parts import Parts
from ..trail.keeping import HOUSE_CHAIN
from .verify import Report

MOST_FAULTS = 20


def verify_trail(parts: Parts, slug: str | None) -> Report:
    """Check the chain of a sale's trail; without a sale that of the house."""
    row = None if slug is None else parts.sales.find(slug)
    if slug is not None and row is None:
        return Report(False, f"There is no sale {slug}.")
    count, faults = parts.trail.faults(HOUSE_CHAIN if row is None else row.id)
    name = "the house" if row is None else row.slug
    if not faults:
        return Report(True, f"{name}: the trail is good. {count} entries.")
    more = [f"and {len(faults) - MOST_FAULTS} more"] if len(faults) > MOST_FAULTS else []
    said = [f"{name}: {len(faults)} faults in the trail of {count} entries.", *faults[:MOST_FAULTS], *more]
    return Report(False, "\n  ".join(said))
