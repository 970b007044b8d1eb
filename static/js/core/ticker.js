// The latest events, in words: the same sentences on every screen.

import { t } from "./i18n.js";
import { money } from "./money.js";

export const ROOM = "room";

/** A paddle as people call it. */
export const paddleName = (paddle) => (paddle === ROOM ? t("In the room") : t("Paddle %(paddle)s", { paddle }));

const WAYS = { online: () => t("online"), floor: () => t("floor"), maximum: () => t("online") }; // a maximum stays secret

const REASONS = {
  MISHEARD: () => t("misheard"),
  WRONG_PADDLE: () => t("wrong paddle"),
  MISTYPED: () => t("mistyped"),
  DISPUTE: () => t("a dispute in the room"),
  TECHNICAL: () => t("a technical fault"),
  TITLE_EVIDENCE: () => t("evidence about the title"),
  CONSIGNOR: () => t("the consignor asks for it"),
  AUTHORITY: () => t("an authority asks for it"),
  BREAK: () => t("a break"),
  OTHER: () => t("another reason"),
  CORRECTION: () => t("a mistake was corrected"),
  COMPLETION: () => t("something was missing"),
  POSTPONED: () => t("another time"),
  VENUE: () => t("another place"),
  HELD: () => t("the paddle is held"),
  SYSTEM_FAULT: () => t("a fault of the system"),
  RECORD_RESTORED: () => t("an older record was put back"),
  LEADER_HELD: () => t("the paddle that leads is held"),
};

/** A reason's code in words; empty where there is none. */
export const reasonWords = (reason) => REASONS[reason]?.() ?? "";

/** A sentence with the reason in words, where there is one. */
const because = (sentence, reason) => (REASONS[reason] ? t("%(sentence)s (%(reason)s)", { sentence, reason: REASONS[reason]() }) : sentence);

/** Why everybody waits. */
export const paused = (reason) => (REASONS[reason] ? t("Paused: %(reason)s. Please wait.", { reason: REASONS[reason]() }) : t("Paused. Please wait."));

function bid(event, currency) {
  const who = paddleName(event.paddle);
  const leads = event.leader === event.paddle;
  const minor = event.amount_minor ?? (leads ? event.price_minor : null);
  const params = { who, amount: money(minor, currency), way: WAYS[event.way]?.() ?? event.way };
  const text = minor === null ? t("%(who)s bids (%(way)s)", params) : t("%(who)s bids %(amount)s (%(way)s)", params);
  return leads ? text : `${text} · ${t("%(who)s still leads, at %(price)s", { who: paddleName(event.leader), price: money(event.price_minor, currency) })}`;
}

const afterHold = (lot, now, currency) => (now.leader === null
  ? t("lot %(lot)s: no leader", { lot })
  : t("lot %(lot)s: %(who)s leads at %(amount)s", { lot, who: paddleName(now.leader), amount: money(now.price_minor, currency) }));

const MOST_LOTS = 8;

function changedTexts(rows) {
  const lots = rows.filter((row) => row.startsWith("lot ")).map((row) => row.slice(4));
  return lots.length > 0 && lots.length <= MOST_LOTS ? t("Changed: lots %(lots)s", { lots: lots.join(", ") }) : t("Texts of the catalogue were changed");
}

const SENTENCES = {
  terms_stated: (e) => (e.reason ? because(t("The terms of the sale were changed"), e.reason) : null),
  texts_stated: (e) => (e.reason ? because(changedTexts(Object.keys(e.digests)), e.reason) : null),
  lot_opened: (e) => t("Lot %(lot)s is open", { lot: e.lot }),
  bid_placed: bid,
  paddle_assigned: (e) => t("The bid in the room is by %(who)s", { who: paddleName(e.paddle) }),
  paddle_held: (e, c) => [t("%(who)s is held", { who: paddleName(e.paddle) }), ...Object.entries(e.lots).map(([lot, now]) => afterHold(lot, now, c))].join(" · "),
  paddle_released: (e) => t("%(who)s may bid again", { who: paddleName(e.paddle) }),
  highest_changed: (e, c) => (e.highest_minor === null ? null : t("The highest bid that is taken is now %(amount)s", { amount: money(e.highest_minor, c) })),
  ask_set: (e, c) => t("The next amount is %(amount)s", { amount: money(e.ask_minor, c) }),
  fair_warning_given: (e) => t("Lot %(lot)s: fair warning", { lot: e.lot }),
  bid_voided: (e, c) => because(e.price_minor === null ? t("The bid was taken back; there is none now") : t("The last bid was taken back; the price is %(amount)s", { amount: money(e.price_minor, c) }), e.reason),
  calls_lifted: (e, c) => t("The last call was taken back; the next amount is %(amount)s", { amount: money(e.ask_minor, c) }),
  offers_closed: (e) => t("Lot %(lot)s: the time for offers is over", { lot: e.lot }),
  offers_opened: (e) => t("Lot %(lot)s: %(count)s offers were opened", { lot: e.lot, count: e.offers.length }),
  group_extended: (e) => t("The end moves with the group: lots %(lots)s", { lots: Object.keys(e.deadlines_ms).join(", ") }),
  deadline_moved: (e) => because(t("No bid was possible for a while, so the end moves: lots %(lots)s", { lots: Object.keys(e.deadlines_ms).join(", ") }), e.reason),
  priority_declined: (e) => t("Lot %(lot)s: %(who)s does not use the priority right at this price", { lot: e.lot, who: paddleName(e.paddle) }),
  priority_exercised: (e) => t("Lot %(lot)s goes to %(who)s by priority right, at the same price", { lot: e.lot, who: paddleName(e.paddle) }),
  lot_sold: (e, c) => {
    const sold = { lot: e.lot, who: paddleName(e.paddle), amount: money(e.hammer_minor, c) };
    if (e.match_until_ms !== null) return t("Lot %(lot)s: the hammer falls to %(who)s at %(amount)s; a priority right is open", sold);
    return e.even_held ? t("Lot %(lot)s sold to %(who)s for %(amount)s, although the paddle is held", sold) : t("Lot %(lot)s sold to %(who)s for %(amount)s", sold);
  },
  lot_passed: (e) => t("Lot %(lot)s passed", { lot: e.lot }),
  lot_withdrawn: (e) => because(t("Lot %(lot)s was withdrawn", { lot: e.lot }), e.reason),
  lot_reopened: (e) => because(t("Lot %(lot)s is open again", { lot: e.lot }), e.reason),
  lot_paused: (e) => because(t("Lot %(lot)s is paused", { lot: e.lot }), e.reason),
  lot_resumed: (e) => t("Lot %(lot)s goes on", { lot: e.lot }),
  sale_paused: (e) => because(t("The sale is paused"), e.reason),
  sale_resumed: () => t("The sale goes on"),
  sale_closed: () => t("The sale is over"),
};

const WITHOUT_LOT = new Set(["bid_placed", "paddle_assigned", "ask_set", "bid_voided", "calls_lifted"]);

/** An event as a sentence, with its lot where `several` are under way; null for an event that no screen needs. */
export function tell(event, currency, several = false) {
  const words = SENTENCES[event.kind]?.(event, currency) ?? null;
  return words && several && WITHOUT_LOT.has(event.kind) ? t("Lot %(lot)s: %(why)s", { lot: event.lot, why: words }) : words;
}

const LOUD = new Set(["bid_voided", "calls_lifted", "lot_reopened", "lot_resumed", "sale_resumed", "group_extended", "deadline_moved", "paddle_held"]);

/** An event that must not be missed, as a sentence; null for any other. The screen shows unchanged terms anyway. */
export const announced = (event, currency, several) => (LOUD.has(event.kind) ? tell(event, currency, several) : null);

const clocks = new Map(); // by zone: making one takes longer than all the rest of a line

/** A time of the server as a clock shows it in the sale's zone. */
export function clockTime(ms, timeZone) {
  if (!clocks.has(timeZone)) {
    const locale = document.documentElement.lang === "zh" ? "zh-CN" : "en-GB";
    clocks.set(timeZone, new Intl.DateTimeFormat(locale, { timeZone, hour12: false, hour: "numeric", minute: "numeric", second: "numeric" }));
  }
  return clocks.get(timeZone).format(ms);
}
