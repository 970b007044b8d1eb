"""A signature that is drawn on a screen. It stands on the next version of its paper, with name and time.

It is no 可靠的电子签名 in the sense of 电子签名法 13, and the paper says so; its lines for ink stay.
"""

import json
from typing import Any

from ..base.rejected import Rejected
from .cabinet import Cabinet, Paper
from .dossier import Dossier
from .kinds import PAPER_KINDS
from .wording import moment

WIDTH, HEIGHT = 1000, 400
"""The field in which is drawn, in its own units."""
MOST_STROKES, MOST_POINTS, LONGEST = 100, 4000, 60_000

Strokes = list[list[tuple[int, int]]]


def read_strokes(text: str) -> Strokes:
    """The strokes of a drawing, each a list of points. Raises Rejected where it is none, or nothing is drawn."""
    try:
        strokes = json.loads(text[: LONGEST + 1]) if len(text) <= LONGEST else None
    except (ValueError, RecursionError):
        strokes = None
    if not isinstance(strokes, list) or not 1 <= len(strokes) <= MOST_STROKES:
        raise Rejected("SIGNATURE_EMPTY", "strokes")
    read = [[_point(each) for each in stroke] if isinstance(stroke, list) else [] for stroke in strokes]
    if not 2 <= sum(map(len, read)) <= MOST_POINTS or not all(read):
        raise Rejected("SIGNATURE_EMPTY", "strokes")
    return read


def _point(value: Any) -> tuple[int, int]:
    if isinstance(value, list) and len(value) == 2 and all(type(each) is int for each in value):
        x, y = value
        if 0 <= x <= WIDTH and 0 <= y <= HEIGHT:
            return x, y
    raise Rejected("SIGNATURE_EMPTY", "strokes")


def as_svg(strokes: Strokes) -> str:
    """The drawing as a picture."""
    lines = "".join("M" + "L".join(f"{x} {y}" for x, y in stroke) for stroke in strokes)
    pen = 'fill="none" stroke="#111" stroke-width="7" stroke-linecap="round" stroke-linejoin="round"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"><path d="{lines}" {pen}/></svg>'


def signatures(paper: Paper) -> list[dict[str, Any]]:
    """The signatures of a version: account, name, moment and drawing."""
    return list(paper.content["head"].get("signatures", []))


def sign(cabinet: Cabinet, of: Dossier, paper: Paper, by: str, strokes: Strokes) -> Paper:
    """Put the drawing of an account on a paper: its next version.

    Raises Rejected for a paper that is not signed, or is not the last version any more, or that he has signed.
    """
    if not PAPER_KINDS[paper.kind].is_signed:
        raise Rejected("NOT_FOUND")
    before = signatures(paper)
    if any(each["account"] == by for each in before):
        raise Rejected("SIGNED_ALREADY")
    name = (of.account(by) or {}).get("name", "")
    signed = moment(of.now_ms, of.zone)
    drawing = {"account": by, "name": name, "signed": signed, "svg": as_svg(strokes)}
    return cabinet.next_version(of, paper, by, signatures=[*before, drawing])
