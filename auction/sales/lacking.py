"""Everything that a sale lacks before its lots can open: one list, by kind, which every page counts the same.

178 lots that lack the same five facts are five kinds, not 890 lines.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..patents.findings import Finding
from ..patents.law import AT_OPENING_ONLY
from .contents import Contents


@dataclass(frozen=True, slots=True)
class MissingFact:
    """One thing that is missing: of which lot ("": of the sale), and the values of its sentence."""

    lot: str
    params: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class LackKind:
    """All that is missing of one kind. `article` is empty where no law asks for it.

    `stops_publishing` False: lots cannot open before it is there, but the sale can be published.
    """

    code: str
    article: str
    stops_publishing: bool
    lacks: list[MissingFact] = field(default_factory=list)

    @property
    def lots(self) -> list[str]:
        """The lots that lack it, in their order; empty if the sale does."""
        return list(dict.fromkeys(each.lot for each in self.lacks if each.lot))


@dataclass(frozen=True, slots=True)
class Lacking:
    """The missing things of a sale, what the law would have asked of it, and remarks on its patents."""

    missing: list[LackKind]
    asked: list[LackKind]
    remarks: list[LackKind]

    @property
    def count(self) -> int:
        """The number of things that are missing."""
        return count_of(self.missing)

    @property
    def stops_publishing(self) -> bool:
        """Whether the sale cannot be published yet."""
        return any(kind.stops_publishing for kind in self.missing)


def count_of(kinds: Iterable[LackKind]) -> int:
    """The number of things in some kinds."""
    return sum(len(kind.lacks) for kind in kinds)


def lacking(contents: Contents) -> Lacking:
    """The missing things of a sale and its lots, in the order of the law's questions."""
    of_lots = [(each.code, MissingFact(lot)) for lot, missing in contents.missing.items() for each in missing]
    plain: dict[str, LackKind] = {} if contents.lots else {"NO_LOTS": LackKind("NO_LOTS", "", True, [MissingFact("")])}
    for code, lack in of_lots:
        plain.setdefault(code, LackKind(code, "", stops_publishing=False)).lacks.append(lack)
    found = contents.law()
    by_law = _kinds(found.missing, binds=found.binds)
    remarks = _kinds(contents.remarks, binds=False)
    return Lacking([*plain.values(), *(by_law if found.binds else [])], [] if found.binds else by_law, remarks)


def _kinds(findings: Iterable[Finding], *, binds: bool) -> list[LackKind]:
    """Findings by kind: of the sale first, and of the lots. A change may begin a term anew for either."""
    kinds: dict[tuple[str, bool], LackKind] = {}
    for each in findings:
        lot = dict(each.params).get("lot", "")
        stops = binds and each.code not in AT_OPENING_ONLY
        kind = kinds.setdefault((each.code, lot == ""), LackKind(each.code, each.article, stops))
        kind.lacks.append(MissingFact(lot, each.params))
    return [*(kind for (_, of_sale), kind in kinds.items() if of_sale),
            *(kind for (_, of_sale), kind in kinds.items() if not of_sale)]  # fmt: skip
