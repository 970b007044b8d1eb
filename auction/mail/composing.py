"""Makes words of a letter when it is sent, in the person's language. Times are in the sale's zone, and a link is fresh.

A letter that is no longer true, such as that of an outbid bidder who leads again, is not composed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_datetime, get_timezone_name
from sqlalchemy import select

from models.catalog import lots, sales
from models.people import users
from models.rows import LetterRow, LotRow, SaleRow, SaleStatus, typed

from ..base.clock import Clock
from ..base.config import Config
from ..base.zones import zone_of
from ..database.store import Store
from ..engine.engine import Engine
from ..outbox.letters import LetterKind
from ..people import links
from ..people.links import HOUR_MS, Purpose
from ..people.rows import ACCOUNTS, AccountRow
from ..rules.formats import ask_minor
from ..rules.lot import BEGUN, Lot, Status
from ..rules.money import all_in_minor
from ..words.amounts import money
from ..words.i18n import DEFAULT, LOCALES, translate
from ..words.i18n import mark as _
from .smtp import Letter

CONFIRM_LASTS_MS, RESET_LASTS_MS = 24 * HOUR_MS, HOUR_MS
Words = tuple[str, Sequence[str]]
"""The subject and the paragraphs of a letter."""


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """The facts of a letter: the reader's language, the row, the account, sale and lot. None: there is none."""

    row: LetterRow
    locale: str
    account: AccountRow | None
    sale: SaleRow | None
    lot: LotRow | None
    state: Lot | None

    def say(self, message: str, **params: object) -> str:
        """A sentence in the reader's language."""
        return translate(self.locale, message, **params)

    @property
    def title(self) -> str:
        """The title of the sale."""
        return "" if self.sale is None else _title(self.sale, self.locale)


class Composer:
    """Makes letters of rows."""

    def __init__(self, store: Store, clock: Clock, config: Config, engine: Engine) -> None:
        self._store = store
        self._clock = clock
        self._config = config
        self._engine = engine
        self._makers: Mapping[LetterKind, Callable[[LetterFacts], Words | None]] = {
            LetterKind.CONFIRM: self._confirm,
            LetterKind.RESET: self._reset,
            LetterKind.ADMITTED: self._admitted,
            LetterKind.TURNED_DOWN: self._turned_down,
            LetterKind.ASKED: self._asked,
            LetterKind.CHANGED: self._changed,
            LetterKind.CANCELLED: self._cancelled,
            LetterKind.OUTBID: self._outbid,
            LetterKind.WON: self._won,
        }

    def compose(self, row: LetterRow) -> Letter | None:
        """A letter in words; None if it is no longer true, or its address is not confirmed."""
        facts = self._facts(row)
        is_typed = row.email is not None
        if facts.account is None or facts.account.suspended_ms is not None or (facts.account.claimed and not is_typed):
            return None
        words = self._makers[LetterKind(row.kind)](facts)
        if words is None:
            return None
        subject, paragraphs = words
        return Letter(row.id, row.email or facts.account.email, facts.locale, subject, paragraphs)

    def _facts(self, row: LetterRow) -> LetterFacts:
        known = (users.c.email == row.email) & users.c.claimed.is_(False)
        who = known if row.user is None else users.c.id == row.user
        with self._store.read() as connection:
            account = connection.execute(ACCOUNTS.where(who)).mappings().one_or_none()
            found = connection.execute(select(sales).where(sales.c.id == row.sale)).mappings().one_or_none()
            this = (lots.c.sale == row.sale) & (lots.c.lot == row.lot)
            lot = connection.execute(select(lots).where(this)).mappings().one_or_none()
        sale = None if found is None else typed(SaleRow, found)
        state = None if lot is None or row.sale is None else self._engine.book(row.sale).sale.lots.get(row.lot or "")
        reader = None if account is None else typed(AccountRow, account)
        language = reader.language if reader is not None and reader.language in LOCALES else DEFAULT
        offered = None if lot is None else typed(LotRow, lot)
        return LetterFacts(row, str(language), reader, sale, offered, state)

    def _at(self, *path: str) -> str:
        """The address of a page of the house."""
        return "/".join((self._config.public_url, *path))

    def _link(self, facts: LetterFacts, purpose: Purpose, lasts_ms: int) -> str:
        assert facts.account is not None, "a link is for an account"
        with self._store.write() as connection:
            return links.make(connection, purpose, facts.account.id, self._clock.now_ms(), lasts_ms)

    # --- the account ---

    def _confirm(self, facts: LetterFacts) -> Words | None:
        account = facts.account
        assert account is not None, "composed for an account"
        if facts.row.user is None:
            return facts.say(_("You have an account already")), (
                facts.say(_("A person tried to make an account with this address, which has one.")),
                facts.say(_("If it was you and you forgot the password, choose a new one:")),
                self._at("forgot"),
            )
        if account.confirmed_ms is not None or account.email != facts.row.email:
            return None
        return facts.say(_("Confirm your e-mail address")), (
            facts.say(_("An account was made with this address. If it was you, confirm it within 24 hours:")),
            self._at("confirm", self._link(facts, Purpose.CONFIRM, CONFIRM_LASTS_MS)),
            facts.say(_("If it was not you, do nothing.")),
        )

    def _reset(self, facts: LetterFacts) -> Words | None:
        assert facts.account is not None, "composed for an account"
        if facts.account.confirmed_ms is None:
            return None
        return facts.say(_("Choose a new password")), (
            facts.say(_("A new password of your account was asked for. If it was you, choose one within an hour:")),
            self._at("reset", self._link(facts, Purpose.RESET, RESET_LASTS_MS)),
            facts.say(_("If it was not you, do nothing: your password stays as it is.")),
        )

    # --- the application ---

    def _admitted(self, facts: LetterFacts) -> Words | None:
        if facts.sale is None or facts.sale.status is SaleStatus.DRAFT:
            return None
        subject = facts.say(_("%(sale)s: you are admitted"), sale=facts.title)
        told = facts.say(_("Your paddle is %(paddle)s."), paddle=facts.row.told["paddle"])
        return subject, (told, self._sale_page(facts))

    def _turned_down(self, facts: LetterFacts) -> Words | None:
        subject = facts.say(_("%(sale)s: you were not admitted"), sale=facts.title)
        told = facts.say(_("The reason: %(reason)s"), reason=facts.row.told["reason"])
        return subject, (told, self._sale_page(facts))

    def _asked(self, facts: LetterFacts) -> Words | None:
        assert facts.sale is not None, "asked about a sale"
        subject = facts.say(_("%(sale)s: the house asks for more"), sale=facts.title)
        answer = facts.say(_("Answer here:"))
        return subject, (facts.row.told["question"], answer, self._at("sales", facts.sale.slug, "application"))

    # --- the sale ---

    def _changed(self, facts: LetterFacts) -> Words | None:
        sale = facts.sale
        if sale is None or sale.status is not SaleStatus.PUBLISHED:
            return None
        when = facts.say(_("not set yet")) if sale.starts_at_ms is None else moment_text(sale, facts.locale)
        subject = facts.say(_("%(sale)s: day or place have changed"), sale=facts.title)
        told = facts.say(_("Day: %(when)s"), when=when), facts.say(_("Place: %(place)s"), place=sale.place or "–")
        return subject, (*told, self._sale_page(facts))

    def _cancelled(self, facts: LetterFacts) -> Words | None:
        subject = facts.say(_("%(sale)s does not take place"), sale=facts.title)
        return subject, (facts.say(_("The house has cancelled the sale. Its page says why:")), self._sale_page(facts))

    # --- a lot ---

    def _outbid(self, facts: LetterFacts) -> Words | None:
        sale, lot, state = facts.sale, facts.lot, facts.state
        if sale is None or lot is None or state is None or state.status not in BEGUN:
            return None
        ask, price = ask_minor(state, self._clock.now_ms()), state.price_minor
        if state.leader == facts.row.told["paddle"] or price is None or ask is None:
            return None
        subject = facts.say(_("Lot %(lot)s: you were outbid"), lot=lot.lot)
        return subject, (
            f"{facts.title} · {_title(lot, facts.locale)}",
            facts.say(
                _("Another bid leads at %(price)s. The next amount is %(ask)s."),
                price=money(price, sale.currency),
                ask=money(ask, sale.currency),
            ),
            self._at("sales", sale.slug, "live"),
            facts.say(_("You get this letter because your account asks for it.")),
        )

    def _won(self, facts: LetterFacts) -> Words | None:
        sale, lot, state = facts.sale, facts.lot, facts.state
        if sale is None or lot is None or state is None or state.hammer_minor is None:
            return None
        if state.status is not Status.SOLD or state.leader != facts.row.told["paddle"]:
            return None
        due = all_in_minor(state.hammer_minor, self._engine.book(sale.id).sale.buyer_commission)
        subject = facts.say(_("You won lot %(lot)s"), lot=lot.lot)
        return subject, (
            f"{facts.title} · {_title(lot, facts.locale)}",
            facts.say(
                _("Hammer price %(hammer)s, to pay with commission %(due)s."),
                hammer=money(state.hammer_minor, sale.currency),
                due=money(due, sale.currency),
            ),
            facts.say(_("Your papers:")),
            self._at("sales", sale.slug, "papers"),
        )

    def _sale_page(self, facts: LetterFacts) -> str:
        assert facts.sale is not None, "a letter about a sale"
        return self._at("sales", facts.sale.slug)


def moment_text(sale: SaleRow, locale: str) -> str:
    """When a sale begins, in its own zone, with the name of the zone."""
    zone = zone_of(sale)
    at = datetime.fromtimestamp((sale.starts_at_ms or 0) / 1000, zone)
    beijing = translate(locale, _("Beijing time"))
    name = beijing if zone.key == "Asia/Shanghai" else get_timezone_name(zone, locale=locale)
    return f"{format_datetime(at, 'yyyy-MM-dd HH:mm', zone, locale=locale)} ({name})"


def _title(row: SaleRow | LotRow, locale: str) -> str:
    return (row.title_zh or row.title_en) if locale == "zh" else (row.title_en or row.title_zh)
