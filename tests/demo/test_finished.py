"""The finished demo sale: its record is good, and something is there of everything that a settled sale has."""

from auction.audit.verify import verify_sale
from auction.base import config as settings
from auction.demo.finished import PACKAGE, SOLD, TAKEN, UNPAID, make_finished
from auction.demo.sale import FINISHED_SLUG
from auction.money.ledger import Deposit, Kind
from auction.money.statements import totals
from tests.serving import parts_for


def test_it_has_every_outcome_and_its_money_adds_up(tmp_path):
    config = settings.read({"AUCTION_INSTANCE": str(tmp_path)})
    parts = parts_for(tmp_path)
    make_finished(config, parts.clock)
    make_finished(config, parts.clock)  # again changes nothing
    parts.engine.start()
    sale = parts.sales.find(FINISHED_SLUG)
    assert verify_sale(parts, FINISHED_SLUG).ok
    lots = parts.engine.book(sale.id).sale.lots
    assert {lot.status.value for lot in lots.values()} == {"sold", "passed", "withdrawn"}
    assert (lots[TAKEN].leader, lots[TAKEN].taken_from) == ("103", "101")
    assert len(parts.sales.patents(sale.id, PACKAGE)) == 2

    ledger = parts.books.follow(sale.id)
    rows = {row.paddle: row.id for row in parts.registration.of_sale(sale.id)}
    deposits = {paddle: ledger.deposit(row) for paddle, row in rows.items()}
    laid_down = 2_000_000
    assert deposits == {
        "101": Deposit(laid_down, applied_minor=laid_down),
        "102": Deposit(laid_down, forfeited_minor=laid_down),
        "103": Deposit(laid_down, released_minor=laid_down),
        "104": Deposit(laid_down),
        None: Deposit(),
    }
    assert (set(ledger.sold), set(ledger.defaulted)) == ({SOLD, TAKEN, PACKAGE}, {UNPAID})
    assert ledger.owed(rows["101"]) == {}
    assert Kind.DEFAULTED in {entry.kind for entry in ledger.entries}
    assert totals(ledger).owed_minor > 0
    parts.engine.stop()
    parts.store.close()
