"""Commission and deposit in the form of a sale: what was typed, as columns, and back."""

from decimal import Decimal

from marshmallow import ValidationError

from models.rows import DepositTerm, SaleRow

from ....rules.money import COURT_TIERS, rows_of
from ....sales.checks import COMMISSIONS
from ....words.amounts import BadAmount, amount_text, read_amount, read_percent_bp
from ...forms import Amount, Choice, Form, LineField, MoneySchema, Prose
from ...locale import gettext as _
from ...locale import said

NONE, COURT, SLICES, SHARE, FIXED = "none", "court", "slices", "share", "fixed"
MOST_SLICES = 20
COURT_ROWS = [list(row) for row in rows_of(COURT_TIERS)]


class MoneyForm(MoneySchema):
    """The commission of either side, and the deposit of a bidder."""

    buyer_commission_kind = Choice("", NONE, COURT, SLICES)
    buyer_commission = Prose(1000)
    seller_commission_kind = Choice("", NONE, COURT, SLICES)
    seller_commission = Prose(1000)
    deposit_kind = Choice("", NONE, SHARE, FIXED)
    deposit_share = LineField(10)
    deposit_fixed = Amount()


def read_money(form: Form, currency: str) -> None:
    """Turn what was typed into the columns of a sale; nothing chosen is none. The court's schedule is in yuan."""
    for side in COMMISSIONS:
        kind = form.values.get(f"{side}_kind")
        try:
            text = form.values.get(side, "")
            if kind == COURT and currency != "CNY":
                raise ValidationError(_("The court's schedule is in yuan. Write the slices in the sale's currency."))
            form.values[side] = parse_slices(text, currency) if kind == SLICES else COURT_ROWS if kind == COURT else []
        except ValidationError as error:
            form.errors.setdefault(side, str(error.messages[0]))
    form.values["deposit"] = _deposit(form)


def _deposit(form: Form) -> DepositTerm | None:
    kind = form.values.get("deposit_kind")
    if kind == FIXED:
        fixed = form.values.get("deposit_fixed")
        if fixed is None:
            form.errors.setdefault("deposit_fixed", _("Say how much it is."))
        return None if fixed is None else {"fixed_minor": fixed}
    if kind != SHARE:
        return None
    share_bp = read_percent_bp(form.values.get("deposit_share", ""))
    if share_bp is None:
        form.errors.setdefault("deposit_share", _("Write a percentage, such as 10 or 7.5."))
    return None if share_bp is None else {"share_bp": share_bp}


def parse_slices(text: str, currency: str) -> list[list[int]]:
    """Slices typed one a line, from in the major unit and percent; a percentage alone is that of every price.

    Raises ValidationError with the line that is no slice; what the slices say together is for `check_sale`.
    """
    slices: list[list[int]] = []
    for number, line in enumerate(text.split("\n"), 1):
        words = line.replace("％", " ").replace("%", " ").split()
        if not words:
            continue
        rate_bp = read_percent_bp(words[-1])
        if len(words) > 2 or (len(words) == 1 and slices) or rate_bp is None:
            raise ValidationError(_("Line %(line)s: write from and percent, such as 2000000 3.", line=number))
        slices.append([0 if len(words) == 1 else read_in_line(number, words[0], currency), rate_bp])
    if not 1 <= len(slices) <= MOST_SLICES:
        raise ValidationError(_("Write from 1 to %(most)s slices, one a line.", most=MOST_SLICES))
    return slices


def read_in_line(number: int, text: str, currency: str) -> int:
    """An amount in a line of several. Raises ValidationError with the line's number."""
    try:
        return read_amount(text, currency)
    except BadAmount as error:
        error.params |= {"text": text, "currency": currency}
        fault = said(error.code, error.params)
        raise ValidationError(_("Line %(line)s: %(fault)s", line=number, fault=fault)) from error


def typed_money(row: SaleRow) -> dict[str, str]:
    """A sale's commission and deposit as they can be typed."""
    share_bp, fixed_minor = (row.deposit or {}).get("share_bp"), (row.deposit or {}).get("fixed_minor")
    typed = {
        "deposit_kind": SHARE if share_bp is not None else FIXED if fixed_minor is not None else NONE,
        "deposit_share": "" if share_bp is None else percent_text(share_bp),
        "deposit_fixed": amount_text(fixed_minor, row.currency),
    }
    for side, tiers in zip(COMMISSIONS, (row.buyer_commission, row.seller_commission), strict=True):
        rows = [list(each) for each in tiers]
        own = rows and rows != COURT_ROWS
        typed[f"{side}_kind"] = SLICES if own else COURT if rows else NONE
        typed[side] = _typed_slices(rows, row.currency) if own else ""
    return typed


def _typed_slices(rows: list[list[int]], currency: str) -> str:
    return "\n".join(f"{amount_text(low, currency)} {percent_text(rate)}" for low, rate in rows)


def percent_text(rate_bp: int) -> str:
    """A rate in basis points as people write a percentage, without its sign: 5, 0.5."""
    return f"{Decimal(rate_bp) / 100:f}"
