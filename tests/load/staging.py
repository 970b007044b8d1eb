"""What a server under load finds: one sale, one open lot, and bidders who are signed in already."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auction.engine.orders import Order
from auction.parts import Parts
from auction.people.accounts import Purpose, Role
from auction.rules import commands as cmd
from auction.web.application import create_app

from ..serving import Cast, parts_for, stage

START_MINOR = 1_000
STEP_MINOR = 100
LOT = "1"
LIMITS = {
    "AUCTION_BIDS_PER_SECOND": "1000000",
    "AUCTION_PAGES_PER_SECOND": "1000000",
    "AUCTION_SOCKETS_PER_ADDRESS": "50000",
    "AUCTION_API_PER_SECOND": "1000000",
}
"""No client is refused because of number or speed: the bench measures what the server bears."""


@dataclass(frozen=True)
class Stage:
    """An instance folder with a sale in it, and a file of session cookies, one a line."""

    instance: Path
    cast: Cast
    cookies: Path
    environ: dict[str, str]


@contextmanager
def staged(
    bidders: int = 2,
    strangers: int = 0,
    lots: int | list[dict[str, Any]] = 1,
    terms: dict[str, Any] | None = None,
    prepare: Callable[[Parts, Cast], None] = lambda _parts, _cast: None,
    **environ: str,
) -> Iterator[Stage]:
    """A sale whose first lot is open. Cookies: first of the bidders, who have paddles, then of signed-in strangers.

    `lots`: how many plain ones, or the columns of each. `terms` are columns of the sale, `prepare` does what else is
    wanted before the server starts.
    """
    with tempfile.TemporaryDirectory(prefix="auction-bench-") as name:
        instance = Path(name)
        plain = {"start_minor": START_MINOR, "increment": {"fixed_minor": STEP_MINOR}}
        columns = [plain] * lots if isinstance(lots, int) else lots
        cast = stage(instance, columns, bidders, terms=terms, **environ)
        parts = parts_for(instance, **environ)
        parts.engine.start()
        who = cast.users["auctioneer"]
        for command in (cmd.TakeGavel(0, auctioneer=who), cmd.OpenLot(0, LOT, auctioneer=who)):
            assert parts.engine.ask(Order(cast.sale, who, command, type(command).__name__)).ok
        users = [cast.users[f"bidder{number}"] for number in range(1, bidders + 1)]
        users += [parts.accounts.create(f"s{n}@test.invalid", f"S{n}", Role.BIDDER) for n in range(strangers)]
        cookies = instance / "cookies"
        cookies.write_text("".join(f"{cookie}\n" for cookie in _cookies(parts, users)))
        prepare(parts, cast)
        parts.engine.stop()
        parts.store.close()
        yield Stage(instance, cast, cookies, {"AUCTION_INSTANCE": name, "BENCH_SALE": cast.sale, **LIMITS, **environ})


def go_on(parts: Parts, sale: str) -> None:
    """Resume a sale that no process looked after for longer than the rules allow, between its staging and now. The
    first commit has paused it."""
    assert parts.engine.ask(Order(sale, "system", cmd.Tick(0))).ok
    state = parts.engine.book(sale).sale
    if state.halted is not None:
        parts.engine.ask(Order(sale, state.gavel or "", cmd.ResumeSale(parts.clock.now_ms(), auctioneer=state.gavel)))


def _cookies(parts: Parts, users: list[str]) -> Iterator[str]:
    """A session's cookie for each user, as signing in by a link gives it."""
    app = create_app(parts)
    signer = app.session_interface.get_signing_serializer(app)
    for user in users:
        token = parts.accounts.sign_in_by_link(parts.accounts.make_link(Purpose.SIGN_IN, user))
        yield signer.dumps({"token": token})
