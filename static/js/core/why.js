// Why I did not get a lot, with the rows that prove it. The server answers once a lot; it is asked when the bidder opens the answer.

import { isEnded } from "./fold.js";
import { t } from "./i18n.js";
import { lateness } from "./late.js";
import { make } from "./page.js";
import { clockTime, paddleName } from "./ticker.js";

const WHY = {
  outbid: () => t("Another bid was higher."),
  beaten: (p) => t("An earlier bid of %(who)s answered yours at once, up to at least %(amount)s. How far it would have gone is secret.", p),
  equal: (p) => t("An earlier bid of %(who)s went as far as yours. Of equal bids the earlier leads.", p),
  offer_lower: () => t("Another offer was higher."),
  offer_later: () => t("Another offer was as high, and came first or had the better right."),
  right: () => t("A priority right was exercised at the same price."),
  reserve: () => t("The reserve was not met."),
  passed: () => t("The auctioneer passed the lot."),
  withdrawn: () => t("The lot was withdrawn."),
  voided: () => t("Your bid was taken back and did not count."),
  late: (p) => t("Your bid arrived %(late)s after the end.", p),
  refused: (p) => t("Your bid was refused: %(says)s", p),
};

// Refusals whose sentence names an amount, which only their own answer had.
const SAYS = {
  BELOW_START: () => t("it was below the start."),
  BELOW_MIN: () => t("it was below the next amount."),
  NOT_ON_STEP: () => t("it was not on the ladder."),
  ABOVE_CAP: () => t("it was above the cap."),
  OVER_LIMIT: () => t("it was above your limit."),
  FAR_FROM_ASK: () => t("it was far above the next amount."),
};

/** Wire the question; returns what paints it. */
export function asking(screen) {
  const { why, "why-list": list } = screen.nodes;
  let about = null; // the lot whose answer is shown

  async function load() {
    const { lot } = screen;
    if (!why.open || !lot || about === lot) return;
    about = lot;
    const answer = await fetch(`/sales/${screen.id}/lots/${lot.lot}/why.json`).catch(() => null);
    if (about !== lot) return;
    if (!answer?.ok) about = null;
    const reasons = answer?.ok ? await answer.json() : null;
    list.replaceChildren(...(reasons?.length ? reasons.map((each) => told(screen, each)) : [make("li", {}, reasons ? t("You have no bid on this lot.") : t("No connection"))]));
  }

  why.addEventListener("toggle", load);
  return (lot, mine) => {
    why.hidden = !lot || !isEnded(lot) || !mine || (lot.status === "sold" && lot.leader === mine);
    if (about && about !== lot) { about = null; list.replaceChildren(); }
    if (!why.hidden) load();
  };
}

function told(screen, { why, rows, late_ms, says, code }) {
  const [first] = rows;
  const words = WHY[why]({ who: first?.leader ? paddleName(first.leader) : "", amount: screen.money(first?.price_minor), late: late_ms === null ? "" : lateness(late_ms), says: says ?? SAYS[code]?.() ?? "" });
  return make("li", {}, make("strong", {}, words), make("ul", { class: "proof figure" }, ...rows.map((row) => make("li", {}, proof(screen, row)))));
}

function proof(screen, { seq, at_ms, paddle, amount_minor, leader, price_minor }) {
  const parts = [
    seq === null ? "" : t("record no. %(seq)s", { seq }), `${clockTime(at_ms, screen.zone)}.${String(at_ms % 1000).padStart(3, "0")}`,
    paddle === null ? "" : paddleName(paddle), amount_minor === null ? "" : screen.money(amount_minor),
    leader === null ? "" : t("then %(who)s leads at %(amount)s", { who: paddleName(leader), amount: screen.money(price_minor) }),
  ];
  return parts.filter(Boolean).join(" · ");
}
