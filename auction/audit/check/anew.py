"""A lot that is taken anew without some of its bids: who leads then, and within which bounds (9, 11).

The acts alone say which paddle leads, and how far. The price follows from the rules' ladder, so it is held to bounds.
"""

from typing import Any

from .left import Left
from .lot import ROOM, Act, Lead, LotState


class Anew(Left):
    """The rest of a lot's leads once some acts are gone."""

    def _anew(self, lot: LotState, acts: list[Act], body: dict[str, Any]) -> None:
        """9: the lot as if only these acts had been made, in their order. `body` names its leader now, and how."""
        before = lot.lead.leader if lot.lead else None
        lot.leads = self._leads_of(lot, acts)
        while lot.lead is not None and lot.lead.leader != before:
            over = self._over_limit(lot, lot.lead, body["leader"])
            if not over:
                break
            acts = [act for act in acts if act not in over]
            lot.leads = self._leads_of(lot, acts)
        lot.status, lot.declined = "paused" if lot.status == "paused" else "open", set()
        self._now_leads(lot, body)
        if lot.lead is not None and lot.lead.leader not in (before, ROOM):
            self._within(lot, lot.lead.leader, lot.lead.maximum)

    def _leads_of(self, lot: LotState, acts: list[Act]) -> list[Lead]:
        """The leads that these acts lead to; each has the least price that follows from them."""
        leads: list[Lead] = []
        for act in acts:
            before = leads[-1] if leads else None
            by, maximum, least = act, act.most, lot.start or 1
            if before is not None:
                least = before.price
                if act.paddle == before.leader != ROOM:
                    maximum = max(before.maximum, act.most) if act.plain else act.most
                elif self._beats(lot, act, before):
                    least = max(least, before.maximum)
                else:
                    by, maximum, least = before.by, before.maximum, max(least, act.most)
            least = max(least, act.most) if act.plain and by is act else least
            shown = (before.shown if before else 0) + (not act.silent)
            leads.append(Lead(act, by, least, maximum, shown, sure=False))
        return leads

    def _beats(self, lot: LotState, act: Act, lead: Lead) -> bool:
        better = self.sale.rank(act.paddle, lot.lot) < self.sale.rank(lead.leader, lot.lot)
        return act.most > lead.maximum or (act.most == lead.maximum and better)

    def _over_limit(self, lot: LotState, lead: Lead, told: str | None) -> list[Act]:
        """The acts of who leads now that are above what his limit leaves for this lot.

        An offer that is still sealed has no amount here, and a maximum that was cut none either: who is told to lead
        is believed then.
        """
        known = self.sale.paddles.get(lead.leader)
        if known is None or known.limit is None or (lead.by.cut and told == lead.leader):
            return []
        mine = [each.act for each in lot.leads if each.act.paddle == lead.leader]
        others = [each for each in self.sale.lots.values() if each is not lot]
        if any(each.offers.get(lead.leader, (0, 0))[0] is None for each in others if not each.opened):
            return mine if told != lead.leader else []
        left = known.limit - sum(each.held(lead.leader, self.sale.commission) for each in others)
        return [act for act in mine if act.most > left] if lead.maximum > left else []

    def _believe(self, lot: LotState, body: dict[str, Any]) -> None:
        led_by = [lead.act for lead in lot.leads if lead.act.paddle == body["leader"]]
        if led_by and lot.lead is not None:
            lot.lead.by, lot.lead.maximum = led_by[-1], max(act.most for act in led_by)

    def _now_leads(self, lot: LotState, body: dict[str, Any]) -> None:
        """9: what is told is the lead that is left. A price that only the ladder tells is believed within bounds."""
        lead, price = lot.lead, body["price_minor"]
        if lead is not None and not lead.sure and price is not None:
            if any(each.act.cut for each in lot.leads):
                self._believe(lot, body)  # how far a maximum was cut depends on the ladder
            elif not lead.price <= price <= lead.maximum:
                self._fault(9, f"{lead.leader} leads lot {lot.lot} at {price}: not from {lead.price} to {lead.maximum}")
            lead.price, lead.sure = price, True
            lead.maximum = price if lead.by.cut else lead.maximum
        now = (lead.leader, lead.price) if lead else (None, None)
        if now != (body["leader"], price):
            self._fault(9, f"now {now} leads lot {lot.lot}, and it says ({body['leader']}, {price})")

    def _still_stand(self, invariant: int, lot: LotState, bids: int) -> None:
        """9, 34: as many bids stand as it says. Of a bid that was cut only the ladder tells what a limit takes."""
        shown = lot.lead.shown if lot.lead else 0
        if lot.lead is not None and any(lead.act.cut and self._has_limit(lead.act.paddle) for lead in lot.leads):
            lot.lead.shown = bids
        elif bids != shown:
            self._fault(invariant, f"of lot {lot.lot} {shown} bids are left, and it says {bids}")

    def _has_limit(self, paddle: str) -> bool:
        known = self.sale.paddles.get(paddle)
        return known is not None and known.limit is not None
