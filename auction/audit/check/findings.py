"""The invariants of the checker, by number and name, and their violations."""

from collections import Counter
from dataclasses import dataclass, field

NAMES = {
    1: "numbers without gap or repetition",
    2: "both hash chains",
    3: "time never goes back",
    4: "a lot's steps",
    5: "one bid a key",
    6: "bids only while the lot takes them",
    7: "amounts are whole numbers, one currency",
    8: "the first bid is not below the start",
    9: "prices rise",
    10: "no bidder outbids himself",
    11: "within the limit",
    12: "one hammer",
    13: "the hammer is the leader's, at his price, not below the reserve",
    14: "only who may bid bids",
    15: "only who holds the gavel calls",
    16: "the rules lead to the same journal",
    18: "an accepted bid is in the journal",
    19: "never accepted and refused",
    20: "what is shown is what is recorded",
    21: "one order for everybody",
    22: "nothing skipped",
    23: "in the end everybody has everything",
    24: "no bid without its sender",
    25: "the order is that of real time",
    26: "no bid before a hammer that was seen",
    27: "refusals are justified",
    28: "a retry gets the same answer",
    29: "offers are sealed until they are opened",
    30: "paddles, not names",
    31: "answers come in time",
    33: "no better priority right is passed over",
    34: "a held paddle neither bids nor wins by itself",
    35: "every bid in the room has a paddle before the hammer",
    36: "left maxima count in the order in which they were left",
    37: "no deadline comes earlier",
    38: "the house was not away while it decided something",
}
"""By the numbers of the list in docs/checker.md. 17 and 32 have no check here; 33 to 38 are our own."""


@dataclass(frozen=True, slots=True)
class Violation:
    """An invariant that does not hold, and where."""

    invariant: int
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.invariant} {NAMES[self.invariant]}: {self.where}: {self.what}"


@dataclass(slots=True)
class Findings:
    """Violations, of each invariant at most `most` in full; the rest is counted."""

    most: int = 100
    listed: list[Violation] = field(default_factory=list)
    counts: Counter[int] = field(default_factory=Counter)

    def add(self, invariant: int, where: str, what: str) -> None:
        """Note a violation."""
        self.counts[invariant] += 1
        if self.counts[invariant] <= self.most:
            self.listed.append(Violation(invariant, where, what))

    def lines(self) -> list[str]:
        """One line for each violation, in the order of the invariants; one for those that are not listed."""
        found = [str(each) for each in sorted(self.listed, key=lambda each: each.invariant)]
        hidden = sum(self.counts.values()) - len(self.listed)
        return [*found, f"… and {hidden} more."] if hidden else found
