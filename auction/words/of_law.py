"""The sentences of the law's findings, and the words beside them."""

from collections.abc import Mapping

from .i18n import mark as _

OF_LAW: Mapping[str, str] = {
    "SALE_DAY_UNKNOWN": _("The day of the sale is not set; the notice has to name it."),
    "SALE_DAY_PASSED": _("The day of the sale, %(sale_day)s, has passed. Choose another one."),
    "NOTICE_DAY_PASSED": _(
        "No notice is given; it had to appear by %(latest)s, and that day has passed. Choose a later day of the sale."
    ),
    "NOTICE_MISSING": _("No notice is given; it must appear 7 days before the sale, by %(latest)s."),
    "NOTICE_TOO_LATE": _("The notice of %(notice_on)s is too late; it must appear 7 days before, by %(latest)s."),
    "NOTICE_BEGUN_ANEW": _(
        "A change of %(changed_on)s began the 7 days of the notice anew; it had to be made by %(latest)s."
    ),
    "PREVIEW_BEGUN_ANEW": _(
        "A change of %(changed_on)s began the preview anew; %(days)s days are left of it, and it must last %(minimum)s."
    ),
    "PREVIEW_TOO_SHORT": _("The preview before the sale lasts %(days)s days; it must last at least %(minimum)s."),
    "AUCTIONEER_NOT_LICENSED": _("The auctioneer's licence is not named."),
    "RULES_NOT_ANNOUNCED": _("The rules of the sale and its notices are not announced."),
    "HOUSE_IS_CONSIGNOR": _("The house itself is the consignor; it may not sell its own in its own sale."),
    "CONSIGNOR_UNKNOWN": _("The consignor of the lot is not said, so no one can be kept from bidding on his own lot."),
    "CONSIGNOR_UNCLEAR": _("The consignor of the lot cannot be told. Write each consignor on a line of his own."),
    "RESERVE_UNDECIDED": _("There is no reserve, and it is not said that there is none."),
    "DEFECTS_NOT_DECLARED": _("The consignor has not declared source and defects to the house."),
    "DEFECTS_NOT_STATED": _("Defects are not stated to bidders, nor that none is known."),
    "TITLE_NOT_PROVEN": _("The consignor has not proven title or the right to dispose of it."),
    "NO_PATENT": _("There is no patent in the lot."),
    "PATENT_TERM_UNKNOWN": _("Kind or filing date of patent %(patent)s is not known, so its term is not either."),
    "PATENT_STATUS_UNKNOWN": _("Whether patent %(patent)s is in force is not known."),
    "NOT_IN_FORCE": _("Patent %(patent)s cannot be sold in this way: %(status)s."),
    "EXPIRED": _("The term of patent %(patent)s ends on %(last_day)s, not after the sale."),
    "CO_OWNER_CONSENT_MISSING": _("For patent %(patent)s the consent of every co-owner is missing."),
    "PLEDGEE_CONSENT_MISSING": _("Patent %(patent)s is pledged, and the pledgee's consent is missing."),
    "OPEN_LICENCE_IN_FORCE": _("Patent %(patent)s has an open licence; no exclusive one can be sold."),
    "CLAIMS_WRONG": _("The claims of patent %(patent)s are counted wrongly."),
    "DATES_OUT_OF_ORDER": _("The dates of patent %(patent)s contradict each other or the day of the sale."),
    "TERM_ENDS_SOON": _("The term of patent %(patent)s ends on %(last_day)s, within two years of the sale."),
    "ANNUITY_DUE": _("The annual fee of patent %(patent)s is paid until %(due_on)s only."),
    "FEE_DUE": _("The annual fee of patent %(patent)s for year %(year)s, %(fee)s yuan, is due on %(due_on)s."),
    "FEE_LATE": _(
        "The annual fee of patent %(patent)s was due on %(due_on)s. On the day of the sale it costs %(fee)s yuan, and "
        "%(surcharge)s yuan for being late."
    ),
    "FEE_GRACE_OVER": _(
        "The annual fee of patent %(patent)s was due on %(due_on)s. The six months in which it can be paid late end "
        "before the sale, so it may have lapsed."
    ),
    "STATUS_OUTDATED": _("When the status of patent %(patent)s was last looked up: %(checked_on)s."),
    "LITIGATION_PENDING": _("A lawsuit about patent %(patent)s is pending."),
    "INVALIDATION_PENDING": _("A request to declare patent %(patent)s invalid is pending."),
    "EVALUATION_REPORT_MISSING": _("Patent %(patent)s, not examined in substance, has no evaluation report."),
    "PRIORITY_TOO_OLD": _("The priority date of patent %(patent)s is too long before its filing."),
    "PUBLISHED_LATE": _("Patent %(patent)s was published later than 18 months after its filing."),
    "TYPE_DISAGREES": _("The kind of patent %(patent)s is another than its number says."),
    "FILING_YEAR_DISAGREES": _("The filing date of patent %(patent)s is in another year than its number says."),
}
"""A sentence for each finding. The page shows the lot beside it."""

OF_MANY: Mapping[str, str] = {
    "NOTICE_BEGUN_ANEW": _("Lots were changed, and the 7 days of the notice began anew."),
    "PREVIEW_BEGUN_ANEW": _("Lots were changed, and their preview began anew."),
    "PATENT_TERM_UNKNOWN": _("Kind or filing date of patents is not known, so their term is not either."),
    "PATENT_STATUS_UNKNOWN": _("Whether patents are in force is not known."),
    "NOT_IN_FORCE": _("Patents cannot be sold in this way, because of their status."),
    "EXPIRED": _("The term of patents ends before the sale is over."),
    "CO_OWNER_CONSENT_MISSING": _("The consent of every co-owner is missing for patents."),
    "PLEDGEE_CONSENT_MISSING": _("Patents are pledged, and the pledgee's consent is missing."),
    "OPEN_LICENCE_IN_FORCE": _("Patents have an open licence; no exclusive one can be sold."),
    "CLAIMS_WRONG": _("The claims of patents are counted wrongly."),
    "DATES_OUT_OF_ORDER": _("The dates of patents contradict each other or the day of the sale."),
    "TERM_ENDS_SOON": _("The term of patents ends within two years of the sale."),
    "ANNUITY_DUE": _("The annual fee of patents is due soon."),
    "FEE_DUE": _("Annual fees of patents are due soon."),
    "FEE_LATE": _("Annual fees of patents are late."),
    "FEE_GRACE_OVER": _("Annual fees of patents are late by more than six months."),
    "STATUS_OUTDATED": _("The status of patents was not looked up lately."),
    "LITIGATION_PENDING": _("A lawsuit about patents is pending."),
    "INVALIDATION_PENDING": _("Requests to declare patents invalid are pending."),
    "EVALUATION_REPORT_MISSING": _("Patents that were not examined in substance have no evaluation report."),
    "PRIORITY_TOO_OLD": _("The priority date of patents is too long before their filing."),
    "PUBLISHED_LATE": _("Patents were published later than 18 months after their filing."),
    "TYPE_DISAGREES": _("The kind of patents is another than their numbers say."),
    "FILING_YEAR_DISAGREES": _("The filing date of patents is in another year than their numbers say."),
}
"""A sentence for a kind of findings that name a patent or a day, for many lots at once."""

STATUS_WORDS: Mapping[str, str] = {
    "in_force": _("in force"),
    "published": _("application published"),
    "examination": _("under examination"),
    "rejected": _("application rejected"),
    "withdrawn": _("application withdrawn"),
    "lapsed_unpaid": _("lapsed, annuity not paid"),
    "expired": _("term over"),
    "abandoned": _("abandoned"),
    "invalidated": _("declared invalid"),
    "pledged": _("in force, pledged"),
    "licensed": _("in force, licensed"),
    "transferred": _("in force, transferred"),
}
"""The words for each `patents.law.LegalStatus`."""

TICK_WORDS: Mapping[str, str] = {
    "title_proven": _("The consignor has proven title or the right to dispose of it (art. 41)"),
    "defects_declared": _("The consignor has declared source and defects to the house (art. 27)"),
    "defects_stated": _("Bidders are told of the defects, also where none is known (art. 18)"),
    "no_reserve": _("There is no reserve, and that is announced (art. 50)"),
}
"""The ticks of a lot, by column."""

PATENT_TICK_WORDS: Mapping[str, str] = {
    "consents": _("Every co-owner, and the pledgee of a pledged patent, consents (Patent Law, art. 14)"),
    "evaluation_report": _("The evaluation reports of utility models and designs are there"),
}
"""The ticks that are said of the patents of many lots, by column."""

LAWS: Mapping[str, str] = {
    "拍卖法": _("Auction Law, article %(number)s"),
    "专利法": _("Patent Law, article %(number)s"),
    "民法典": _("Civil Code, article %(number)s"),
    "rulebook": _("rule of the house %(number)s"),
}
"""The laws, by the first word of an article."""

NOT_KNOWN = _("not known")
