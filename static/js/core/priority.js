// The priority right on the screens: who may take a lot at its price, until when, and what is asked of whom. Its twin
// on the server is auction/rules/priority.py.

import { inTerm, isLive } from "./fold.js";
import { t } from "./i18n.js";
import { say } from "./page.js";
import { paddleName } from "./ticker.js";

/** A moment of the sale's zone, with its day: a term ends on another one. */
export function dayTime(ms, timeZone) {
  const locale = document.documentElement.lang === "zh" ? "zh-CN" : "en-GB";
  return new Date(ms).toLocaleString(locale, { timeZone, hour12: false, month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
}

/** That a sold lot may still be taken over, or was, in words; empty where neither. */
export function termWords(screen, lot) {
  const term = inTerm(lot, screen.live.now()) ? t("A priority right may be exercised until %(time)s.", { time: dayTime(lot.match_until_ms, screen.zone) }) : "";
  return [lot.taken_from && takenWords(lot), term].filter(Boolean).join(" · ");
}

/** The paddle that took a lot by priority right, and the one before. */
export const takenWords = (lot) => t("%(who)s took it by priority right; the hammer fell to %(first)s", { who: paddleName(lot.leader), first: paddleName(lot.taken_from) });

/** The words on a sold lot while a priority right is open: no bidder has it yet. */
export function fellWords(screen, lot, isMine) {
  const time = dayTime(lot.match_until_ms, screen.zone);
  if (lot.taken_from) return isMine ? t("You took it by priority right. It is yours unless a better right is exercised by %(time)s.", { time }) : termWords(screen, lot);
  if (isMine) return t("It fell to you. It is yours unless a priority right is exercised by %(time)s.", { time });
  return `${t("The hammer fell to %(who)s.", { who: paddleName(lot.leader) })} ${termWords(screen, lot)}`;
}

// The lot that a holder is asked about: the one that is shown, else one that was sold and may still be taken over.
function inQuestion(screen, shown) {
  const now = screen.live.now();
  const may = screen.document?.may_match ?? [];
  const lots = [shown, ...may.map((lot) => screen.state.lots.get(lot))].filter((lot) => lot && may.includes(lot.lot));
  return lots.find((lot) => inTerm(lot, now) || (lot === shown && isLive(lot))) ?? null;
}

/** Show a holder his question in the nodes of templates/bidder.html; the lot that it is about, or null. */
export function paintRight(screen, shown, isIdle) {
  const { nodes, state } = screen;
  const lot = inQuestion(screen, shown);
  nodes.right.hidden = lot === null;
  if (lot === null) return null;
  const sold = lot.status === "sold";
  const price = screen.money(lot.price_minor);
  say(nodes["right-text"], sold
    ? t("Lot %(lot)s is sold for %(amount)s. You may take it at this price until %(time)s.", { lot: lot.lot, amount: price, time: dayTime(lot.match_until_ms, screen.zone) })
    : t("%(who)s leads. You may take the lot at the same price.", { who: paddleName(lot.leader) }));
  say(nodes["right-take"], t("Take it at %(amount)s", { amount: price }));
  nodes["right-decline"].hidden = state.priority_mode === "A";
  for (const name of ["right-take", "right-decline"]) nodes[name].disabled = !screen.ready || !isIdle || (state.paused && !sold);
  return lot;
}

/** Show the desk who is asked, in the nodes of templates/auctioneer.html; the first of them, or null. */
export function paintAsked(screen, lot, lead) {
  const { nodes } = screen;
  const open = lot && ((isLive(lot) && lot.format === "english") || inTerm(lot, screen.live.now()));
  const asked = (open && screen.document?.asked?.[lot.lot]) || [];
  nodes.asked.hidden = asked.length === 0;
  if (!asked.length) return null;
  const who = asked.map(paddleName).join(", ");
  say(nodes["asked-text"], isLive(lot)
    ? t("Asked whether they take it at %(amount)s: %(who)s", { who, amount: screen.money(lot.price_minor) })
    : `${termWords(screen, lot)} ${who}`);
  say(nodes["asked-take"], t("%(who)s takes it", { who: paddleName(asked[0]) }));
  say(nodes["asked-decline"], t("%(who)s does not", { who: paddleName(asked[0]) }));
  for (const name of ["asked-take", "asked-decline"]) nodes[name].disabled = !lead;
  return asked[0];
}
