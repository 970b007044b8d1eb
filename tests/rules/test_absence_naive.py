"""Absences of the house in random sales: the rules against the naive sale, and no deadline that comes earlier."""

import pytest

from auction.audit.replay import Play, outcome, parse
from auction.rules import commands as cmd
from auction.rules.refusals import Refused
from tests.rules.naive_formats import LIVE
from tests.rules.test_holds_naive import PLAYED, Desk

pytestmark = [pytest.mark.timeout(7200)]


class Absent(Desk):
    """A sale in which the house is away now and then."""

    def one(self, do, lot):
        if do in ("tick", "release", "resume") and self.random() < 0.7:
            since, self.at = self.at, self.at + self.choice([1, 3, 10, 40])
            self.naive.now = since
            self.naive.clock()
            self.naive.now = self.at
            self.absences.append((len(self.answers), since, self.at))
            self.naive.away(since)
        else:
            super().one(do, lot)

    def begin(self):
        self.absences = []
        super().begin()


def running(lots):
    return {each["lot"]: each["deadline_ms"] for each in lots if each["status"] in LIVE and each["deadline_ms"]}


@pytest.mark.parametrize("subject", ["holds on timed", "holds on sealed"])
def test_08_06_absences_in_random_sales_as_in_the_naive_sale(subject):
    for seed in range(PLAYED):
        desk, play = Absent(seed, subject), Play()
        plan = parse(desk.scenario)
        play.take(plan.sale, 0)
        for number, step in enumerate([*plan.steps, None]):
            for _, since_ms, at_ms in (each for each in desk.absences if each[0] == number):
                be_away(play, since_ms, at_ms, seed)
            if step is not None:
                play.clock(step.at_ms)
                play.step(step)
        answers = [("ok", {}) if each["ok"] else (each["code"], each["params"]) for each in play.answers]
        assert answers == desk.answers, seed
        assert [outcome(lot, desk.at) for lot in play.sale.lots.values()] == desk.naive.outcomes(), seed


def be_away(play, since_ms, at_ms, seed):
    """Take the command that the server gives after an absence; no running lot ends earlier, or too soon."""
    play.clock(since_ms)
    before = running(outcome(lot, since_ms) for lot in play.sale.lots.values())
    decision = play.take(cmd.MoveDeadlines(at_ms, since_ms), at_ms)
    after = running(outcome(lot, at_ms) for lot in play.sale.lots.values())
    assert isinstance(decision, Refused) or after.keys() == before.keys()
    assert all(after[lot] >= before[lot] for lot in after), seed
