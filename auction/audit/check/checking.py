"""The whole check, in its order: the journal alone, each client's file once, then all of them together."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .files import read_journal
from .findings import NAMES, Findings
from .history import Reader
from .judged import check_by_rules, check_chains, check_refusals
from .ledger import follow
from .together import Terms, compare

RESYNC_NS = 10_000_000_000
"""How long a client may know that it lacks something: as long as it waits for an answer."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings, and the numbers of what was looked at."""

    findings: Findings
    figures: dict[str, int]

    @property
    def ok(self) -> bool:
        return not self.findings.counts

    def as_json(self) -> dict[str, Any]:
        """The report as `--json` prints it."""
        listed = [
            {"invariant": each.invariant, "name": NAMES[each.invariant], "where": each.where, "what": each.what}
            for each in self.findings.listed
        ]
        counts = {str(number): count for number, count in sorted(self.findings.counts.items())}
        return {"ok": self.ok, "violations": listed, "counts": counts, "figures": self.figures}


def check(journal_file: Path, client_files: Iterable[Path], terms: Terms | None = None) -> Checked:
    """Hold clients' files against a journal. Raises Malformed, OSError."""
    findings = Findings()
    journal = read_journal(journal_file)
    ledger = follow(journal, findings)
    check_chains(journal, findings)
    check_by_rules(journal, findings)
    judged = check_refusals(journal, findings)
    reader = Reader(ledger, findings, RESYNC_NS)
    clients = 0
    for path in client_files:
        reader.read(path)
        clients += 1
    compare(ledger, reader.witnesses, findings, terms or Terms())
    seen = reader.witnesses
    figures = {
        "journal_events": len(journal.rows),
        "public_events": ledger.seq,
        "refusals_judged": judged,
        "clients": clients,
        "lines": seen.lines,
        "events_received": seen.events,
        "messages_sent": len(seen.sent),
        "answers": len(seen.waited_ns),
        "unanswered": seen.unanswered,
        "slowest_answer_ms": max(seen.waited_ns, default=0) // 1_000_000,
    }
    return Checked(findings, figures)
