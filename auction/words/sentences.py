"""Every code that a person may see, its sentence, and the one function that says it.

Parts hand on codes and values. The edge, where a person reads, asks this function for words.
"""

from collections.abc import Mapping
from typing import Any

from .amounts import money
from .i18n import mark as _
from .i18n import translate
from .of_files import OF_FILES
from .of_law import LAWS, NOT_KNOWN, OF_LAW, STATUS_WORDS
from .of_refusals import OF_REFUSALS
from .of_terms import fault_sentence
from .of_uploads import OF_UPLOADS

_OF_ANSWERS = {
    # refusals of the rules, in their order
    "UNAUTHENTICATED": _("Please sign in first."),
    "FORBIDDEN": _("You may not do this."),
    "RATE_LIMITED": _("Too many at once. Please wait a moment."),
    "UNAVAILABLE": _("The record cannot be written just now. Nothing was done; please try again."),
    "UNCONFIRMED": _("The record has not confirmed this; it may have been done. Look before you try again."),
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
    "ALREADY_LEADING": _("You lead already. To go further, raise your maximum."),
    "LEADS_ALREADY": _("This paddle leads already. It goes further only with a higher maximum."),
    "BELOW_OWN_OFFER": _("An offer may only be raised. Yours stands; the next is at least %(minimum)s."),
    "ALREADY_OFFERED": _("You have made your offer."),
    "BELOW_START": _("This is below the start. The next amount is %(minimum)s."),
    "BELOW_MIN": _("This is too low. The next amount is %(minimum)s."),
    "NOT_ON_STEP": _("This is not on the ladder. The next amount is %(minimum)s."),
    "ABOVE_CAP": _("This is above the cap of %(cap)s."),
    "OVER_LIMIT": _("This is above your limit; %(available)s is left."),
    "OVER_LIMIT_OF_ANOTHER": _("This is above the limit of this paddle, or of the sale."),
    "NOT_WHOLE": _("Only whole amounts are bid here, without cents."),
    "LEAD_CHANGED": _("Another bid leads by now: nothing was done. Look at the lot, and press again if you mean it."),
    "FAR_FROM_ASK": _("This is far above the next amount, which is %(minimum)s. Look again before you send it."),
    "NO_BID": _("There is no bid."),
    "LEADER_HELD": _("The paddle that leads is held. Sell to it only on purpose, or take its bids back."),
    "RESERVE_NOT_MET": _("The reserve is not met. The leader may raise his maximum; else the lot is passed."),
    # what stops a sale that should run
    "DESK_NO_BIDDER": _("No bidder is admitted yet: no bid can come."),
    "DESK_NO_AUCTIONEER": _("No auctioneer works for this sale: no lot can open."),
    "DESK_NO_LICENCE": _("The auctioneer's licence number is missing: under the Auction Law no lot can open."),
    "DESK_NO_START": _("Lots to come without a start price: %(count)s. They cannot open."),
    # requests that are not understood
    "FOREIGN_ORIGIN": _(
        "The Origin header is not this server's public address. A program sends no Origin header, or that address."
    ),
    "MALFORMED": _("This request cannot be read: %(field)s."),
    "TOO_LARGE": _("This request is too large."),
    "UNKNOWN_MESSAGE": _("There is no such message."),
    "NOT_JOINED": _("Join a sale first."),
    "UNKNOWN_SALE": _("There is no such sale."),
    "NOT_FOUND": _("There is nothing here."),
    "METHOD_NOT_ALLOWED": _("This cannot be done here."),
    "BAD_TOKEN": _("This form is too old. Please load the page again."),
    "TOKEN_OVER": _("This access token is unknown, or it has ended. Make a new one in your account."),
    "SCOPE_MISSING": _("This access token was not made for this: it lacks the scope %(scope)s."),
    # changes that are declined: people
    "BAD_LOTS": _("Nothing was changed: %(count)s things are wrong with these lots."),
    "BAD_WEBHOOK_URL": _("This is not an address of the web. Write it like https://example.com/hooks."),
    "WEBHOOK_NOT_HTTPS": _("The address must begin with https://."),
    "NO_WEBHOOK_KIND": _("Choose what the program is told."),
    "TOO_MANY_WEBHOOKS": _("A sale has at most %(most)s webhooks at the same time. End one that is not used."),
    "UNKNOWN_WEBHOOK": _("There is no such webhook or message."),
    "WEBHOOK_ENDED": _("This webhook has ended. Make a new one."),
    "NO_SCOPE": _("Choose what the program may do."),
    "BAD_DAYS": _("A token lasts from 1 to %(most)s days."),
    "TOO_MANY_TOKENS": _("At most %(most)s tokens hold at the same time. End some that are not used."),
    "UNKNOWN_TOKEN": _("There is no such token."),
    "BAD_EMAIL": _("This is not an e-mail address."),
    "BAD_NAME": _("A name is needed."),
    "EMAIL_TAKEN": _("An account has this e-mail address already."),
    "PASSWORD_LENGTH": _("A password has from 10 to 200 characters."),
    "PASSWORD_COMMON": _(
        "This password is easily guessed: it is made of usual words, dates or rows of keys. Add some that are not."
    ),
    "PASSWORD_OWN": _("This password holds your name or address, which others know. Choose another."),
    "WRONG_PASSWORD": _("The current password is wrong."),
    "LAST_ADMINISTRATOR": _("This is the last administrator who can sign in. Make another one first."),
    "LINK_OVER": _("This link is used up or over. Ask for a new one."),
    "UNKNOWN_ACCOUNT": _("There is no such account."),
    "NOTICE_NOT_AGREED": _(
        "Read the notice about personal data, and agree to it. Else the house may not keep your data."
    ),
    "STILL_IN_SALE": _("You still take part in a sale that is not over, or work for one. Ask again after it."),
    "STAFF_MAY_NOT_BID": _("Staff may not bid."),
    "STAFF_OF_SALE": _("A person who has worked for this sale may not bid in it."),
    "NOTHING_ASKED": _("No one has asked for this link, or it was shown already. Ask for it anew."),
    "SECOND_PERSON": _("Another of the staff must grant what you have asked for."),
    "RESET_NOT_CONFIRMED": _("The staff made a new password for this bidder. He must confirm it in his account first."),
    "NOT_STAFF": _("No account that can have this role has this address."),
    "ROLE_NOT_FOR_ACCOUNT": _("An account of this kind cannot have this role in a sale."),
    "MONEY_APART": _("The planner of a sale does not take its money. Choose two people, or run it alone."),
    "NOT_ALONE": _("Another person works for this sale: give each his own role."),
    "SALE_OVER": _("This sale is over."),
    "UNKNOWN_REGISTRATION": _("There is no such application or paddle."),
    "NOT_APPLIED": _("This application has been decided already."),
    "NO_CHANGE_REASON": _("The sale is published: say why it is changed."),
    "NO_REASON": _("Give the reason; the bidder reads it."),
    "BAD_PRIORITY_DAYS": _(
        "Say in how many working days the right may be exercised: a whole number from 1 to %(most)s."
    ),
    "NOT_SIGNED": _("The holder must have signed where the paddle bids."),
    "TOO_MANY_FOLLOWED": _("You follow %(most)s lots already. Follow some of them no longer."),
    "NOT_WANTED": _("No lot that waits has what you ask for."),
    "FILE_SETTLED": _("You are admitted: what you said of yourself stays. Ask the house if something has changed."),
    "NO_REAL_NAME": _("Write the name as it stands on the identity paper or the licence."),
    "BAD_PHONE": _("This is not a telephone number. Write it like +86 21 5555 0100."),
    "BAD_USCC": _("This is no unified social credit code: it has 18 signs, and the last one checks the others."),
    "NO_USCC": _("An organization has a unified social credit code."),
    "BAD_REFUND_ACCOUNT": _("An account number has digits and capital letters, at least 6."),
    "BAD_JOINT": _("Line %(line)s has no name with a share. Write it like: Example Ltd 60 percent"),
    "JOINT_COUNT": _("Joint bidders are from 2 to %(most)s, this bidder among them."),
    "JOINT_SHARES": _("The shares of joint bidders are 100 percent together, each above 0; here %(sum)s percent."),
    "NO_QUESTION": _("Write what the bidder is to send or to explain."),
    "NO_ANSWER": _("Write an answer."),
    "NOTHING_ASKED_HERE": _("The house has asked nothing of this application."),
    "NO_FILE_YET": _("Say first who you are; then add papers."),
    "TOO_MANY_PAPERS": _("An application holds at most %(most)s papers."),
    "NO_LICENCE": _("licence or identity paper"),
    "NO_AUTHORITY": _("the agent's authority"),
    "NO_REFUND_ACCOUNT": _("account for refunds"),
    "RULES_NOT_ACCEPTED": _("the rules as they are now"),
    "NO_FILE": _("who the bidder is"),
    "NO_COUNT": _("Say how many lots: a whole number from 1 up."),
    "NOTHING_WON": _("This paddle has bought nothing here."),
    # the money
    "DEPOSIT_NOT_KNOWN": _("The deposit is not known: the sale asks for none, or no lot has a start price."),
    "MORE_THAN_THERE_IS": _("There is no more than %(most)s for this."),
    "STILL_OWES": _("This bidder still owes something: set the deposit off first."),
    "NO_DEPOSIT_TO_RELEASE": _("No bidder without debts has a deposit left."),
    "NOTHING_OWED": _("Nothing is owed here."),
    "NO_DEFAULT": _("No default is entered."),
    "NOT_RESOLD": _("The lot was not sold again yet: the shortfall is not known."),
    "BUYER_OWES": _("The buyer has not paid this lot yet; the consignors are paid after that."),
    "CONSIGNOR_WAS_PAID": _("The consignors were paid or charged already. Take that entry back first."),
    "UNKNOWN_ENTRY": _("There is no such entry."),
    "NOT_REVERSIBLE": _("This entry cannot be taken back, or was already."),
    "USED_SINCE": _("The money of this entry was used since. Take the later entry back first."),
    "NO_BANK_STATEMENT": _(
        "No heading of sums that came in was found, such as 贷方发生额, 收入金额 or Credit. "
        "Save the bank's statement as CSV or XLSX and choose it again."
    ),
    "STATEMENT_TOO_LONG": _(
        "The statement has %(count)s lines of money that came in; at most %(most)s are read. Save fewer days."
    ),
    "BANK_DIFFERS": _("The books say %(should)s. Look for the difference before you close the day."),
    "SALE_RUNS": _("The sale is not closed: deposits of admitted bidders stay until it is."),
    "IN_TERM": _(
        "A priority right is still open on a lot that this bidder leads: the deposit stays until its term is over."
    ),
    "NO_NAME": _("Say who holds the paddle."),
    # changes that are declined: sales and lots
    "BAD_SLUG": _("Use small letters, digits and hyphens, at most 60, such as spring-2027."),
    "SLUG_TAKEN": _("Another sale has this address already."),
    "NO_TITLE": _("A title is needed, in Chinese or in English."),
    "BAD_TIME_ZONE": _("There is no such time zone. Write it like Asia/Shanghai."),
    "BAD_CURRENCY": _("There is no such currency."),
    "PUBLISHED_ALREADY": _("The sale is published; this cannot be changed any more."),
    "NOT_PUBLISHED": _("The sale is not published, or it is over."),
    "NOT_CLOSED": _("Only a closed sale can be archived."),
    "NO_LOTS": _("The sale has no lots yet."),
    "NO_START": _("There is no start price."),
    "NO_INCREMENT": _("There is no increment."),
    "SALE_HAS_BEGUN": _("A lot of this sale has opened already, so it cannot be cancelled. Close it instead."),
    "CUT_TOO_DEEP": _("A second sale may begin at most %(most)s percent lower."),
    "NOTHING_UNSOLD": _("Every lot of this sale was sold or withdrawn."),
    "DRAFT_IN_USE": _("Money, papers or webhooks of this draft are kept, so it cannot be deleted."),
    "CHANGED_MEANWHILE": _("Another person has changed this meanwhile. Look at it again before you change it."),
    "LOT_EXISTS": _("Lot %(lot)s is in the sale already."),
    "BAD_LOT_NUMBER": _("A lot number has up to 16 letters, digits and hyphens."),
    "RESERVE_BELOW_START": _("The reserve is below the start price."),
    "ESTIMATE_REVERSED": _("The low estimate is above the high one."),
    "COMMISSION_FIRST_NOT_ZERO": _("The first slice of a commission begins at 0."),
    "COMMISSION_NOT_RISING": _("Each slice of a commission begins above the one before."),
    "COMMISSION_RATE_OUT_OF_RANGE": _("A rate of commission lies from 0 to 100 percent."),
    "COMMISSION_RATE_RISES": _("A commission may not rise with the price (Auction Law, art. 56)."),
    "DEPOSIT_SHARE": _("A deposit is from %(least)s to %(most)s percent of the starting price."),
    "LAW_GATE": _("The law does not allow this yet: %(what)s"),
    "BAD_TERMS": _("These terms contradict themselves: %(reason)s"),
    # after the sale
    "CASE_NOT_ENDED": _("Lot %(lot)s has not been sold or passed."),
    "CASE_NOT_SOLD": _("Lot %(lot)s is not sold, so it has no such step."),
    "CASE_NOT_PASSED": _("Lot %(lot)s was not passed: later offers are kept for such lots only."),
    "CASE_TOO_MANY_OFFERS": _("At most %(most)s offers are kept for one lot. Take an old one off the list first."),
    "CASE_PAID_BY_LEDGER": _("Enter the payment on the money page; then this step is done by itself."),
    # papers
    "PAPER_NOT_SOLD": _("Lot %(lot)s is not sold: there is no such paper of it."),
    "PAPER_RIGHT_OPEN": _("A priority right may still take lot %(lot)s: there is no such paper of it yet."),
    "PAPER_NO_DEPOSIT": _("No deposit of paddle %(paddle)s has arrived: there is no receipt."),
    "PAPER_NOT_ENDED": _("No lot of the consignor of lot %(lot)s has ended yet."),
    "PAPER_NO_PATENT": _("Patent %(patent)s is in no lot that is sold: there is no such paper of it."),
    "PAPER_OTHER_CONTRACT": _("Whether the patents of lot %(lot)s are granted asks for the other contract."),
    "PAPER_BAD_TEMPLATE": _("A template of the house cannot be set: %(reason)s"),
    "SIGNATURE_EMPTY": _("Draw your signature first."),
    "SIGNED_ALREADY": _("You have signed this paper."),
    "PAPER_FILE_GONE": _("The file of paper %(number)s is gone, and its template has changed since."),
    "BROKEN": _("Something went wrong on our side. Please give us this number: %(incident)s"),
}

SENTENCES: Mapping[str, str] = {**_OF_ANSWERS, **OF_FILES, **OF_UPLOADS, **OF_LAW, **OF_REFUSALS}
"""By code. A code has one sentence, no matter which part says it."""

_LATE = _("Lot %(lot)s had ended: this came %(late)s too late and does not count.")
"""The sentence of a bid that came after the end of its lot, whatever its code."""

STATUS = {
    "UNAUTHENTICATED": 401,
    "TOKEN_OVER": 401,
    "SCOPE_MISSING": 403,
    "UNKNOWN_TOKEN": 404,
    "UNKNOWN_WEBHOOK": 404,
    "FORBIDDEN": 403,
    "FOREIGN_ORIGIN": 403,
    "RATE_LIMITED": 429,
    "UNAVAILABLE": 503,
    "UNCONFIRMED": 503,
    "UNKNOWN_LOT": 404,
    "UNKNOWN_ACCOUNT": 404,
    "UNKNOWN_REGISTRATION": 404,
    "MALFORMED_AMOUNT": 422,
    "MALFORMED": 400,
    "TOO_LARGE": 413,
    "FILE_GONE": 410,
    "UNKNOWN_MESSAGE": 404,
    "UNKNOWN_SALE": 404,
    "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "BAD_TOKEN": 400,
    "BROKEN": 500,
}
"""The HTTP status of a code; any other code is a conflict with where the sale stands, 409."""


def sentence(locale: str, code: str, params: Mapping[str, Any] = {}, currency: str = "CNY") -> str:
    """The sentence of a code in a language, with values as people write them; without one, the code itself.

    A value `…_minor` becomes an amount of the currency. The value `missing`, a code of the law, becomes a sentence.
    """
    english = _LATE if "late_ms" in params else SENTENCES.get(_told(code, params), str(code))
    shown = _shown(locale, params, currency) if "%(" in english else {}
    return translate(locale, english, **shown)


def article_words(locale: str, article: str) -> str:
    """An article as `patents.law` names it, such as 拍卖法 45, in words."""
    law, number = article.split(" ")
    return translate(locale, LAWS[law], number=number)


def _told(code: str, params: Mapping[str, Any]) -> str:
    """The desk is not told what is left of a paddle's limit: the sentence then names no amount."""
    return "OVER_LIMIT_OF_ANOTHER" if code == "OVER_LIMIT" and not params else code


def _shown(locale: str, params: Mapping[str, Any], currency: str) -> dict[str, Any]:
    shown = {**params, "patent": params.get("patent") or "–"}
    for name, value in params.items():
        if name.endswith("_minor"):
            shown[name.removesuffix("_minor")] = money(value, currency)
    if "late_ms" in params:
        shown["late"] = _stretch(params["late_ms"])
    if "fault" in params:
        shown["reason"] = fault_sentence(locale, params)
    if "status" in params:
        shown["status"] = translate(locale, STATUS_WORDS[params["status"]])
    if params.get("checked_on") == "":
        shown["checked_on"] = translate(locale, NOT_KNOWN)
    if "missing" in params:
        of_it = {name: value for name, value in params.items() if name != "missing"}
        what = sentence(locale, params["missing"], of_it, currency)
        shown["what"] = f"{article_words(locale, params['article'])} – {what}"
    return shown


def _stretch(ms: int) -> str:
    return f"{ms} ms" if ms < 1000 else f"{ms / 1000:.1f} s"
