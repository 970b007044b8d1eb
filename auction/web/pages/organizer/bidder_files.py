"""The file of one application as named roles of the house read it, and its papers. Each opening is kept."""

import structlog
from flask import Blueprint, Response, render_template

from models.rows import SaleRow

from ....base.rejected import Rejected
from ....files.kinds import FileKind
from ....sales.conflicts import conflicts_of
from ...auth import may_here, me
from ...current import parts
from ...errors import Problem
from ..bidder.application import lacks_of
from .sale import organizers_sale

blueprint = Blueprint("organizer_files", __name__)
log = structlog.get_logger()


@blueprint.get("/organizer/sales/<slug>/bidders/<registration>")
def one(slug: str, registration: str) -> str:
    """A bidder's file. The cashier sees the name and the account for refunds alone."""
    row = organizers_sale(slug)
    found = parts().registration.find(row.id, registration)
    file = parts().bidder_files.find(registration)
    log.info("the file of a bidder is read", registration=registration, by=me().user)
    others = () if file is None else file.names
    lots, organizations = parts().sales.lots(row.id), parts().sales.organizations.all()
    readers = [each.read_by for each in file.papers if each.read_by] if file is not None else []
    return render_template(
        "organizer_file.html",
        tab="bidders",
        sale=row,
        row=found,
        file=file,
        decides=may_here("organizer_bidders.admit"),
        lacks=lacks_of(file, row),
        conflicts=conflicts_of(found, row.house_org, lots, organizations, others),
        record=_record(row, found.user),
        readers=parts().accounts.names(readers),
    )


@blueprint.get("/organizer/sales/<slug>/bidders/<registration>/papers/<sha256>")
def paper(slug: str, registration: str, sha256: str) -> Response:
    """A paper of a bidder, as an attachment that no browser runs."""
    parts().registration.find(organizers_sale(slug).id, registration)
    try:
        found = parts().bidder_files.opened(registration, sha256, me().user)
        kept = parts().files.find(sha256)
        if kept is None:
            raise Problem("NOT_FOUND")
        pieces = parts().files.pieces(sha256)
    except Rejected as error:
        raise Problem(error.code) from error
    log.info("a paper of a bidder is opened", registration=registration, paper=sha256, by=me().user)
    answer = Response(pieces, content_type=FileKind(kept.kind).content_type)
    answer.headers.set("Content-Disposition", "attachment", filename=found.name)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _record(row: SaleRow, user: str | None) -> object:
    return None if user is None else parts().earlier.of_users([user], row.id).get(user)
