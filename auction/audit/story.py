"""The story of a sale in words, lot by lot: who led when, and why each refused step was refused.

English sentences are the msgids; `translate(msgid, **params)` gives the sentence of another language.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any

from ..rules import commands as cmd
from ..rules import events as ev
from ..rules.lot import Lot
from ..rules.refusals import Code, Refused
from ..rules.rights import VOID
from ..rules.sale import Sale, apply
from ..words.amounts import full_text
from ..words.i18n import mark as _

Translate = Callable[..., str]
"""`translate(msgid, **params) -> str`; the params of a msgid stand in it as `%(name)s`."""

WHY_REFUSED: Mapping[Code, str] = {
    Code.KEY_CONFLICT: _("its key was used for another step"),
    Code.UNKNOWN_LOT: _("there is no such lot"),
    Code.NO_PADDLE: _("there is no such paddle"),
    Code.SUSPENDED: _("the paddle is suspended"),
    Code.DEFAULTER_BARRED: _("a bidder who defaulted on this lot may not bid for it again"),
    Code.DEPOSIT_MISSING: _("the deposit is missing"),
    Code.CONFLICT_OF_INTEREST: _("the house and the consignor may not bid"),
    Code.NOT_LIVE: _("the lot is not open"),
    Code.CLOSED: _("time was over"),
    Code.NOT_ALLOWED_NOW: _("this is not possible in this format or state"),
    Code.MALFORMED_AMOUNT: _("this is no amount"),
    Code.ALREADY_LEADING: _("the bidder leads already"),
    Code.ALREADY_OFFERED: _("the bidder has made the one offer"),
    Code.BELOW_START: _("it is below the start; the least is %(minimum)s"),
    Code.BELOW_MIN: _("it is too low; the least is %(minimum)s"),
    Code.NOT_ON_STEP: _("it is not on the step; the least is %(minimum)s"),
    Code.ABOVE_CAP: _("it is above the cap of %(cap)s"),
    Code.OVER_LIMIT: _("the limit leaves only %(available)s"),
    Code.FAR_FROM_ASK: _("it is far above the next amount of %(minimum)s"),
    Code.NOT_WHOLE: _("it is a fraction of the currency's unit"),
    Code.LEAD_CHANGED: _("it was pressed for another lead"),
    Code.NO_BID: _("there is no bid"),
    Code.LEADER_HELD: _("the paddle that leads is held"),
    Code.RESERVE_NOT_MET: _("the reserve is not reached"),
}
"""Why a step was refused."""

STEPS: Mapping[type[cmd.Command], str] = {
    cmd.OpenLot: _("Opening the lot"),
    cmd.PlaceBid: _("%(paddle)s's bid of %(amount)s"),
    cmd.LeaveMaximum: _("%(paddle)s's maximum of %(amount)s, left before"),
    cmd.PlaceMaximum: _("%(paddle)s's maximum of %(amount)s"),
    cmd.PlaceFloorBid: _("%(paddle)s's bid of %(amount)s in the room"),
    cmd.SetAsk: _("The ask of %(amount)s"),
    cmd.GiveFairWarning: _("The last call"),
    cmd.Hammer: _("The hammer"),
    cmd.PassLot: _("Passing the lot"),
    cmd.VoidLastBid: _("Taking back the last bid"),
    cmd.WithdrawLot: _("Withdrawing the lot"),
    cmd.ReopenLot: _("Opening the lot again"),
    cmd.PauseLot: _("The pause"),
    cmd.PauseSale: _("The pause"),
    cmd.ResumeLot: _("Going on"),
    cmd.ResumeSale: _("Going on"),
    cmd.Tick: _("The clock"),
    cmd.OpenOffers: _("Opening the offers"),
    cmd.DeclinePriority: _("%(paddle)s's declining of the priority right"),
    cmd.ExercisePriority: _("%(paddle)s's priority right"),
    cmd.AssignPaddle: _("Giving %(paddle)s a bid in the room"),
    cmd.HoldPaddle: _("Holding %(paddle)s"),
    cmd.ReleasePaddle: _("Releasing %(paddle)s"),
}
"""How a step is called when it was refused."""

WHOLE_SALE = ""
"""In the place of a lot: what concerns the sale as a whole."""


def moment(at_ms: int) -> str:
    """A time for people: a date where it is one, else hours, minutes and seconds since the beginning."""
    if at_ms >= 10**11:
        return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(sep=" ", timespec="milliseconds")
    seconds, ms = divmod(abs(at_ms), 1000)
    sign = "-" if at_ms < 0 else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}.{ms:03}"


class Story:
    """Lines, gathered lot by lot while a sale is played."""

    def __init__(self, translate: Translate, currency: str) -> None:
        self._translate = translate
        self._currency = currency
        self._lines: dict[str, list[str]] = {}

    def happened(self, events: tuple[ev.Event, ...], before: Sale, at_ms: int) -> None:
        """Tell what a step, or the clock, led to. `before`: the sale before it."""
        for event, following in zip_longest(events, events[1:]):
            if isinstance(event, ev.SalePaused | ev.SaleResumed | ev.GroupExtended):
                self._tell_lots(event)
            elif isinstance(event, ev.HoldPlaced | ev.PaddleHeld | ev.PaddleReleased):
                self._tell_hold(event)
            elif isinstance(event, ev.LotEvent):
                when = getattr(event, "ended_at_ms", at_ms)
                for said in self._sentences(event, before.lots[event.lot], following):
                    self._add(event.lot, when, said)
            before = apply(before, event)

    def refused(self, command: cmd.Command, refusal: Refused, sale: Sale) -> None:
        """Tell why a step was refused."""
        _ = self._translate
        what = STEPS[type(command)]
        sent = getattr(command, "max_minor", getattr(command, "amount_minor", None))
        paddle = getattr(command, "paddle", None)
        amounts = {name.removesuffix("_minor"): self._money(value) for name, value in refusal.params.items()}
        why = self._translate(WHY_REFUSED[refusal.code], **amounts)
        step = self._translate(what, paddle=paddle, amount=self._ask(sent))
        lot = getattr(command, "lot", WHOLE_SALE)
        said = _("%(step)s is refused: %(reason)s.", step=step, reason=why)
        self._add(lot if lot in sale.lots else WHOLE_SALE, command.arrived_ms, f"{said} [{refusal.code}]")

    def of(self, sale: Sale) -> list[str]:
        """The whole story: each lot under a line that names it, then what concerns the sale."""
        _ = self._translate
        told: list[str] = []
        for lot in sale.lots.values():
            told += [self._head(lot), *self._lines.get(lot.id, [])]
        if WHOLE_SALE in self._lines:
            told += [_("The sale"), *self._lines[WHOLE_SALE]]
        return told

    def _head(self, lot: Lot) -> str:
        _ = self._translate
        named = {
            "lot": lot.id,
            "format": self._translate(lot.terms.format),
            "start": self._money(lot.terms.start_minor),
        }
        if lot.terms.reserve_minor is None:
            return _("Lot %(lot)s (%(format)s), start %(start)s, no reserve", **named)
        reserve = self._money(lot.terms.reserve_minor)
        return _("Lot %(lot)s (%(format)s), start %(start)s, reserve %(reserve)s", **named, reserve=reserve)

    def _add(self, lot: str, at_ms: int, said: str) -> None:
        self._lines.setdefault(lot, []).append(f"  {moment(at_ms)}  {said}")

    def _money(self, minor: Any) -> str:
        if type(minor) is not int:
            return repr(minor)
        return f"{self._currency} {full_text(minor, self._currency)}"

    def _ask(self, minor: Any) -> str:
        _ = self._translate
        return _("the ask") if minor is None else self._money(minor)

    def _tell_lots(self, event: ev.SalePaused | ev.SaleResumed | ev.GroupExtended) -> None:
        _ = self._translate
        if isinstance(event, ev.SalePaused):
            for lot in event.lots:
                self._add(lot, event.at_ms, _("Paused; the clock stands still."))
            return
        for lot, deadline in event.deadlines_ms.items():
            resumed = isinstance(event, ev.SaleResumed)
            self._add(lot, event.at_ms, self._resumed(deadline) if resumed else self._with_group(deadline))

    def _tell_hold(self, event: ev.HoldPlaced | ev.PaddleHeld | ev.PaddleReleased) -> None:
        _ = self._translate
        if isinstance(event, ev.PaddleReleased):
            self._add(WHOLE_SALE, event.at_ms, _("%(paddle)s may bid again.", paddle=event.paddle))
        elif isinstance(event, ev.HoldPlaced):
            void = _("%(paddle)s is held (%(reason)s); its bids fall.", paddle=event.paddle, reason=event.reason)
            keep = _("%(paddle)s is held (%(reason)s); its bids bind, its maximum goes no further.",
                     paddle=event.paddle, reason=event.reason)  # fmt: skip
            self._add(event.lot or WHOLE_SALE, event.at_ms, void if event.standing == VOID else keep)
        else:
            for lot, told in event.lots.items():
                said = {"leader": told["leader"], "price": self._money(told["price_minor"])}
                leads = _("After the hold %(leader)s leads at %(price)s.", **said)
                self._add(lot, event.at_ms, leads if told["leader"] else _("After the hold no paddle leads."))

    def _with_group(self, deadline_ms: int | None) -> str:
        _ = self._translate
        return _("The end moves with the group to %(time)s.", time=moment(deadline_ms or 0))

    def _resumed(self, deadline_ms: int | None) -> str:
        _ = self._translate
        if deadline_ms is None:
            return _("Goes on.")
        return _("Goes on; the end is now at %(time)s.", time=moment(deadline_ms))

    # --- one event ---

    def _sentences(self, event: ev.LotEvent, lot: Lot, following: ev.Event | None) -> list[str]:
        if isinstance(event, ev.BidPlaced):
            return self._bid(event, lot, following if isinstance(following, ev.MaximumSet) else None)
        sentence = self._bids(event) or self._calls(event) or self._ends(event, lot)
        return [sentence] if sentence else []

    def _bid(self, event: ev.BidPlaced, lot: Lot, maximum: ev.MaximumSet | None) -> list[str]:
        _ = self._translate
        said = {"paddle": event.paddle, "leader": event.leader, "price": self._money(event.price_minor)}
        leads = event.leader == event.paddle
        if maximum is not None:
            said["amount"] = self._money(maximum.max_minor)
            beaten = _(
                "%(paddle)s leaves a maximum of %(amount)s; the earlier maximum of %(leader)s answers: %(price)s.",
                **said,
            )
            ahead = _("%(paddle)s leaves a maximum of %(amount)s and leads at %(price)s.", **said)
        else:
            said["amount"] = self._money(event.amount_minor)
            beaten = _("%(paddle)s bids %(amount)s, beaten by the earlier maximum of %(leader)s: %(price)s.", **said)
            ahead = _("%(paddle)s bids %(amount)s and leads.", **said)
        told = [ahead if leads else beaten]
        if event.deadline_ms is not None and event.deadline_ms != lot.deadline_ms:
            told.append(_("The end moves to %(time)s.", time=moment(event.deadline_ms)))
        return told

    def _bids(self, event: ev.LotEvent) -> str | None:
        _ = self._translate
        match event:
            case ev.MaximumSet(silent=True):
                amount = self._money(event.max_minor)
                return _("%(paddle)s, who leads, changes the own maximum to %(amount)s, unseen.", paddle=event.paddle,
                           amount=amount)  # fmt: skip
            case ev.OfferPlaced():
                amount = self._money(event.amount_minor)
                return _("%(paddle)s makes a sealed offer of %(amount)s.", paddle=event.paddle, amount=amount)
            case ev.OffersClosed():
                return _("No more offers are taken.")
            case ev.OffersOpened():
                offers = ", ".join(f"{paddle} {self._money(amount)}" for paddle, amount, _ in event.offers)
                return _("The offers are opened: %(offers)s.", offers=offers or _("none"))
            case ev.PaddleAssigned():
                return _("The bid in the room is %(paddle)s's.", paddle=event.paddle)
            case ev.MaximumLeft():
                return self._left(event)
            case ev.MaximumVoided():
                return _("The last change of a maximum is taken back (%(reason)s).", reason=event.reason)
            case ev.BidVoided(leader=None):
                return _("The last bid is taken back (%(reason)s); no paddle leads.", reason=event.reason)
            case ev.BidVoided():
                price = self._money(event.price_minor)
                return _("The last bid is taken back (%(reason)s); %(leader)s leads at %(price)s.",
                           reason=event.reason, leader=event.leader, price=price)  # fmt: skip
        return None

    def _left(self, event: ev.MaximumLeft) -> str:
        _ = self._translate
        if event.max_minor is not None:
            return _("%(paddle)s leaves a maximum of %(amount)s before the lot opens, unseen.", paddle=event.paddle,
                     amount=self._money(event.max_minor))  # fmt: skip
        if event.reason is None:
            return _("%(paddle)s takes back the maximum left before.", paddle=event.paddle)
        return _("The maximum that %(paddle)s left is no more (%(reason)s).", paddle=event.paddle, reason=event.reason)

    def _calls(self, event: ev.LotEvent) -> str | None:
        _ = self._translate
        match event:
            case ev.LotOpened(ask_minor=None):
                return _("Opened.")
            case ev.LotOpened():
                return _("Opened; the ask is %(ask)s.", ask=self._money(event.ask_minor))
            case ev.AskSet():
                return _("The auctioneer asks for %(ask)s.", ask=self._money(event.ask_minor))
            case ev.FairWarningGiven():
                return _("Last call.")
            case ev.CallsLifted():
                return _("The calls are lifted; the ask is %(ask)s.", ask=self._money(event.ask_minor))
            case ev.LotPaused(reason="LEADER_HELD"):
                return _("Time is over, and the paddle that leads is held: a person decides.")
            case ev.LotPaused():
                return _("Paused; the clock stands still.")
            case ev.LotResumed():
                return self._resumed(event.deadline_ms)
            case ev.LotReopened():
                return _("Opened again (%(reason)s).", reason=event.reason)
        return None

    def _ends(self, event: ev.LotEvent, lot: Lot) -> str | None:
        _ = self._translate
        match event:
            case ev.LotSold(match_until_ms=int()):
                return _("Provisionally sold to %(paddle)s for %(price)s, until %(time)s: a priority right is open.",
                           paddle=event.paddle, price=self._money(event.hammer_minor),
                           time=moment(event.match_until_ms or 0))  # fmt: skip
            case ev.PriorityExercised():
                return _("%(paddle)s exercises the priority right: the lot is his, for %(price)s.",
                           paddle=event.paddle, price=self._money(lot.hammer_minor))  # fmt: skip
            case ev.PriorityDeclined():
                return _("%(paddle)s, who has a priority right, does not take the price.", paddle=event.paddle)
            case ev.LotSold(even_held=True):
                return _("Sold to %(paddle)s for %(price)s. The paddle is held; the auctioneer sold to it on purpose.",
                           paddle=event.paddle, price=self._money(event.hammer_minor))  # fmt: skip
            case ev.LotSold():
                return _("Sold to %(paddle)s for %(price)s.", paddle=event.paddle,
                           price=self._money(event.hammer_minor))  # fmt: skip
            case ev.LotPassed() if lot.bids == 0:
                return _("Passed without a bid.")
            case ev.LotPassed(ended_by="person"):
                return _("Passed by the auctioneer.")
            case ev.LotPassed():
                return _("Passed: the reserve of %(reserve)s is not reached.",
                           reserve=self._money(lot.terms.reserve_minor))  # fmt: skip
            case ev.LotWithdrawn(reason=None):
                return _("Withdrawn.")
            case ev.LotWithdrawn():
                return _("Withdrawn (%(reason)s).", reason=event.reason)
        return None
