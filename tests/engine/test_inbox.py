"""An inbox has an end."""

import pytest

from auction.database.store import Unavailable
from auction.engine.orders import Order
from auction.rules import commands as cmd
from tests.serving import parts_for


def test_a_full_inbox_refuses_at_once_and_says_so(tmp_path):
    made = parts_for(tmp_path, AUCTION_INBOX_MAX="2")
    promises = [made.engine.submit(Order("s", "b", cmd.Tick(0))) for _ in range(3)]

    with pytest.raises(Unavailable):
        promises[2].result(1)
    made.store.close()
