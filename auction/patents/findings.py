"""The findings of the law in a sale, a lot or a patent: codes, each with its article."""

from dataclasses import dataclass
from enum import StrEnum

from .numbers import NumberWarning


class Blocker(StrEnum):
    """Why a patent cannot be sold."""

    NOT_IN_FORCE = "NOT_IN_FORCE"
    EXPIRED = "EXPIRED"
    CO_OWNER_CONSENT_MISSING = "CO_OWNER_CONSENT_MISSING"
    PLEDGEE_CONSENT_MISSING = "PLEDGEE_CONSENT_MISSING"
    OPEN_LICENCE_IN_FORCE = "OPEN_LICENCE_IN_FORCE"
    CLAIMS_WRONG = "CLAIMS_WRONG"
    DATES_OUT_OF_ORDER = "DATES_OUT_OF_ORDER"


class Caution(StrEnum):
    """Facts that a buyer should know of a patent. `NumberWarning` has those of its number."""

    TERM_ENDS_SOON = "TERM_ENDS_SOON"
    ANNUITY_DUE = "ANNUITY_DUE"
    FEE_DUE = "FEE_DUE"
    FEE_LATE = "FEE_LATE"
    FEE_GRACE_OVER = "FEE_GRACE_OVER"
    STATUS_OUTDATED = "STATUS_OUTDATED"
    LITIGATION_PENDING = "LITIGATION_PENDING"
    INVALIDATION_PENDING = "INVALIDATION_PENDING"
    EVALUATION_REPORT_MISSING = "EVALUATION_REPORT_MISSING"
    PRIORITY_TOO_OLD = "PRIORITY_TOO_OLD"
    PUBLISHED_LATE = "PUBLISHED_LATE"
    TYPE_DISAGREES = "TYPE_DISAGREES"
    FILING_YEAR_DISAGREES = "FILING_YEAR_DISAGREES"


class Gap(StrEnum):
    """The gaps of a sale or a lot under the auction law."""

    NOTICE_MISSING = "NOTICE_MISSING"
    NOTICE_TOO_LATE = "NOTICE_TOO_LATE"
    PREVIEW_TOO_SHORT = "PREVIEW_TOO_SHORT"
    NOTICE_BEGUN_ANEW = "NOTICE_BEGUN_ANEW"
    PREVIEW_BEGUN_ANEW = "PREVIEW_BEGUN_ANEW"
    AUCTIONEER_NOT_LICENSED = "AUCTIONEER_NOT_LICENSED"
    RULES_NOT_ANNOUNCED = "RULES_NOT_ANNOUNCED"
    HOUSE_IS_CONSIGNOR = "HOUSE_IS_CONSIGNOR"
    CONSIGNOR_UNKNOWN = "CONSIGNOR_UNKNOWN"
    CONSIGNOR_UNCLEAR = "CONSIGNOR_UNCLEAR"
    RESERVE_UNDECIDED = "RESERVE_UNDECIDED"
    DEFECTS_NOT_DECLARED = "DEFECTS_NOT_DECLARED"
    DEFECTS_NOT_STATED = "DEFECTS_NOT_STATED"
    TITLE_NOT_PROVEN = "TITLE_NOT_PROVEN"
    NO_PATENT = "NO_PATENT"
    SALE_DAY_UNKNOWN = "SALE_DAY_UNKNOWN"
    SALE_DAY_PASSED = "SALE_DAY_PASSED"
    NOTICE_DAY_PASSED = "NOTICE_DAY_PASSED"
    PATENT_TERM_UNKNOWN = "PATENT_TERM_UNKNOWN"
    PATENT_STATUS_UNKNOWN = "PATENT_STATUS_UNKNOWN"


# Where a rule stands, if not in rulebook 5.3.
_ARTICLES: dict[str, str] = {
    Blocker.NOT_IN_FORCE: "专利法 44",
    Blocker.EXPIRED: "专利法 42",
    Blocker.CO_OWNER_CONSENT_MISSING: "专利法 14",
    Blocker.PLEDGEE_CONSENT_MISSING: "民法典 444",
    Blocker.OPEN_LICENCE_IN_FORCE: "专利法 51",
    Caution.FEE_GRACE_OVER: "专利法 44",
    Caution.PRIORITY_TOO_OLD: "专利法 29",
    Caution.PUBLISHED_LATE: "专利法 34",
    Caution.TYPE_DISAGREES: "rulebook 5.2",
    Caution.FILING_YEAR_DISAGREES: "rulebook 5.2",
    **dict.fromkeys(NumberWarning, "rulebook 5.2"),
    Gap.NOTICE_MISSING: "拍卖法 45",
    Gap.NOTICE_TOO_LATE: "拍卖法 45",
    Gap.PREVIEW_TOO_SHORT: "拍卖法 48",
    Gap.NOTICE_BEGUN_ANEW: "拍卖法 45",
    Gap.PREVIEW_BEGUN_ANEW: "拍卖法 48",
    Gap.AUCTIONEER_NOT_LICENSED: "拍卖法 14",
    Gap.RULES_NOT_ANNOUNCED: "拍卖法 49",
    Gap.HOUSE_IS_CONSIGNOR: "拍卖法 23",
    Gap.CONSIGNOR_UNKNOWN: "拍卖法 30",
    Gap.CONSIGNOR_UNCLEAR: "拍卖法 30",
    Gap.RESERVE_UNDECIDED: "拍卖法 50",
    Gap.DEFECTS_NOT_DECLARED: "拍卖法 27",
    Gap.DEFECTS_NOT_STATED: "拍卖法 18",
    Gap.TITLE_NOT_PROVEN: "拍卖法 41",
    Gap.NO_PATENT: "rulebook 5.1",
    Gap.SALE_DAY_UNKNOWN: "拍卖法 46",
    Gap.SALE_DAY_PASSED: "拍卖法 46",
    Gap.NOTICE_DAY_PASSED: "拍卖法 45",
    Gap.PATENT_TERM_UNKNOWN: "专利法 42",
    Gap.PATENT_STATUS_UNKNOWN: "专利法 44",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: its code, and named values for the translated sentence (days as ISO text)."""

    code: Blocker | Caution | NumberWarning | Gap
    params: tuple[tuple[str, str], ...] = ()

    @property
    def article(self) -> str:
        """The article of the law, or the section of the rulebook, that this comes from."""
        return _ARTICLES.get(self.code, "rulebook 5.3")
