"""The table of rights in words, made from `access`: each act in a sale with the roles for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..people.roles import SaleRole
from ..words.i18n import mark as _
from .access import CALLS, OF_THIS_SALE, ROUTES, Permissions

ROLES = tuple(each for each in SaleRole if each is not SaleRole.ADMINISTRATOR)
"""The columns. An administrator may do all of it."""

WORDS: Mapping[str, str] = {
    "organizer.sale": _("see the overview"),
    "organizer_live.desk": _("watch the running sale from the live desk"),
    "organizer_live.news": _("read refused bids, and what a sale lacks to work"),
    "organizer.edit": _("change texts, days and terms"),
    "organizer.publish": _("publish the sale"),
    "organizer.close": _("close the sale"),
    "organizer.archive": _("archive the sale"),
    "organizer_whole.cancel": _("cancel the sale"),
    "organizer_whole.clone": _("copy the sale"),
    "organizer_whole.relist": _("sell again what was not sold"),
    "organizer_whole.delete": _("delete a draft"),
    "organizer_gate.missing": _("see what is missing"),
    "organizer_facts.set_all": _("set facts of all lots"),
    "organizer_lots.lots": _("see the table of lots, with reserves"),
    "organizer_lots.add": _("add a lot"),
    "organizer_lots.edit": _("change a lot"),
    "organizer_lots.here": _("change a lot in its line"),
    "organizer_lots.fill": _("fill in what lots lack"),
    "organizer_lots.remove": _("remove a lot from a draft"),
    "organizer_lots.move": _("move a lot"),
    "organizer_bulk.choose": _("choose lots"),
    "organizer_bulk.change": _("change many lots at once"),
    "organizer_bulk.withdraw": _("withdraw lots"),
    "organizer_bulk.by_number": _("put lots in the order of their numbers"),
    "organizer_interest.interest": _("see how wanted the lots are"),
    "organizer_interest.take_live": _("take the most wanted lots into the live sale"),
    "organizer_documents.documents": _("see a lot's pictures and documents"),
    "organizer_documents.add": _("add pictures and documents"),
    "organizer_documents.replace": _("put a new version of a document"),
    "organizer_documents.remove": _("remove a document"),
    "organizer_documents.move": _("change the order of documents"),
    "organizer_documents.file": _("read a lot's documents, those of the data room too"),
    "organizer_documents.picture": _("see a lot's pictures before the sale is published"),
    "organizer_documents.data_room": _("set the terms of the data room, and see who opened what"),
    "organizer_import.upload": _("look at a catalogue file"),
    "organizer_import.confirm": _("import a catalogue"),
    "organizer_import.template": _("take the template of a catalogue"),
    "organizer_bidders.bidders": _("see the bidders"),
    "organizer_bidders.ask": _("ask a bidder for more"),
    "organizer_files.one": _("read who a bidder is, and the account for refunds"),
    "organizer_files.paper": _("open a bidder's papers"),
    "organizer_bidders.admit": _("admit a bidder, set a limit"),
    "organizer_bidders.turn_down": _("turn a bidder down"),
    "organizer_bidders.hold": _("hold a paddle"),
    "organizer_bidders.ask_void": _("ask that bids are taken back"),
    "organizer_bidders.release": _("let a held paddle bid again"),
    "organizer_bidders.channel": _("check in: say where a paddle bids"),
    "organizer_bidders.default": _("say that a buyer did not pay"),
    "organizer_bidders.deposit": _("say that a deposit has arrived"),
    "organizer_bidders.organization": _("say whose bidder a person is"),
    "organizer_bidders.priority": _("set priority rights"),
    "organizer_bidders.floor": _("issue a paddle for the floor"),
    "organizer_bidders.highest": _("set the highest bid"),
    "organizer_bidders.reset_link": _("help with a password"),
    "ledger.money": _("see the money"),
    "ledger.enter": _("enter money"),
    "statement.upload": _("look at a bank's statement"),
    "statement.enter": _("enter a bank's statement"),
    "organizer_people.people": _("see the staff"),
    "organizer_people.assign": _("give a person a role"),
    "organizer_people.end": _("end a person's role"),
    "organizer_people.alone": _("run the sale alone"),
    "organizer_people.rights": _("see this table"),
    "organizer_cases.cases": _("see what follows the sale"),
    "organizer_cases.set_step": _("write a step after the sale"),
    "organizer_cases.add_offer": _("keep a later offer"),
    "organizer_cases.remove_offer": _("remove a later offer"),
    "organizer_trail.trail": _("see who changed what"),
    "organizer_cases.set_keeping": _("say how long papers are kept"),
    "exports.page": _("choose a report"),
    "exports.download": _("download a report"),
    "statistics.house": _("see figures that only the house sees"),
    "organizer_papers.papers": _("see the papers"),
    "organizer_papers.make": _("make a paper"),
    "organizer_papers.file": _("read a paper"),
    "organizer_papers.sign": _("sign a paper"),
    "organizer_papers.word_file": _("take a draft for lawyers"),
    "organizer_papers.facts": _("type in facts for papers"),
    "organizer_papers.bundle": _("take papers as a bundle"),
    "organizer_webhooks.webhooks": _("see and make webhooks"),
    "organizer_webhooks.one": _("see what a webhook was told"),
    "organizer_webhooks.end": _("end a webhook"),
    "organizer_webhooks.again": _("tell a webhook again"),
    "auctioneer.console": _("see the auctioneer's console"),
    "auctioneer.gavel": _("take the gavel by its page"),
    "auctioneer.screen": _("see the auctioneer's large screen"),
    "consignor.agree": _("agree to the start price of one's own lot"),
    "consignor.statement": _("read one's own statement"),
    "consignor.lots": _("see one's own lots and what became of them"),
}
"""An act by its endpoint. A test holds that no act in a sale is missing here."""


@dataclass(frozen=True, slots=True)
class Right:
    """An act, and for each of `ROLES` whether it may do it."""

    words: str
    allowed: tuple[bool, ...]


def rights() -> list[Right]:
    """Every act in a sale; the calls of the auctioneer are one."""
    acts = [_right(words, ROUTES, endpoint) for endpoint, words in WORDS.items()]
    return [*acts, _right(_("lead the sale: open, call, hammer"), CALLS, "hammer")]


def _right(words: str, table: Permissions, name: str) -> Right:
    return Right(words, tuple(OF_THIS_SALE[role] in table[name] for role in ROLES))
