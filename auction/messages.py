"""Every code that a person may see, with its sentence."""

from .i18n import mark as _

SENTENCES = {
    # refusals of the rules, in their order
    "UNAUTHENTICATED": _("Please sign in first."),
    "FORBIDDEN": _("You may not do this."),
    "RATE_LIMITED": _("Too many at once. Please wait a moment."),
    "UNAVAILABLE": _("The record cannot be written just now. Nothing was done; please try again."),
    "KEY_CONFLICT": _("This key was used for something else."),
    "UNKNOWN_LOT": _("There is no such lot in this sale."),
    "NO_PADDLE": _("There is no such paddle in this sale."),
    "SUSPENDED": _("This paddle is suspended."),
    "DEFAULTER_BARRED": _("This paddle is barred after a default."),
    "DEPOSIT_MISSING": _("The deposit has not arrived."),
    "CONFLICT_OF_INTEREST": _("The consignor, the house and its staff may not bid on this lot."),
    "NOT_LIVE": _("This lot is not open."),
    "CLOSED": _("This lot has closed."),
    "NOT_ALLOWED_NOW": _("This cannot be done now."),
    "MALFORMED_AMOUNT": _("This is not an amount."),
    "ALREADY_LEADING": _("You lead already."),
    "ALREADY_OFFERED": _("You have made your offer."),
    "BELOW_START": _("This is below the start. The next amount is %(minimum)s."),
    "BELOW_MIN": _("This is too low. The next amount is %(minimum)s."),
    "NOT_ON_STEP": _("This is not on the ladder. The next amount is %(minimum)s."),
    "ABOVE_CAP": _("This is above the cap of %(cap)s."),
    "OVER_LIMIT": _("This is above your limit; %(available)s is left."),
    "NO_BID": _("There is no bid."),
    "RESERVE_NOT_MET": _("The reserve is not met; the lot can only be passed."),
    # requests that are not understood
    "MALFORMED": _("This request cannot be read: %(field)s."),
    "TOO_LARGE": _("This request is too large."),
    "UNKNOWN_MESSAGE": _("There is no such message."),
    "NOT_JOINED": _("Join a sale first."),
    "UNKNOWN_SALE": _("There is no such sale."),
    "NOT_FOUND": _("There is nothing here."),
    "METHOD_NOT_ALLOWED": _("This cannot be done here."),
    "BAD_TOKEN": _("This form is too old. Please load the page again."),
    "BROKEN": _("Something went wrong on our side. Please give us this number: %(incident)s"),
}

STATUS = {
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "RATE_LIMITED": 429,
    "UNAVAILABLE": 503,
    "UNKNOWN_LOT": 404,
    "MALFORMED_AMOUNT": 422,
    "MALFORMED": 400,
    "TOO_LARGE": 413,
    "UNKNOWN_MESSAGE": 404,
    "UNKNOWN_SALE": 404,
    "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "BAD_TOKEN": 400,
    "BROKEN": 500,
}
"""The HTTP status of a code; any other code is a conflict with where the sale stands, 409."""
