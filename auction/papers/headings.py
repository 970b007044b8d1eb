"""The headings of reports as people read them, and the columns that have a sum."""

from collections.abc import Mapping

from ..words.i18n import mark as _

REPORT_NAMES: Mapping[str, str] = {
    "results": _("Results"),
    "public_results": _("Results"),
    "lots": _("Lots"),
    "bids": _("Bids"),
    "bidders": _("Bidders"),
    "deposits": _("Deposits"),
    "settlement": _("Settlement"),
    "cases": _("Steps after the sale"),
    "trail": _("Trail of changes"),
}
"""By the name of a report in addresses and commands."""

HEADINGS: Mapping[str, str] = {
    "lot": _("Lot number"),
    "title_zh": _("Title (Chinese)"),
    "title_en": _("Title (English)"),
    "patents": _("Number of patents"),
    "patent_numbers": _("Patent numbers"),
    "field": _("Field"),
    "consignor": _("Consignor"),
    "format": _("Way to sell"),
    "status": _("Outcome of the lot"),
    "start": _("Start price"),
    "premium": _("Premium over start (%)"),
    "paddle": _("Paddle number"),
    "buyer": _("Buyer"),
    "buyer_organization": _("Organization of the buyer"),
    "hammer": _("Hammer price"),
    "currency": _("Currency"),
    "bids": _("Number of bids"),
    "bidders": _("Number of bidders"),
    "ended_at": _("Ended at"),
    "right_until": _("Priority right open until"),
    "taken_from": _("Taken by priority right from paddle"),
    "even_held": _("Sold although the paddle was held"),
    "reserve_met": _("Reserve met?"),
    "seq": _("Record number"),
    "at": _("Decided at"),
    "way": _("Way of bidding"),
    "amount": _("Amount bid"),
    "leader": _("Leading paddle"),
    "price": _("Price after it"),
    "outcome": _("What became of it"),
    "name": _("Name of the bidder"),
    "email": _("E-mail address"),
    "organization": _("Organization of the bidder"),
    "limit": _("Spending limit"),
    "holds": _("Barred because"),
    "lots_won": _("Lots won"),
    "lots_in_term": _("Lots while a priority right is open"),
    "patents_won": _("Patents won"),
    "total": _("Sum of hammer prices"),
    "buyer_commission": _("Buyer's commission"),
    "all_in": _("Price with commission"),
    "seller_commission": _("Seller's commission"),
    "deposit_due": _("Deposit asked"),
    "deposit_paid": _("Deposit paid"),
    "deposit_frozen": _("Deposit kept"),
    "deposit_applied": _("Deposit set off"),
    "deposit_released": _("Deposit released"),
    "deposit_forfeited": _("Deposit forfeited"),
    "to_pay_back": _("To be paid back"),
    "paid": _("Paid by the buyer"),
    "owed": _("Owed by the buyer"),
    "defaulted": _("Buyer did not pay"),
    "costs": _("Costs of the consignors"),
    "net": _("Due to the consignors in all"),
    "consignors_paid": _("Paid to the consignors"),
    "consignors_due": _("Still due to the consignors"),
    "case_state": _("State of the case"),
    "steps_done": _("Steps done"),
    "next_step": _("Next step"),
    "next_until": _("Next step until"),
    "next_who": _("Done by"),
    "later_offers": _("Later offers"),
    "entry": _("Entry of the trail"),
    "changed_at": _("Changed at"),
    "changed_by": _("Changed by"),
    "client": _("By what"),
    "address": _("Network address"),
    "act": _("What was done"),
    "changed_table": _("Kind of row"),
    "changed_row": _("Row"),
    "changed_column": _("What changed"),
    "before": _("Before"),
    "after": _("After"),
    "differs": _("Not what the record says"),
}
"""By the stable name of a column."""
OWN_HEADINGS: Mapping[tuple[str, str], str] = {
    ("bidders", "status"): _("Admission of the bidder"),
    ("deposits", "status"): _("Admission of the bidder"),
    ("results", "net"): _("Net of the seller's commission"),
    ("bids", "lot"): _("Lot bid on"),
    ("bids", "paddle"): _("Paddle that bid"),
}
"""By report and column: where the same name means something else."""
CODE_HEADING = _("%(heading)s (code)")

SUMMED: Mapping[str, frozenset[str]] = {
    "results": frozenset({"patents", "hammer", "bids", "buyer_commission", "all_in", "seller_commission", "net"}),
    "public_results": frozenset({"patents", "hammer", "bids"}),
    "lots": frozenset({"start", "reserve", "estimate_low", "estimate_high"}),
    "bids": frozenset(),
    "bidders": frozenset({"lots_won", "patents_won", "total"}),
    "deposits": frozenset(
        {f"deposit_{each}" for each in ("due", "paid", "frozen", "applied", "released", "forfeited")} | {"to_pay_back"}
    ),
    "cases": frozenset({"hammer", "later_offers"}),
    "trail": frozenset(),
    "settlement": frozenset(
        {"hammer", "buyer_commission", "all_in", "paid", "owed", "seller_commission", "costs", "net"}
        | {"consignors_paid", "consignors_due"}
    ),
}
"""By report: the columns whose sum stands under them in a workbook."""
