"""Why a bid was refused, as the house reads it of a bidder: short, and without amounts."""

from .i18n import mark as _

OF_REFUSALS = {
    "REFUSED_AS_SUSPENDED": _("the paddle is held"),
    "REFUSED_AS_DEFAULTER_BARRED": _("barred after a default"),
    "REFUSED_AS_DEPOSIT_MISSING": _("the deposit is missing"),
    "REFUSED_AS_CONFLICT_OF_INTEREST": _("conflict of interest"),
    "REFUSED_AS_NOT_LIVE": _("the lot was not open"),
    "REFUSED_AS_CLOSED": _("too late"),
    "REFUSED_AS_NOT_ALLOWED_NOW": _("not possible then"),
    "REFUSED_AS_MALFORMED_AMOUNT": _("no amount"),
    "REFUSED_AS_ALREADY_LEADING": _("leads already"),
    "REFUSED_AS_ALREADY_OFFERED": _("has made an offer"),
    "REFUSED_AS_BELOW_START": _("below the start"),
    "REFUSED_AS_BELOW_MIN": _("below the next amount"),
    "REFUSED_AS_NOT_ON_STEP": _("not on a step"),
    "REFUSED_AS_ABOVE_CAP": _("above the cap"),
    "REFUSED_AS_OVER_LIMIT": _("above the limit"),
    "REFUSED_AS_NOT_WHOLE": _("not a whole amount"),
    "REFUSED_AS_FAR_FROM_ASK": _("far above the next amount"),
    "REFUSED_AS_OTHER": _("another reason"),
}
"""By `REFUSED_AS_` and the code."""


def as_refused(code: str) -> str:
    """The code of the short sentence for a refusal."""
    named = f"REFUSED_AS_{code}"
    return named if named in OF_REFUSALS else "REFUSED_AS_OTHER"
