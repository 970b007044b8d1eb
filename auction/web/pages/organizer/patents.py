"""The patents in the form of a lot: rows of what was typed, as columns, and back."""

import re
from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from flask import request
from marshmallow import ValidationError

from models.rows import PatentRow

from ....base.texts import clean
from ....catalogue.facts import COUNTS, PATENT_DAYS, PATENT_TICKS
from ....catalogue.patent_cells import LONGEST_NUMBER
from ....patents import numbers
from ....patents.law import LegalStatus
from ...forms import Form, parse_day
from ...locale import gettext as _

MOST_PATENTS = 200
YES = "1"
DATES = ("filing_date", "publication_date", *PATENT_DAYS)
TICKS = tuple(name for name in PATENT_TICKS if name != "consents")
TEXTS = {"title": 300, "inventors": 500, "owner": 300}
"""Texts of a patent, with the most characters of each."""
CELLS = ("as_written", "kind", "legal_status", "consents", *DATES, *COUNTS, *TEXTS, "ipc")
"""The columns that every row sends, so that its cells have one place. A tick sends the place of its row instead."""


def empty_patent() -> dict[str, str]:
    """A row in which nothing is typed yet."""
    return dict.fromkeys((*CELLS, *TICKS), "")


def read_patents(form: Form) -> None:
    """Read the patents of a lot into its form; a row without a number is left out."""
    rows = _typed_rows()
    form.typed = {**form.typed, "patents": rows}
    try:
        form.values["patents"] = [_patent(row) for row in rows]
    except ValidationError as error:
        form.errors["patents"] = str(error.messages[0])
    if len(rows) > MOST_PATENTS:
        form.errors["patents"] = _("At most %(most)s patents.", most=MOST_PATENTS)


def typed_patent(patent: PatentRow) -> dict[str, str]:
    """A patent's row as it can be typed."""
    ticks = {name: YES if getattr(patent, name) else "" for name in (*TICKS, "consents")}
    return {**{name: str(getattr(patent, name) or "") for name in CELLS}, **ticks}


def _typed_rows() -> list[dict[str, str]]:
    cells = [request.form.getlist(f"patent_{name}") for name in CELLS]
    ticked = {name: frozenset(request.form.getlist(f"patent_{name}")) for name in TICKS}
    rows = [
        dict(zip(CELLS, each, strict=True)) | {name: YES if str(place) in ticked[name] else "" for name in TICKS}
        for place, each in enumerate(zip_longest(*cells, fillvalue=""))
    ]
    return [row for row in rows if row["as_written"].strip()]


def _patent(row: Mapping[str, str]) -> PatentRow:
    """A patent as it was typed. Raises ValidationError."""
    written, kind = (" ".join(clean(row[name])[0].split()) for name in ("as_written", "kind"))
    if not written or len(written) > LONGEST_NUMBER or len(kind) > LONGEST_NUMBER:
        raise ValidationError(_("Patent number and kind have at most %(most)s characters.", most=LONGEST_NUMBER))
    if row["legal_status"] and row["legal_status"] not in list(LegalStatus):
        raise ValidationError(_("Choose one of the list."))
    parsed = numbers.parse(written)
    said: dict[str, Any] = {name: row[name] == YES for name in (*TICKS, "consents")}
    said |= {name: _text(row[name], most) for name, most in TEXTS.items()} | {"ipc": _classes(row["ipc"])}
    said |= {name: parse_day(row[name]) for name in DATES} | {name: _count(row[name]) for name in COUNTS}
    return PatentRow(
        as_written=written,
        number=parsed.canonical if parsed else None,
        kind=kind,
        legal_status=row["legal_status"] or None,
        **said,
    )


def _text(typed: str, most: int) -> str:
    text = " ".join(clean(typed)[0].split())
    if len(text) > most:
        raise ValidationError(_("At most %(most)s characters; this has %(count)s.", most=most, count=len(text)))
    return text


def _classes(typed: str) -> str:
    """Classes of the IPC, or of Locarno for a design, as the office writes them."""
    words = [word.strip() for word in re.split(r"[;；,，、\n]", clean(typed)[0]) if word.strip()]
    read = [numbers.normalise_ipc(word) or numbers.normalise_locarno(word) for word in words]
    if None in read:
        wrong = words[read.index(None)][:40]
        raise ValidationError(_("%(text)s is no class. Write it like G06F 17/30, several with semicolons.", text=wrong))
    return _text("; ".join(each for each in read if each), 200)


def _count(text: str) -> int | None:
    plain = text.strip()
    if plain and not (plain.isascii() and plain.isdigit() and len(plain) < 6):
        raise ValidationError(_("A number of claims is a whole number."))
    return int(plain) if plain else None
