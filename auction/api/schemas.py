"""Sales, lots, patents and results: their fields, and how they are made from rows."""

from marshmallow import Schema, fields

from models.rows import LotRow, PatentRow, SaleRow

from ..engine.engine import Book
from ..rules.formats import ask_minor
from ..rules.lot import BEGUN, Lot, Status
from ..rules.money import all_in_minor, tiers_of
from ..rules.visibility import public_lot
from ..sales.documents import LotDocument
from .fields import ShownFields, at_ms, both_names, list_of, minor, text, whole

CURRENCY = "the currency of all amounts beside it (ISO 4217)"


@both_names
class SaleSchema(Schema):
    """A sale as everybody may know it."""

    id = text("the sale's own id, which stays", required=True)
    slug = text("its name in addresses", required=True)
    status = text("draft, published, closed or archived", required=True)
    title_zh = text("its title in Chinese", required=True)
    title_en = text("its title in English", required=True)
    place = text("where it is held", required=True)
    about = text("what the house says of it", required=True)
    currency = text(CURRENCY, required=True)
    time_zone = text("the time zone of the house (IANA)", required=True)
    starts_at_ms = at_ms("when it is to begin")
    buyer_commission = fields.List(
        fields.List(fields.Integer()),
        required=True,
        metadata={"description": "what the buyer pays beside the price: slices [from_minor, rate in 1/10,000]"},
    )
    priority_mode = text("how rights of 优先购买权 are used: A, B or C", required=True)
    invented = fields.Boolean(required=True, metadata={"description": "a demonstration: nothing of it is real"})
    lots_count = whole("how many lots it has", required=True)
    seq = whole("the number of its last public event; `?since=` of the record goes on from here", required=True)
    closed = fields.Boolean(required=True, metadata={"description": "whether it is over"})
    url = text("its page", required=True)


class PatentSchema(Schema):
    """A patent of a lot."""

    lot = text("the lot that it is in", required=True)
    number = text("its canonical number; null where it could not be read", allow_none=True, required=True)
    as_written = text("its number as the catalogue has it", required=True)
    kind = text("its kind as the catalogue has it", required=True)
    legal_status = text("in_force, expired …; null: not known", allow_none=True, required=True)
    filing_date = fields.Date(allow_none=True, required=True)
    publication_date = fields.Date(allow_none=True, required=True)
    grant_date = fields.Date(allow_none=True, required=True)
    annuity_paid_until = fields.Date(allow_none=True, required=True)
    status_checked_on = fields.Date(allow_none=True, required=True)
    claims_total = whole("how many claims it has", allow_none=True, required=True)
    pledged = fields.Boolean(required=True)
    open_licence = fields.Boolean(required=True)
    litigation_pending = fields.Boolean(required=True)
    invalidation_pending = fields.Boolean(required=True)


@both_names
class LotSchema(Schema):
    """A lot with how it stands now. The house alone knows more, such as a reserve's amount."""

    lot = text("its number in the sale", required=True)
    position = whole("its place in the order of the sale, from 1", required=True)
    format = text("english, timed, dutch or sealed", required=True)
    status = text("pending, open, fair_warning, paused, sold, passed or withdrawn", required=True)
    title_zh = text("its title in Chinese", required=True)
    title_en = text("its title in English", required=True)
    abstract_zh = text("its abstract in Chinese", required=True)
    abstract_en = text("its abstract in English", required=True)
    field = text("its field of technology", required=True)
    consignor = text("its owner as shown", required=True)
    transfer_type = text("assignment, licence …", required=True)
    defects = text("known defects", required=True)
    currency = text(CURRENCY, required=True)
    start_minor = minor("the start price")
    estimate_low_minor = minor("the lower estimate")
    estimate_high_minor = minor("the upper estimate")
    price_minor = minor("the price now")
    ask_minor = minor("the next amount, while it is under way")
    hammer_minor = minor("the hammer price of a sold lot")
    has_reserve = fields.Boolean(allow_none=True, required=True, metadata={"description": "null: not published yet"})
    leader = text("the paddle that leads, or bought it", allow_none=True, required=True)
    bids = whole("how many bids were placed", required=True)
    deadline_ms = at_ms("when it ends, while its clock runs")
    ended_at_ms = at_ms("when it ended")
    match_until_ms = at_ms("until when a priority right may take a sold lot (mode C)")
    patents = fields.List(fields.Nested(PatentSchema), required=True)
    url = text("its page", required=True)


@both_names
class ResultSchema(Schema):
    """How a lot ended, as everybody may know it."""

    lot = text("its number in the sale", required=True)
    status = text("sold, passed or withdrawn; any other: it has not ended", required=True)
    title_zh = text("its title in Chinese", required=True)
    title_en = text("its title in English", required=True)
    patents = fields.List(fields.String(), required=True, metadata={"description": "numbers of its patents"})
    currency = text(CURRENCY, required=True)
    start_minor = minor("the start price")
    hammer_minor = minor("the hammer price; null unless it is sold")
    all_in_minor = minor("the hammer price with the buyer's commission")
    paddle = text("who bought it, or who has it now by a priority right", allow_none=True, required=True)
    bids = whole("how many bids were placed", required=True)
    ended_at_ms = at_ms("when it ended")
    match_until_ms = at_ms("until when a priority right may still take it (mode C)")
    taken_from = text("the paddle from which a priority right took it", allow_none=True, required=True)
    is_final = fields.Boolean(required=True, metadata={"description": "false while a priority right may take it"})


@both_names
class DocumentSchema(Schema):
    """A public picture or document of a lot, in its newest version. Those of the data room are not here."""

    id = text("the id of this version", required=True)
    document = text("the same for all versions of a document", required=True)
    version = whole("from 1", required=True)
    lot = text("the lot that it is of", required=True)
    name = text("its name, with the ending of its kind", required=True)
    kind = text("pdf, png or jpg, by its content", required=True)
    sha256 = text("of its bytes, in hexadecimal", required=True)
    size = whole("bytes", required=True)
    pages = whole("of a PDF", allow_none=True, required=True)
    width = whole("of a picture, in pixels", allow_none=True, required=True)
    height = whole("of a picture, in pixels", allow_none=True, required=True)
    added_at_ms = at_ms("when this version was added")
    url = text("where its bytes are, without a token; null while the sale is a draft", allow_none=True, required=True)


SaleListSchema = list_of(SaleSchema)
DocumentListSchema = list_of(DocumentSchema)
LotListSchema = list_of(LotSchema)
PatentListSchema = list_of(PatentSchema)


class ResultListSchema(list_of(ResultSchema)):  # type: ignore[misc]
    """The results of a sale, lot by lot, each as of the same moment."""

    sale = text("the sale's slug", required=True)
    currency = text(CURRENCY, required=True)
    seq = whole("the number of the public event as of which this is", required=True)


def shown_sale(row: SaleRow, book: Book, count: int, url: str) -> ShownFields:
    """A sale for `SaleSchema`."""
    same = ("id", "slug", "status", "title_zh", "title_en", "place", "about", "currency", "time_zone", "starts_at_ms")
    more = ("buyer_commission", "priority_mode", "invented")
    told = {name: getattr(row, name) for name in (*same, *more)}
    return {**told, "lots_count": count, "seq": book.head.seq, "closed": book.sale.closed, "url": url}


def shown_patent(row: PatentRow) -> ShownFields:
    """A patent for `PatentSchema`."""
    return {name: getattr(row, name) for name in PatentSchema().fields}


def shown_document(row: LotDocument, url: str | None) -> ShownFields:
    """A document for `DocumentSchema`."""
    same = ("id", "document", "version", "lot", "name", "kind", "sha256", "size", "pages", "width", "height")
    return {**{name: getattr(row, name) for name in same}, "added_at_ms": row.added_ms, "url": url}


_OF_ROW = ("lot", "title_zh", "title_en", "abstract_zh", "abstract_en", "field", "consignor", "transfer_type")
_TERMS = ("defects", "format", "start_minor", "estimate_low_minor", "estimate_high_minor")
_OF_STATE = ("status", "start_minor", "price_minor", "hammer_minor", "has_reserve", "leader", "bids", "deadline_ms")
_ENDED = ("ended_at_ms", "match_until_ms")
_NOT_BEGUN: ShownFields = {
    **dict.fromkeys((*_OF_STATE, *_ENDED, "ask_minor")),
    "status": Status.PENDING.value,
    "bids": 0,
}


def shown_lot(sale: SaleRow, row: LotRow, state: Lot | None, now_ms: int) -> ShownFields:
    """A lot for `LotSchema`, as of a moment, without its patents and its address."""
    told: dict[str, object] = {name: getattr(row, name) for name in (*_OF_ROW, *_TERMS)}
    told |= {"position": row.position + 1, "currency": sale.currency}
    if state is None:
        return {**_NOT_BEGUN, **told}
    public = public_lot(state)
    told |= {name: public[name] for name in (*_OF_STATE, *_ENDED)}
    return {**told, "ask_minor": ask_minor(state, now_ms) if state.status in BEGUN else None}


def shown_result(sale: SaleRow, row: LotRow, lot: Lot, now_ms: int) -> dict[str, object]:
    """How a lot ended for `ResultSchema`, as of a moment, without its patents."""
    public, is_sold = public_lot(lot), lot.status is Status.SOLD
    price = lot.hammer_minor
    return {
        **{name: public[name] for name in ("lot", "status", "start_minor", "hammer_minor", "bids", *_ENDED)},
        "title_zh": row.title_zh,
        "title_en": row.title_en,
        "currency": sale.currency,
        "all_in_minor": None if price is None else all_in_minor(price, tiers_of(sale.buyer_commission)),
        "paddle": lot.leader if is_sold else None,
        "taken_from": lot.taken_from,
        "is_final": (lot.match_until_ms or 0) <= now_ms,
    }
