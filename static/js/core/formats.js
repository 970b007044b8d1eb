// The ways to sell a lot, in words: what its clock says, and what holds for it. The same on every screen.

import { inTerm, isBegun } from "./fold.js";
import { t } from "./i18n.js";
import { clockTime } from "./ticker.js";
import { countdown, countsTo, nextFall, phaseOf, timeTo } from "./timing.js";

export const FORMATS = () => ({ english: t("English auction"), timed: t("timed auction"), dutch: t("Dutch auction"), sealed: t("sealed offers") });

const STATUS = () => ({
  pending: t("to come"), open: t("open"), fair_warning: t("fair warning"), paused: t("paused"),
  sold: t("sold"), passed: t("passed"), withdrawn: t("withdrawn"),
});

/** How a lot stands, in a word or two: a lot that a priority right may still take is not sold yet. */
export function statusWords(screen, lot) {
  if (lot.taken_from) return t("taken by right");
  if (lot.status === "pending" && screen.state.closed) return t("not offered");
  return inTerm(lot, screen.live.now()) ? t("hammer, right open") : STATUS()[lot.status];
}

const UNITS = [[86_400_000, (n) => t("%(n)s days", { n })], [3_600_000, (n) => t("%(n)s h", { n })], [60_000, (n) => t("%(n)s min", { n })], [1, (n) => t("%(n)s s", { n: n / 1000 })]];

/** A length of time in words: 90 s, 5 min. */
export function duration(ms) {
  const [unit, words] = UNITS.find(([unit]) => ms % unit === 0 && ms >= unit) ?? UNITS.at(-1);
  return words(ms / unit);
}

/** The time that is left, as a clock shows it. */
export const left = (ms) => countdown(ms, t("d"));

const AFTER_FREE = (own, lot) =>
  lot.deadline_ms <= lot.origin_ms + own.free_ms
    ? t("Without a bid by then the lot is passed.")
    : t("Then comes the limited period of %(period)s.", { period: duration(own.limit_ms) });
const EACH_BID = (own) =>
  own.extend === "add"
    ? t("Every bid adds %(period)s.", { period: duration(own.limit_ms) })
    : t("After every bid there are %(period)s again.", { period: duration(own.limit_ms) });
const LATE_BID = (own) =>
  own.extend === "add"
    ? t("A bid in the last %(window)s adds %(period)s.", { window: duration(own.window_ms), period: duration(own.extend_ms) })
    : t("After a bid in the last %(window)s there are %(period)s again.", { window: duration(own.window_ms), period: duration(own.extend_ms) });

const CLOCKS = {
  free: (own, lot) => [t("Free bidding ends in"), AFTER_FREE(own, lot)],
  limited: (own) => [t("Limited period, time left"), EACH_BID(own)],
  running: (own) => [t("Time left"), LATE_BID(own)],
  closing: (own) => [t("Closing, time left"), LATE_BID(own)],
  falling: (_own, _lot, fall, screen) => [t("Falls to %(amount)s in", { amount: screen.money(fall.ask_minor) }), ""],
  floor: () => [t("The lowest ask, for another"), ""],
  offers: (_own, lot, _fall, screen) => [t("Offers until %(time)s", { time: clockTime(lot.deadline_ms, screen.zone) }), ""],
};

const NEAR_MS = 10_000;

/**
 * What a lot's clock says, null where none ends it: `label`, `figure` (the countdown), `note`, `near` where less than
 * ten seconds are left to its end, and `share`, how much of these is left.
 */
export function clockOf(screen, lot) {
  const own = screen.own(lot);
  const now = screen.now(lot);
  const phase = phaseOf(lot, own, now);
  if (phase === null || !own) return null;
  if (phase === "over") return over(lot);
  const fall = nextFall(lot, own, now);
  const ms = timeTo(fall?.at_ms ?? countsTo(lot, own, now), lot, now);
  const [label, note] = CLOCKS[phase](own, lot, fall, screen);
  const by = screen.extendedBy(lot);
  return { phase, label, figure: left(ms), note: EXTENDED[by]?.() ?? note, extended: by !== null, near: !fall && ms < NEAR_MS, share: Math.min(1, ms / NEAR_MS) };
}

const EXTENDED = { bid: () => t("Extended by a bid"), group: () => t("Extended with its group"), house: () => t("Extended: no bid was possible for a while") };

function over(lot) {
  return lot.format === "sealed"
    ? { phase: "over", label: t("The time for offers is over"), figure: "", note: t("The auctioneer opens them now."), near: false }
    : { phase: "over", label: t("Time is up"), figure: left(0), note: "", near: true };
}

/** Whether a lot has a price: one that was passed or withdrawn has none, whatever was bid. */
export const hasPrice = (lot) => lot.price_minor !== null && lot.status !== "passed" && lot.status !== "withdrawn";

/** The screen's big figure: the name of the amount, the amount, and it in the minor unit. */
export function priceOf(screen, lot) {
  const [name, minor] = bigAmount(screen, lot);
  return [name, screen.money(minor), minor];
}

function bigAmount(screen, lot) {
  if (lot.status === "sold") return [t("Hammer price"), lot.hammer_minor];
  if (hasPrice(lot)) return [t("Price"), lot.price_minor];
  if (lot.format === "dutch" && isBegun(lot)) return [t("Asked now"), screen.ask(lot)];
  return [t("Start"), lot.start_minor];
}

/** The sentences on a lot that its clock does not show. */
export function holdsFor(screen, lot) {
  const own = screen.own(lot) ?? {};
  const end = own.hard_end_ms && lot.origin_ms ? clockTime(lot.origin_ms + own.hard_end_ms, screen.zone) : null;
  return [
    own.cap_minor && t("Sold at once at %(amount)s.", { amount: screen.money(own.cap_minor) }),
    own.group && t("Ends together with the other lots of group %(group)s.", { group: own.group }),
    end && t("Ends at %(time)s at the latest.", { time: end }),
    lot.format === "dutch" && t("The first to take it has it, at the amount of that moment."),
    lot.format === "sealed" && (own.offers === "raise" ? t("An offer may be raised until then, not lowered.") : t("One offer each; it cannot be changed.")),
    lot.format === "sealed" && (own.price === "second" ? t("The highest offer wins and pays what it took to beat the second.") : t("The highest offer wins and is the price.")),
  ].filter(Boolean);
}
