"""The public pictures and documents of lots."""

from flask import Blueprint, Response

from models.rows import SaleRow

from ....sales.changes import CHANGE_REASON_WORDS
from ....sales.documents import DocumentPlace, LotDocument
from ...attached import file_answer, picture_answer
from ...current import parts, sale_or_404
from ...errors import Problem
from ...locale import gettext as _

blueprint = Blueprint("documents", __name__)

SIZES = ("large", "small")


@blueprint.app_template_global()
def change_reason(code: str) -> str:
    """Why something was changed after publishing, in words."""
    return _(CHANGE_REASON_WORDS[code])


@blueprint.get("/sales/<slug>/documents/<document>")
def file(slug: str, document: str) -> Response:
    """A public document of a lot, to save."""
    found = public_document(sale_or_404(slug), document)
    pieces = parts().files.pieces(found.sha256)
    return file_answer(pieces, found.kind, found.name, size=found.size, tag=found.sha256)


@blueprint.get("/sales/<slug>/pictures/<document>-<size>")
def picture(slug: str, document: str, size: str) -> Response:
    """A public picture of a lot, large or small."""
    if size not in SIZES:
        raise Problem("NOT_FOUND")
    return shown_picture(public_document(sale_or_404(slug), document), size)


def shown_picture(found: LotDocument, size: str) -> Response:
    """A picture as an answer. Raises Problem if it is none."""
    if not found.kind.is_picture:
        raise Problem("NOT_FOUND")
    kept = parts().files.find(found.sha256 if size == "large" else found.small_sha256)
    if kept is None:
        raise Problem("FILE_GONE")
    return picture_answer(parts().files.pieces(kept.sha256), found.kind, kept.size, kept.sha256)


def public_document(sale: SaleRow, document: str) -> LotDocument:
    """A public document of a sale as it is now. Raises Rejected, and Problem for all others as if there were none."""
    found = parts().documents.one(sale.id, document)
    if found.place is not DocumentPlace.PUBLIC or found.removed_ms is not None:
        raise Problem("NOT_FOUND")
    return found
