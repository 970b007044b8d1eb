"""The lots of a sale on which a bidder may not bid, as its rows say. Both sides know them before he is admitted."""

from collections.abc import Iterable, Sequence

from models.rows import LotRow, OrganizationRow

from ..people.parties import fold
from .applicants import Applicant


def conflicts_of(
    bidder: Applicant,
    house_org: str | None,
    lots: Sequence[LotRow],
    organizations: Sequence[OrganizationRow],
    others: Iterable[str] = (),
) -> list[str]:
    """The lots that a bidder, his organization or one of the same name consigns. Of the house, he may bid on none.

    `others` are the names in his file for whom he bids.

    The rules say the same of an admitted paddle (`Bidder.is_party`, 拍卖法 22 and 30).
    """
    own = next((each.name for each in organizations if each.id == bidder.organization), "")
    names = {fold(bidder.name), fold(own), *map(fold, others)} - {""}
    known = {bidder.user, bidder.organization, *(each.id for each in organizations if fold(each.name) in names)} - {
        None
    }
    if house_org is not None and house_org in known:
        return [lot.lot for lot in lots]
    return [lot.lot for lot in lots if known & {each["id"] for each in lot.consignors}]
