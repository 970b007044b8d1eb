"""Why a bidder lost a lot: each reason with its rows, and never another's maximum."""

from auction.audit.losing import Loss, LostFor, read_losses
from auction.rules import commands as cmd

from ..played import START, STEP, Played, play


def lost(sale: Played, lot: str, paddle: str) -> list[LostFor]:
    book = sale.parts.engine.book(sale.id).sale
    with sale.parts.store.read() as connection:
        return read_losses(connection, sale.id, book.lots[lot], paddle, paddle)


def test_11_3_a_bidder_reads_why_he_lost_with_the_rows_that_prove_it(parts, clock):
    sale = play(parts, clock)
    end_ms = parts.engine.book(sale.id).sale.lots["1"].ended_at_ms
    clock.at_ms = end_ms + 212 - 1_000
    assert not sale.bid("1", "103", START + 30 * STEP).ok

    outbid, late = lost(sale, "1", "103")
    assert outbid.why is Loss.OUTBID
    mine, over = outbid.rows
    assert (mine.paddle, mine.amount_minor, mine.leader) == ("103", None, "103")
    assert (over.paddle, over.amount_minor, over.leader) == ("102", START + 20 * STEP, "102")
    assert mine.seq
    assert over.seq
    assert mine.seq < over.seq
    assert (late.why, late.late_ms, late.rows[0].amount_minor) == (Loss.LATE, 212, START + 30 * STEP)

    beaten, refused = lost(sale, "1", "101")
    assert beaten.why is Loss.BEATEN
    assert (beaten.rows[0].leader, beaten.rows[0].price_minor) == ("103", START + 5 * STEP)
    assert (refused.why, refused.code) == (Loss.REFUSED, "MALFORMED_AMOUNT")
    assert START + 8 * STEP not in [row.amount_minor for row in beaten.rows], "another's maximum"
    assert lost(sale, "1", "102") == [], "he won"


def test_11_3_offers_reserves_voids_and_withdrawals_are_reasons_too(parts, clock):
    sale = play(parts, clock)
    (reserve,) = lost(sale, "2", "101")
    assert (reserve.why, reserve.rows[0].paddle) == (Loss.RESERVE, None)
    (lower,) = lost(sale, "5", "101")
    assert (lower.why, [row.amount_minor for row in lower.rows]) == (Loss.OFFER_LOWER, [START + 1, START + 2 * STEP])
    assert lost(sale, "7", "101") == [], "it has not ended"
    sale.bid("7", "102", START + STEP)
    sale.do(cmd.VoidLastBid, "7", "MISHEARD")
    sale.do(cmd.PauseLot, "7")
    sale.do(cmd.WithdrawLot, "7", "AUTHORITY")
    assert [each.why for each in lost(sale, "7", "102")] == [Loss.VOIDED, Loss.WITHDRAWN]
    assert [each.why for each in lost(sale, "7", "101")] == [Loss.WITHDRAWN]
    assert lost(sale, "7", "103") == [], "who never bid has lost nothing"
