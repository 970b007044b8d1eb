"""Lays paddle, time and sale over every page of a document of the data room, as a PDF."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from models.rows import SaleRow

from ..base import runtime
from ..base.zones import zone_of
from ..files.bench import work
from ..files.folder import in_pieces
from ..files.kinds import FileKind
from ..parts import Parts
from ..sales.documents import LotDocument
from .pdf import PdfPress

WATERMARK = "watermark"


def watermarked(parts: Parts, sale: SaleRow, of: LotDocument, paddle: str) -> tuple[Iterator[bytes], FileKind, str]:
    """A document with its watermark in pieces, its kind and its name. A picture becomes a PDF of one page.

    Raises Rejected where the file has gone, or too many are made at this moment.
    """
    folder, now_ms = parts.files.folder, parts.clock.now_ms()
    source, mark, made = folder.place(of.sha256), folder.draft(), folder.draft()
    zone = zone_of(sale)
    when = datetime.fromtimestamp(now_ms / 1000, zone).strftime("%Y-%m-%d %H:%M:%S")
    said = {"paddle": paddle, "what": f"{sale.slug} · {of.lot}", "when": f"{when} ({zone.key})"}
    press = PdfPress(Path(parts.config.papers) if parts.config.papers else None)
    try:
        mark.write_bytes(runtime.offload(press.tile, WATERMARK, said, now_ms))
        work("stamp", source, mark, made)
        pieces = in_pieces(made)
    finally:
        for draft in (mark, made):
            draft.unlink(missing_ok=True)  # what is open can still be read
    return pieces, FileKind.PDF, str(Path(of.name).with_suffix(".pdf"))
