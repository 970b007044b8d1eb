"""Every ruling of the contract about English lots, as tables; amounts in yuan, times in seconds."""

import pytest

from tests.rules.table import play

TABLES = {
    "a lot from its opening to the hammer": """
        0  desk open     | ok, open, nobody, ask 100, bids 0, ends never, not met
        1  A bid 100     | A 100, ask 105, bids 1, met   # the first bid may equal the start
        2  B bid 105     | B 105, ask 110
        3  A bid 127     | A 127, ask 132                # without on_step any bid of at least the ask is good
        4  desk warn     | fair_warning, A 127
        5  desk hammer   | sold A 127, ended 5, bids 3, met
        6  desk hammer   | NOT_LIVE
        6  desk open     | NOT_ALLOWED_NOW
    """,
    "one English lot is open at a time, also while it is paused": """
        0  desk open on 1   | open
        1  desk open on 1   | NOT_ALLOWED_NOW
        2  desk open on 2   | NOT_ALLOWED_NOW, pending
        3  desk pause on 1  | paused
        4  desk open on 2   | NOT_ALLOWED_NOW
        5  desk resume on 1 | open
        6  desk warn        | fair_warning
        7  desk open on 2   | NOT_ALLOWED_NOW
        8  desk pass on 1   | passed, ended 8
        9  desk open on 2   | open
    """,
    "a lot without a start price cannot be opened": """
        lot 1 english by=5
        ---
        0  desk open | NOT_ALLOWED_NOW, pending
    """,
    # --- the order of the codes: in each line the code above it or below it applies as well
    "codes of a bid, first those of who bids where": """
        sale house=cas
        lot 1 english start=100 by=5 consignor=ict
        paddle A holds=DEPOSIT_MISSING,DEFAULTER_BARRED,SUSPENDED org=cas
        paddle B holds=DEPOSIT_MISSING,DEFAULTER_BARRED org=cas
        paddle C holds=DEPOSIT_MISSING org=ict
        paddle D org=cas
        paddle E org=ict
        ---
        0  Z bid 1 on 9      | UNKNOWN_LOT
        0  Z max 1 on 9      | UNKNOWN_LOT
        0  Z floor 1 on 9    | UNKNOWN_LOT
        0  room bid 1 on 9   | UNKNOWN_LOT
        0  Z bid 1 on 1      | NO_PADDLE             # above NOT_LIVE
        0  Z max 1           | NO_PADDLE
        0  Z floor 1         | NO_PADDLE
        0  A bid 1           | SUSPENDED             # above DEFAULTER_BARRED
        0  B bid 1           | DEFAULTER_BARRED      # above DEPOSIT_MISSING
        0  C bid 1           | DEPOSIT_MISSING       # above CONFLICT_OF_INTEREST
        0  D bid 1           | CONFLICT_OF_INTEREST  # above NOT_LIVE: the house
        0  E max 1           | CONFLICT_OF_INTEREST  # the consignor
        0  E floor 1         | CONFLICT_OF_INTEREST
        0  room bid 1        | NOT_LIVE              # above BELOW_START
    """,
    "codes of a bid, then those of the amount": """
        lot 1 english start=100 by=5 on_step
        lot 2 english start=100 by=5
        paddle A limit=120
        paddle B limit=90
        ---
        0  A bid 1        | NOT_LIVE                # pending, above BELOW_START
        1  desk open      | open
        2  B bid 99       | BELOW_START 100         # above OVER_LIMIT
        2  B max 99       | BELOW_START 100
        2  B floor 99     | BELOW_START 100
        2  B bid 100      | OVER_LIMIT 90
        3  A bid 100      | A 100
        4  A bid 1        | ALREADY_LEADING         # above BELOW_START, BELOW_MIN, OVER_LIMIT
        4  A bid 101      | ALREADY_LEADING
        4  A bid 999      | ALREADY_LEADING
        4  A floor 1      | ALREADY_LEADING
        5  A max 1        | BELOW_START 105
        5  A max 104      | BELOW_MIN 105           # the leader's own maximum is no lower than the ask
        5  A max 121      | OVER_LIMIT 120
        6  B bid 99       | BELOW_START 105         # below the start, bids or not; above BELOW_MIN
        6  B bid 102      | BELOW_MIN 105           # above NOT_ON_STEP and OVER_LIMIT
        6  B max 104      | BELOW_MIN 105
        6  B bid 107      | NOT_ON_STEP 105         # above OVER_LIMIT
        6  B bid 110      | OVER_LIMIT 90
        6  B max 107      | OVER_LIMIT 90           # a maximum is never checked for the step
        7  desk pause     | paused
        8  A bid 1        | NOT_LIVE                # paused, above ALREADY_LEADING
        9  desk resume    | open
        9  desk hammer    | sold A 100
        9  A bid 1        | NOT_LIVE                # ended by a person
    """,
    "codes of the auctioneer's steps": """
        lot 1 english start=100 by=5 reserve=150
        paddle A
        ---
        0  desk hammer A 1 on 9 | UNKNOWN_LOT
        0  desk open         | UNKNOWN_LOT
        0  desk ask 1        | UNKNOWN_LOT
        0  desk void         | UNKNOWN_LOT
        0  desk withdraw     | UNKNOWN_LOT
        0  desk reopen       | UNKNOWN_LOT
        0  desk pause        | UNKNOWN_LOT
        0  desk resume       | UNKNOWN_LOT
        0  desk warn on 1    | NOT_LIVE
        0  desk hammer A 1   | NOT_LIVE         # above NOT_ALLOWED_NOW
        0  desk ask 1        | NOT_LIVE         # above BELOW_START
        0  desk void         | NOT_LIVE         # above NO_BID
        0  desk pass         | NOT_LIVE
        0  desk pause        | NOT_LIVE
        0  desk open_offers  | NOT_LIVE         # above NOT_ALLOWED_NOW
        0  desk reopen       | NOT_ALLOWED_NOW
        0  desk resume       | NOT_ALLOWED_NOW
        1  desk open         | open
        1  desk open_offers  | NOT_ALLOWED_NOW  # a step of sealed lots
        1  desk resume       | NOT_ALLOWED_NOW
        1  desk reopen       | NOT_ALLOWED_NOW
        2  desk hammer A 100 | NOT_ALLOWED_NOW  # above NO_BID
        2  desk hammer       | NO_BID           # above RESERVE_NOT_MET
        2  desk void         | NO_BID
        3  A bid 100         | A 100, not met
        4  desk hammer A 105 | NOT_ALLOWED_NOW  # above RESERVE_NOT_MET
        4  desk hammer       | RESERVE_NOT_MET, open
        5  desk ask 50       | BELOW_START 100.01  # above BELOW_MIN
        5  desk ask 100      | BELOW_MIN 100.01
    """,
    # --- the duel (rulebook 4.2, T)
    "a maximum alone stands at the start, a beaten one moves it": """
        lot 1 english start=500 by=50
        paddle A,B
        ---
        0  desk open   | ok
        1  A max 1000  | A 500, max 1000
        2  B max 650   | A 700, max 1000, bids 2
    """,
    "steps of one": """
        lot 1,2 english start=1 by=1
        paddle A,B
        ---
        0  desk open       | ok
        1  A max 30        | A 1
        2  B max 13        | A 14
        3  B max 31        | B 31
        4  desk pass       | ok
        5  desk open on 2  | ok
        6  A max 30        | A 1
        7  B max 30        | A 30, ask 31   # equal: the earlier stays
    """,
    "a duel on the tier ladder": """
        lot 1,2,3,4 english start=100000 ladder=CN258_TIER
        paddle A,B
        ---
        0  desk open on 1  | ok
        1  A max 300000    | A 100000
        2  B max 250000    | A 280000
        3  desk pass       | ok
        4  desk open on 2  | ok
        5  A max 300000    | A 100000
        6  B max 290000    | A 300000
        7  desk pass       | ok
        8  desk open on 3  | ok
        9  A max 300000    | A 100000
        10 B max 300000    | A 300000
        11 desk pass       | ok
        12 desk open on 4  | ok
        13 B max 250000    | B 100000
        14 A max 255000    | A 255000   # a short step
    """,
    "at the hammer the leading maximum is lifted to the reserve, if it reaches": """
        lot 1,2 english start=100000 ladder=CN258_TIER reserve=290000
        paddle A,B
        ---
        0  desk open on 1  | ok
        1  A max 300000    | A 100000, met
        2  B max 250000    | A 280000, met
        3  desk hammer A 280000 | sold A 290000, met
        4  desk open on 2  | ok
        5  A max 280000    | A 100000, not met
        6  B max 250000    | A 280000, not met
        7  desk warn       | fair_warning
        8  desk hammer     | RESERVE_NOT_MET, fair_warning, A 280000   # the lot stays as it is
        9  desk pass       | passed, not met
    """,
    "a bid against a maximum": """
        0  desk open  | ok
        1  A max 200  | A 100
        2  B bid 150  | A 155, ask 160, max 200   # beaten: next of the bid
        3  B bid 198  | A 200                     # as far as the maximum goes
        4  B bid 204  | BELOW_MIN 205
        5  B bid 230  | B 230, max 230            # a winning bid sets its own amount
        6  A max 231  | BELOW_MIN 235
        7  A max 235  | A 235
        8  B max 300  | B 240, max 300            # next of the beaten maximum
        9  A bid 300  | B 300                     # equal to a hidden maximum: it holds at that price
    """,
    "a maximum outbids at its minimum where the beaten one is far below": """
        0  desk open     | ok
        1  A bid 100     | A 100
        2  desk ask 150  | ask 150
        3  B max 300     | B 150, ask 155   # max(his minimum, next of 100)
    """,
    "the first maximum stands at the ask that was called": """
        0  desk open     | ok
        1  desk ask 130  | ask 130
        2  A max 120     | BELOW_MIN 130
        2  A max 90      | BELOW_START 130
        3  A max 200     | A 130, ask 135
    """,
    "the leader's own maximum is silent, up or down to the ask": """
        lot 1 english start=100 by=5
        paddle A limit=900
        paddle B
        ---
        0  desk open     | ok
        1  A max 200     | A 100, bids 1, free A 700
        2  desk ask 120  | ask 120
        3  desk warn     | fair_warning
        4  A max 800     | silent, fair_warning, A 100, max 800, ask 120, bids 2, free A 100
        5  A max 800     | silent, bids 3
        6  A max 119     | BELOW_MIN 120
        7  A max 120     | silent, max 120, fair_warning
        8  B bid 120     | A 120, open
    """,
    # --- priority rights (rulebook 2.4, T(A))
    "a holder of a better rank bids exactly the price": """
        lot 1 english start=500 by=10 on_step
        paddle A,B
        paddle P1 priority=1:1
        paddle P2 priority=1:2
        ---
        0  desk open   | ok
        1  A bid 500   | A 500
        2  P2 bid 500  | P2 500
        3  P1 bid 500  | P1 500
        4  P2 bid 500  | BELOW_MIN 510
        5  A bid 510   | A 510
        6  P2 bid 505  | BELOW_MIN 510   # his minimum is the price
        6  P2 bid 515  | NOT_ON_STEP 510
        7  P2 bid 510  | P2 510
        8  B bid 510   | BELOW_MIN 520
        9  desk hammer | sold P2 510, bids 5
    """,
    "a better rank and maxima": """
        lot 1,2 english start=100 by=10
        paddle A
        paddle P priority=1:1
        ---
        0  desk open on 1 | ok
        1  A max 200      | A 100
        2  P bid 100      | A 110           # the price is not enough against a maximum
        3  P bid 105      | BELOW_MIN 110
        3  P bid 115      | A 125           # his minimum is the price, 110
        4  P max 200      | P 200, max 200  # equal, with the better rank
        5  desk void      | A 125
        6  P max 300      | P 200, max 300  # needs only the beaten maximum, not the next amount
        7  A max 300      | P 300           # and defends himself with the equal amount
        8  A bid 310      | A 310
        9  P max 310      | P 310
        10 A max 400      | A 320
        11 A max 500      | silent
        12 P bid 350      | A 360
        13 desk pass      | ok
        14 desk open on 2 | ok
        15 A bid 100      | A 100
        16 P bid 100      | BELOW_MIN 110   # a right on another lot
    """,
    "a leader of a better rank answers with the equal amount": """
        lot 1 english start=100 by=10
        paddle A
        paddle P priority=1:1
        ---
        0  desk open  | ok
        1  P max 200  | P 100
        2  A bid 150  | P 150
        3  A max 180  | P 180
    """,
    "a called ask does not bind the better rank": """
        lot 1 english start=100 by=10 on_step
        paddle A
        paddle P priority=1:1
        ---
        0  desk open    | ok
        1  A bid 100    | A 100
        2  desk ask 150 | ask 150
        3  A max 140    | BELOW_MIN 150
        4  P bid 100    | P 100, ask 110
    """,
    # --- the floor
    "bids from the hall are bids": """
        lot 1 english start=100 by=5
        paddle A limit=115
        paddle B
        ---
        0  desk open    | ok
        1  A floor 100  | A 100, bids 1
        2  B floor 100  | BELOW_MIN 105
        3  B bid 105    | B 105
        4  A floor 120  | OVER_LIMIT 115
        5  A floor 110  | A 110
        6  desk hammer A 110 | sold A 110
    """,
    "a bid in the room gets its paddle before the hammer": """
        sale house=cas
        lot 1 english start=100 by=5
        paddle A limit=110
        paddle B
        paddle C holds=SUSPENDED
        paddle D org=cas
        ---
        0  desk open      | ok
        1  desk assign A  | NOT_ALLOWED_NOW
        2  room bid 90    | BELOW_START 100
        2  room bid 100   | room 100, bids 1, met
        3  desk hammer    | NO_PADDLE, open
        4  B bid 105      | B 105
        5  desk hammer    | NO_PADDLE      # the bid that was overtaken has no paddle yet
        6  room bid 110   | room 110
        7  room bid 115   | room 115      # another person in the room
        8  desk assign Z  | NO_PADDLE
        8  desk assign C  | SUSPENDED
        8  desk assign D  | CONFLICT_OF_INTEREST
        8  desk assign A  | OVER_LIMIT 110
        9  desk assign B  | B 115, bids 4  # all three of them
        10 desk assign B  | NOT_ALLOWED_NOW
        11 B bid 120      | ALREADY_LEADING
        12 desk hammer    | sold B 115
        13 desk assign A  | NOT_LIVE
    """,
    # --- the ask and the last call
    "the auctioneer calls another ask, until the next bid or void": """
        lot 1 english start=100 by=10 on_step
        paddle A,B
        ---
        0  desk open    | ok
        1  desk ask 90  | BELOW_START 100
        2  desk ask 125 | ask 125
        3  desk ask 100 | ask 100            # lower again, from the start up
        4  desk ask 123 | ask 123
        5  A bid 120    | BELOW_MIN 123
        5  A bid 123    | A 123, ask 133     # the ask is always on step
        6  desk ask 123 | BELOW_MIN 123.01
        7  desk ask 200 | ask 200, bids 1
        8  B bid 133    | BELOW_MIN 200
        9  B bid 205    | NOT_ON_STEP 200
        10 B bid 200    | B 200, ask 210
        11 desk ask 500 | ask 500
        12 desk void    | A 123, ask 133
        13 desk ask 124 | ask 124
        14 B bid 124    | B 124, ask 134
    """,
    "a last call needs no bid, and a bid takes it back": """
        0  desk open    | ok
        1  desk warn    | fair_warning, nobody
        2  desk ask 120 | fair_warning, ask 120
        3  A bid 100    | BELOW_MIN 120
        3  A bid 120    | A 120, open
        4  desk warn    | fair_warning
        5  B bid 121    | BELOW_MIN 125
        5  desk ask 130 | fair_warning
        6  A max 500    | silent, fair_warning
        7  B bid 140    | A 145, open
        8  desk warn    | fair_warning
        9  desk void    | A 120, open
        10 desk warn    | fair_warning
        11 desk pass    | passed
    """,
    # --- how a lot ends
    "the hammer falls for whom the auctioneer sees": """
        0  desk open         | ok
        1  A bid 100         | ok
        2  B bid 105         | ok
        3  desk hammer A 100 | NOT_ALLOWED_NOW, B 105, open
        3  desk hammer A 105 | NOT_ALLOWED_NOW
        3  desk hammer B 100 | NOT_ALLOWED_NOW
        3  desk hammer Z     | NOT_ALLOWED_NOW
        4  desk hammer B     | sold B 105
    """,
    "a pass is free, whatever has been bid": """
        lot 1 english start=100 by=5 reserve=110
        lot 2 english start=100 by=5
        paddle A limit=500
        ---
        0  desk open on 1 | ok
        1  A max 200      | A 100, met, free A 300
        2  desk pass      | passed, ended 2, bids 1, not met, free A 500   # after the end the price counts
        3  desk open on 2 | ok
        4  desk pass      | passed, nobody, not met
        5  desk pass      | NOT_LIVE
    """,
    "withdrawn: a pending lot always, a live one with a reason": """
        lot 1,2,3 english start=100 by=5
        paddle A limit=500
        ---
        0  desk withdraw on 2    | withdrawn, ended 0
        1  desk withdraw         | NOT_LIVE
        1  desk open             | NOT_ALLOWED_NOW
        2  desk open on 1        | ok
        3  A bid 200             | free A 300
        4  desk withdraw         | NOT_ALLOWED_NOW, open
        5  desk pause            | paused
        6  desk withdraw CONSIGNOR | NOT_ALLOWED_NOW, paused  # its consignor may only before (A29)
        7  desk resume           | open
        8  desk warn             | fair_warning
        9  desk withdraw TITLE_EVIDENCE   | withdrawn, ended 9, bids 1, free A 500
        10 desk reopen           | NOT_ALLOWED_NOW
        11 A bid 300             | NOT_LIVE
        12 desk open on 3        | open           # the block is free
    """,
    # --- voids
    "a void takes the last step back with everything it caused": """
        lot 1 english start=100 by=5 reserve=150
        paddle A,B limit=900
        ---
        0  desk open   | ok
        1  A max 200   | A 100, max 200, met, free A 700
        2  B max 300   | B 205, max 300, free A 900, free B 600, bids 2
        3  desk void   | A 100, max 200, ask 105, free A 700, free B 900, bids 1
        4  B bid 150   | A 155, bids 2
        5  desk void   | A 100, ask 105, bids 1       # what the beaten bid caused
        6  A max 120   | silent, not met, free A 780, bids 2
        7  desk void   | silent, A 100, max 200, met, free A 700, bids 1, open
        8  desk void   | nobody, ask 100, bids 0, free A 900, not met
        9  desk void   | NO_BID
        10 desk ask 120 | ask 120
        11 A bid 120   | A 120
        12 desk void   | nobody, ask 100              # the ask was only good for that bid
    """,
    "a void lifts the last call and the called ask, also of a silent maximum": """
        0  desk open    | ok
        1  A bid 100    | A 100
        2  A max 200    | silent
        3  desk ask 150 | ask 150
        4  desk warn    | fair_warning
        5  desk void    | open, A 100, max 100, ask 105, bids 1
    """,
    "a void of a bid in the room, with or without its paddle": """
        0  desk open     | ok
        1  A bid 100     | ok
        2  room bid 105  | room 105
        3  desk void     | A 100
        4  room bid 105  | room 105
        5  desk assign B | B 105
        6  A bid 110     | A 110
        7  desk void     | B 105
        8  desk void     | A 100
    """,
    # --- reopening
    "a sold lot comes back until the next lot opens": """
        lot 1 english start=100 by=5 reserve=150
        lot 2,3 english start=100 by=5
        paddle A limit=500
        paddle B
        ---
        0  desk open on 1   | ok
        1  A max 200        | A 100
        2  desk hammer      | sold A 150, ended 2, free A 350
        3  desk reopen      | open, A 150, max 200, ask 155, bids 1, met, free A 300   # as at the end
        4  B bid 155        | A 160
        5  desk hammer      | sold A 160, ended 5
        6  desk withdraw on 3 | ok
        7  desk reopen on 1 | open
        8  desk pass        | passed
        9  desk reopen      | open, A 160, max 200
        10 desk warn        | ok
        11 desk pass        | passed
        12 desk open on 2   | open
        13 desk reopen on 1 | NOT_ALLOWED_NOW
        14 desk pass on 2   | passed
        15 desk reopen on 1 | NOT_ALLOWED_NOW
        16 desk reopen on 2 | open, nobody, ask 100
    """,
    "a called ask that the lift has passed holds no longer": """
        lot 1 english start=100 by=5 reserve=150
        paddle A
        ---
        0  desk open    | ok
        1  A max 200    | A 100
        2  desk ask 130 | ask 130
        3  desk hammer  | sold A 150
        4  desk reopen  | A 150, ask 155
    """,
    "a silent maximum is voided after the lift that it made possible": """
        lot 1 english start=100 by=5 reserve=150
        paddle A
        ---
        0  desk open    | ok
        1  A bid 100    | A 100, not met
        2  A max 250    | silent, met
        3  desk hammer  | sold A 150
        4  desk reopen  | A 150, max 250
        5  desk void    | A 100, max 100, ask 105, not met
    """,
    # --- pauses
    "a paused lot takes no bid and no call but a void, a pass, a withdrawal and its resuming": """
        0  desk open    | ok
        1  A bid 100    | ok
        2  desk ask 120 | ask 120
        3  desk warn    | fair_warning
        4  desk pause   | paused, A 100, ask 120
        5  B bid 120    | NOT_LIVE
        5  A max 200    | NOT_LIVE
        5  desk ask 150 | NOT_LIVE
        5  desk warn    | NOT_LIVE
        5  desk hammer  | NOT_LIVE
        5  desk pause   | NOT_LIVE
        6  desk resume  | open, A 100, ask 120   # open, also after a last call
        7  desk resume  | NOT_ALLOWED_NOW
        8  desk pause   | paused
        9  desk void    | paused, nobody, ask 100
        10 desk void    | NO_BID
        11 desk pass    | passed, ended 11
    """,
    "the sale pauses and goes on with the lots that it stopped": """
        0  desk resume_sale | NOT_ALLOWED_NOW
        1  desk open on 1   | ok
        2  desk warn        | fair_warning
        3  desk pause_sale  | paused
        4  desk pause_sale  | NOT_LIVE
        5  A bid 100        | NOT_LIVE
        6  desk resume      | NOT_ALLOWED_NOW, paused
        7  desk resume_sale | open
        8  desk pause       | paused
        9  desk pause_sale  | paused
        10 desk resume_sale | paused          # it stood still before the sale did
        11 desk resume      | open
        12 desk pass        | passed
        13 desk pause_sale  | passed
        14 desk reopen      | NOT_ALLOWED_NOW
        15 desk open on 2   | NOT_ALLOWED_NOW
        16 desk resume_sale | pending
        17 desk open on 2   | open
    """,
    "a sale closes when nothing is under way": """
        0  desk open on 1  | ok
        1  desk close_sale | NOT_ALLOWED_NOW
        2  desk pass       | passed
        3  desk close_sale | ok
        4  desk reopen     | NOT_ALLOWED_NOW
        4  desk open on 2  | NOT_ALLOWED_NOW
        4  desk close_sale | NOT_ALLOWED_NOW
    """,
    # --- limits
    "what is won and where one leads counts against the limit": """
        lot 1,2,3 english start=100 by=5
        paddle A limit=300
        paddle B limit=100
        ---
        0  desk open on 1 | free A 300
        1  A max 301      | OVER_LIMIT 300
        1  A max 300      | A 100, free A 0
        2  A max 200      | free A 100           # instead of the other, not on top
        3  B bid 105      | OVER_LIMIT 100
        4  desk hammer    | sold A 100, free A 200
        5  desk open on 2 | ok
        6  A bid 201      | OVER_LIMIT 200
        6  A bid 200      | A 200, free A 0
        7  desk pass      | free A 200
        8  desk open on 3 | ok
        9  A bid 150      | free A 50
        10 A bid 155      | ALREADY_LEADING
        11 desk withdraw TITLE_EVIDENCE | free A 200
    """,
    # --- raising oneself
    "the leader raises himself only where the terms say so": """
        lot 1 english start=100 by=5
        lot 2 english start=100 by=5 self_raise
        paddle A limit=300
        paddle B
        ---
        0  desk open on 1 | ok
        1  A bid 100      | A 100
        2  A bid 105      | ALREADY_LEADING
        2  A floor 105    | ALREADY_LEADING
        3  desk pass      | ok
        4  desk open on 2 | ok
        5  A bid 100      | A 100
        6  A bid 104      | BELOW_MIN 105
        7  A bid 301      | OVER_LIMIT 300
        8  A bid 150      | A 150, ask 155, bids 2
        9  A max 250      | silent
        10 A bid 200      | A 200, max 250
        11 B bid 220      | A 225
        12 desk void      | A 200, max 250
        13 desk void      | A 150, max 250
        14 A floor 260    | A 260, max 260
    """,
}


@pytest.mark.parametrize("name", TABLES)
def test_english(name):
    play(TABLES[name])
