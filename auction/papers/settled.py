"""The reports of a sale's money: what became of each deposit, and how each sold lot was settled."""

from collections.abc import Iterator

from ..money.ledger import Purchase
from ..money.statements import of_bidders, of_lots
from ..rules.lot import Status
from .cells import ADMISSION_WORDS, coded
from .source import ReportRow, Source


def deposits(of: Source) -> Iterator[ReportRow]:
    """Each bidder's deposit: the sum asked for, the sum that arrived, and its parts."""
    parts = ("paid", "frozen", "applied", "released", "forfeited")
    yield (
        *("paddle", "name", "organization", "status", "deposit_due"),
        *(f"deposit_{each}" for each in parts),
        *("to_pay_back", "currency"),
    )
    organizations = _organizations(of)
    for each in of_bidders(of.ledger, of.bidders):
        told = (getattr(each.deposit, f"{part}_minor") for part in parts)
        yield (
            each.paddle or None,
            each.name,
            organizations.get(each.party),
            coded(ADMISSION_WORDS, each.status),
            of.major(of.due_minor),
            *(of.major(minor) for minor in told),
            of.major(each.refund_minor),
            of.sale.currency,
        )


def settlement(of: Source) -> Iterator[ReportRow]:
    """The buyer's payments and debts for each sold lot, and the house's debt to its consignors. A lot that a priority
    right may still take is left out. If the buyer defaulted, his part is the debt that follows from that."""
    buyers, sellers = bool(of.state.buyer_commission), bool(of.state.seller_commission)
    yield (
        *("lot", "title_zh", "title_en", "patent_numbers", "consignor", "paddle", "buyer", "buyer_organization"),
        *("hammer", "currency"),
        *(("buyer_commission", "all_in") if buyers else ()),
        *("paid", "owed", "defaulted"),
        *(("seller_commission",) if sellers else ()),
        *("costs", "net", "consignors_paid", "consignors_due"),
    )
    bought = {each.purchase.lot: (who, each) for who in of_bidders(of.ledger, of.bidders) for each in who.bought}
    due = {each.lot: each for each in of_lots(of.ledger, of.lots)}
    organizations = _organizations(of)
    for row in of.lots:
        if row.lot not in bought or of.state.lots[row.lot].status is not Status.SOLD:
            continue
        who, each = bought[row.lot]
        purchase, lot = each.purchase, due.get(row.lot)
        paid_minor = None if each.is_defaulted else purchase.all_in_minor - each.owed_minor
        yield (
            *(row.lot, row.title_zh, row.title_en, of.numbers(row.lot), row.consignor),
            *(who.paddle, who.name, organizations.get(who.party)),
            *(of.major(purchase.hammer_minor), of.sale.currency),
            *(_commission(of, purchase) if buyers else ()),
            *(of.major(paid_minor), of.major(max(0, each.owed_minor)), each.is_defaulted),
            *((of.major(purchase.seller_commission_minor),) if sellers else ()),
            *(
                (None,) * 4
                if lot is None
                else map(of.major, (lot.costs_minor, purchase.net_minor, lot.paid_minor, lot.due_minor))
            ),
        )


def _organizations(of: Source) -> dict[str, str | None]:
    """The organization of each bidder, by the id of his registration."""
    return {each.id: of.organizations.get(each.organization or "") for each in of.bidders}


def _commission(of: Source, purchase: Purchase) -> ReportRow:
    return of.major(purchase.buyer_commission_minor), of.major(purchase.all_in_minor)
