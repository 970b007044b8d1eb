"""The law's gaps in words: statuses, findings and articles."""

from collections.abc import Mapping

from ..words.i18n import mark as _
from ..words.i18n import translate
from .law import Blocker, Caution, Finding, Gap, Gate, LegalStatus
from .numbers import NumberWarning

STATUS_WORDS: dict[LegalStatus, str] = {
    LegalStatus.IN_FORCE: _("in force"),
    LegalStatus.PUBLISHED: _("application published"),
    LegalStatus.EXAMINATION: _("under examination"),
    LegalStatus.REJECTED: _("application rejected"),
    LegalStatus.WITHDRAWN: _("application withdrawn"),
    LegalStatus.LAPSED_UNPAID: _("lapsed, annuity not paid"),
    LegalStatus.EXPIRED: _("term over"),
    LegalStatus.ABANDONED: _("abandoned"),
    LegalStatus.INVALIDATED: _("declared invalid"),
    LegalStatus.PLEDGED: _("in force, pledged"),
    LegalStatus.LICENSED: _("in force, licensed"),
    LegalStatus.TRANSFERRED: _("in force, transferred"),
}
TICKS: dict[str, str] = {
    "title_proven": _("The consignor has proven title or the right to dispose of it (art. 41)"),
    "defects_declared": _("The consignor has declared source and defects to the house (art. 27)"),
    "defects_stated": _("Bidders are told of the defects, also where none is known (art. 18)"),
    "no_reserve": _("There is no reserve, and that is announced (art. 50)"),
}
"""The ticks of a lot, by column."""
SENTENCES: dict[str, str] = {
    Gap.SALE_DAY_UNKNOWN: _("The day of the sale is not set; the notice has to name it."),
    Gap.NOTICE_MISSING: _("No notice is given; it must appear 7 days before the sale, by %(latest)s."),
    Gap.NOTICE_TOO_LATE: _("The notice of %(notice_on)s is too late; it must appear 7 days before, by %(latest)s."),
    Gap.PREVIEW_TOO_SHORT: _("The preview before the sale lasts %(days)s days; it must last at least %(minimum)s."),
    Gap.NOTICE_BEGUN_ANEW: _(
        "A change of %(changed_on)s began the 7 days of the notice anew; it had to be made by %(latest)s."
    ),
    Gap.PREVIEW_BEGUN_ANEW: _(
        "A change of %(changed_on)s began the preview anew; %(days)s days are left of it, and it must last %(minimum)s."
    ),
    Gap.AUCTIONEER_NOT_LICENSED: _("The auctioneer's licence is not named."),
    Gap.RULES_NOT_ANNOUNCED: _("The rules of the sale and its notices are not announced."),
    Gap.HOUSE_IS_CONSIGNOR: _("The house itself is the consignor; it may not sell its own in its own sale."),
    Gap.CONSIGNOR_UNKNOWN: _("Who consigns the lot is not said, so nobody can be kept from bidding on his own."),
    Gap.CONSIGNOR_UNCLEAR: _("Who consigns the lot cannot be told. Write each consignor on a line of his own."),
    Gap.RESERVE_UNDECIDED: _("There is no reserve, and it is not said that there is none."),
    Gap.DEFECTS_NOT_DECLARED: _("The consignor has not declared source and defects to the house."),
    Gap.DEFECTS_NOT_STATED: _("Defects are not stated to bidders, nor that none is known."),
    Gap.TITLE_NOT_PROVEN: _("The consignor has not proven title or the right to dispose of it."),
    Gap.NO_PATENT: _("There is no patent in the lot."),
    Gap.PATENT_TERM_UNKNOWN: _("Kind or filing date of patent %(patent)s is not known, so its term is not either."),
    Gap.PATENT_STATUS_UNKNOWN: _("Whether patent %(patent)s is in force is not known."),
    Blocker.NOT_IN_FORCE: _("Patent %(patent)s cannot be sold in this way: %(status)s."),
    Blocker.EXPIRED: _("The term of patent %(patent)s ends on %(last_day)s, not after the sale."),
    Blocker.CO_OWNER_CONSENT_MISSING: _("For patent %(patent)s the consent of every co-owner is missing."),
    Blocker.PLEDGEE_CONSENT_MISSING: _("Patent %(patent)s is pledged, and the pledgee's consent is missing."),
    Blocker.OPEN_LICENCE_IN_FORCE: _("Patent %(patent)s has an open licence; no exclusive one can be sold."),
    Blocker.CLAIMS_WRONG: _("The claims of patent %(patent)s are counted wrongly."),
    Blocker.DATES_OUT_OF_ORDER: _("The dates of patent %(patent)s contradict each other or the day of the sale."),
    Caution.TERM_ENDS_SOON: _("The term of patent %(patent)s ends on %(last_day)s, within two years of the sale."),
    Caution.ANNUITY_DUE: _("The annual fee of patent %(patent)s is paid until %(due_on)s only."),
    Caution.STATUS_OUTDATED: _("When the status of patent %(patent)s was last looked up: %(checked_on)s."),
    Caution.LITIGATION_PENDING: _("A lawsuit about patent %(patent)s is pending."),
    Caution.INVALIDATION_PENDING: _("A request to declare patent %(patent)s invalid is pending."),
    Caution.EVALUATION_REPORT_MISSING: _("Patent %(patent)s, not examined in substance, has no evaluation report."),
    Caution.PRIORITY_TOO_OLD: _("The priority date of patent %(patent)s is too long before its filing."),
    Caution.PUBLISHED_LATE: _("Patent %(patent)s was published later than 18 months after its filing."),
    Caution.TYPE_DISAGREES: _("The kind of patent %(patent)s is another than its number says."),
    Caution.FILING_YEAR_DISAGREES: _("The filing date of patent %(patent)s is in another year than its number says."),
}
"""Each thing that may be missing or odd, with its sentence; whose lot it is stands beside it. What is odd about a
number is said as of a catalogue."""

NUMBER_SENTENCES: Mapping[str, str] = {
    "CHECK_DIGIT_WRONG": _("The check digit of {number} is wrong; there may be a typing error."),
    "CHECK_DIGIT_MISSING": _("The check digit of {number} is missing."),
    "YEAR_IMPLAUSIBLE": _("The year in {number} cannot be right."),
    "SHAPE_UNUSUAL": _("{number} has an unusual form for its country."),
}
"""Each warning about a patent number, with its sentence; placeholders are `{name}`."""

_LAWS = {
    "拍卖法": _("Auction Law, article %(number)s"),
    "专利法": _("Patent Law, article %(number)s"),
    "民法典": _("Civil Code, article %(number)s"),
    "rulebook": _("rule of the house %(number)s"),
}


def said(locale: str, finding: Finding) -> tuple[str, str]:
    """A finding as a sentence, and the article that it comes from."""
    params = {"patent": "", **dict(finding.params)}
    if params.get("checked_on") == "":
        params["checked_on"] = translate(locale, _("not known"))
    if "status" in params:
        params["status"] = translate(locale, STATUS_WORDS[LegalStatus(params["status"])])
    params["patent"] = params["patent"] or "–"
    law, number = finding.article.split(" ")
    if isinstance(finding.code, NumberWarning):
        sentence = translate(locale, NUMBER_SENTENCES[finding.code]).format(**params)
    else:
        sentence = translate(locale, SENTENCES[finding.code], **params)
    return sentence, translate(locale, _LAWS[law], number=number)


def refusal(locale: str, found: Gate) -> dict[str, str]:
    """The values of the code LAW_GATE: the first thing that is missing, as its code, in words, and its article."""
    first = found.missing[0]
    sentence, article = said(locale, first)
    return {"missing": first.code.value, "article": first.article, "what": f"{article} – {sentence}"}
