// Bids that came after their lot had ended, on the auctioneer's desk: for half a minute each, the newest first.

import { t } from "./i18n.js";
import { make } from "./page.js";
import { paddleName } from "./ticker.js";

const SHOWN_MS = 30_000;
const MOST = 3;

/** How late something was, in words: 120 ms, 2.3 s. */
export const lateness = (ms) => (ms < 1000 ? t("%(n)s ms", { n: ms }) : t("%(n)s s", { n: (ms / 1000).toFixed(1) }));

export class LateBids {
  constructor(onChange) {
    this.onChange = onChange;
    this.bids = new Map(); // by what is told of each: a bid may be told by two ways
  }

  add(bids) {
    for (const { lot, paddle, amount_minor, late_ms, at_ms } of bids) {
      const key = [lot, paddle, late_ms, at_ms].join();
      if (this.bids.has(key)) continue;
      this.bids.set(key, { lot, paddle, amount_minor, late_ms, shown: true });
      setTimeout(() => { this.bids.get(key).shown = false; this.onChange(); }, SHOWN_MS);
      this.onChange();
    }
  }

  paint(screen) {
    const { late } = screen.nodes;
    const shown = [...this.bids.values()].filter((bid) => bid.shown).slice(-MOST).reverse();
    late.hidden = !shown.length;
    const lines = shown.map(({ lot, paddle, amount_minor, late_ms }) => t("Too late by %(late)s: %(who)s, lot %(lot)s, %(amount)s", {
      late: lateness(late_ms), who: paddleName(paddle), lot, amount: amount_minor === null ? t("amount secret") : screen.money(amount_minor),
    }));
    if (late.dataset.signature === lines.join("|")) return;
    late.dataset.signature = lines.join("|");
    late.replaceChildren(...lines.map((line) => make("li", {}, line)));
  }
}
