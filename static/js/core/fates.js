// The fate of my bid, in words. It is said again whenever the stream says something new, so it is never out of date.

import { fateOf } from "./mine.js";
import { t } from "./i18n.js";
import { dayTime } from "./priority.js";
import { paddleName, reasonWords } from "./ticker.js";

const MINE = {
  bid: {
    received: (p) => t("Your bid of %(amount)s was received", p),
    leads: (p) => t("Received: your bid of %(amount)s leads", p),
    beaten: (p) => t("Received: %(amount)s. An earlier maximum of another bidder is higher.", p),
    outbid: (p) => t("Your bid of %(amount)s is outbid", p),
    voided: (p) => t("Your bid of %(amount)s was taken back (%(reason)s) and does not count", p),
  },
  maximum: {
    received: (p) => t("Your maximum of %(amount)s is set", p),
    leads: (p) => t("Your maximum of %(amount)s is set; you lead", p),
    beaten: (p) => t("Your maximum of %(amount)s was received. An earlier maximum of another bidder is higher.", p),
    outbid: (p) => t("Your maximum of %(amount)s is outbid", p),
    voided: (p) => t("Your maximum of %(amount)s was taken back (%(reason)s) and does not count", p),
    lowered: (p) => t("Your maximum of %(amount)s does not count any more; it is %(now)s", p),
  },
  offer: { received: (p) => t("Your offer of %(amount)s is sealed", p) },
};

const ENDED = {
  passed: (p) => t("Lot %(lot)s was passed: your bid of %(amount)s no longer binds you", p),
  withdrawn: (p) => t("Lot %(lot)s was withdrawn: your bid of %(amount)s no longer binds you", p),
  lost: (p) => t("Lot %(lot)s went to %(who)s", p),
  taken: (p) => t("Lot %(lot)s was taken by %(who)s by priority right", p),
  won: (p) => t("You won lot %(lot)s at %(price)s", p),
  fell: (p) => t("Lot %(lot)s fell to you at %(price)s. It is yours unless a priority right is exercised by %(time)s.", p),
};

const GOOD = new Set(["received", "leads", "won"]);

/**
 * What became of what this screen, or another of mine, did: `{what, lot, seq, amount_minor}`, `what` being "bid",
 * "maximum" or "offer". The kind of the words, "good", "bad" or "", and the words.
 */
export function tellFate(screen, bids, paddle, act) {
  const lot = screen.state.lots.get(act.lot);
  const bid = bids.last(act.lot, paddle, act.seq);
  let fate = fateOf(lot, paddle, bid, screen.live.now());
  if (fate === "lost" && lot.taken_from === paddle) fate = "taken";
  const now = screen.document?.maxima?.[act.lot] ?? null;
  if (act.what === "maximum" && fate === "leads" && act.confirmed && now !== act.amount_minor) fate = "lowered";
  act.confirmed ||= now === act.amount_minor; // a document may come after the answer
  const params = {
    lot: act.lot, amount: screen.money(act.amount_minor ?? bid?.amount_minor), now: screen.money(now), reason: reasonWords(bid?.voided),
    price: screen.money(lot.price_minor), who: lot.leader === null ? "" : paddleName(lot.leader), time: lot.match_until_ms ? dayTime(lot.match_until_ms, screen.zone) : "",
  };
  const words = MINE[act.what][fate] ?? ENDED[fate] ?? MINE[act.what].received;
  return [GOOD.has(fate) ? "good" : fate === "fell" ? "" : "bad", words(params)];
}
