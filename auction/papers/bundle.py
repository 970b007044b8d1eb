"""Many papers in one ZIP, with a manifest that has the SHA-256 of each: `sha256sum -c SHA256SUMS` checks it."""

import json
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, BinaryIO

from ..base.runtime import Slices
from .cabinet import Cabinet, Paper

SUMS, MANIFEST = "SHA256SUMS", "manifest.json"


def bundle(cabinet: Cabinet, papers: Iterable[Paper], lang: str, out: BinaryIO) -> None:
    """Write the files of these versions in a language. The same versions give the same bytes."""
    listed: list[dict[str, Any]] = []
    slices = Slices()
    with zipfile.ZipFile(out, "w") as packed:
        for paper in papers:
            raw = cabinet.file(paper, lang)
            name = file_name(paper, lang)
            _add(packed, name, raw, paper.made_ms)
            listed.append({"file": name, **_told(paper), "sha256": sha256(raw).hexdigest(), "bytes": len(raw)})
            slices.breathe()
        last_ms = max((each["made_ms"] for each in listed), default=0)
        sums = "".join(f"{each['sha256']}  {each['file']}\n" for each in listed)
        _add(packed, SUMS, sums.encode(), last_ms)
        _add(packed, MANIFEST, json.dumps(listed, ensure_ascii=False, indent=1).encode(), last_ms)


def file_name(paper: Paper, lang: str) -> str:
    """The name of a paper's file for people."""
    return f"{paper.number}-v{paper.version}-{lang}.pdf"


def _told(paper: Paper) -> dict[str, Any]:
    names = ("number", "kind", "subject", "version", "made_ms")
    return {name: getattr(paper, name) for name in names}


def _add(packed: zipfile.ZipFile, name: str, raw: bytes, made_ms: int) -> None:
    """A file with the moment of its version; PDFs are compressed already."""
    made = datetime.fromtimestamp(max(made_ms, 315_532_800_000) / 1000, UTC)
    info = zipfile.ZipInfo(name, (made.year, made.month, made.day, made.hour, made.minute, made.second))
    info.external_attr = 0o600 << 16
    packed.writestr(info, raw)
