// What an auctioneer weighs between two calls: who was last overtaken, a half or a double step, and how long it will go on.

import { isEnded } from "./fold.js";
import { t } from "./i18n.js";
import { decimalsOf } from "./money.js";
import { paddleName } from "./ticker.js";

/** The paddle that was last overtaken, with its bid; null if none was. */
export function underbidder(bids, lot) {
  return bids.of(lot.lot).findLast((bid) => bid.voided === null && bid.paddle !== lot.leader && bid.amount_minor !== null) ?? null;
}

/** The amount that is `steps` of the lot's present step above its price, whole in the major unit; null where it has none. */
export function stepped(lot, steps, unit) {
  if (lot.price_minor === null || lot.ask_minor === null) return null;
  return lot.price_minor + Math.max(unit, Math.round(((lot.ask_minor - lot.price_minor) * steps) / unit) * unit);
}

/** Make the buttons of half a step and of two ask for their amount, `ask(lot, amount_minor)`; returns what paints them. */
export function wireSteps(screen, ask) {
  const buttons = [...screen.nodes["ask-form"].querySelectorAll("[data-steps]")];
  const amountOf = (lot, button) => stepped(lot, Number(button.dataset.steps), 10 ** decimalsOf(screen.currency));
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const { lot } = screen;
      const amount_minor = lot && amountOf(lot, button);
      if (amount_minor) ask(lot, amount_minor);
    });
  }
  return (lot) => { for (const button of buttons) button.title = screen.money(amountOf(lot, button)); };
}

/** How long a lot has taken so far, and how long the rest may take, in words; empty before the second has ended. */
export function paceWords(lots) {
  const ends = lots.filter((lot) => isEnded(lot) && lot.ended_at_ms !== null).map((lot) => lot.ended_at_ms).sort((a, b) => a - b);
  if (ends.length < 2) return "";
  const each = (ends.at(-1) - ends[0]) / (ends.length - 1) / 60_000;
  const rest = lots.filter((lot) => !isEnded(lot)).length;
  return t("%(each)s min a lot · %(rest)s lots, about %(min)s min", { each: each.toFixed(1), rest, min: Math.ceil(each * rest) });
}

/** The overtaken paddle, as a sentence; empty if there is none. */
export function underbidderWords(screen, bids, lot) {
  const under = underbidder(bids, lot);
  return under ? t("Before: %(who)s, %(amount)s", { who: paddleName(under.paddle), amount: screen.money(under.amount_minor) }) : "";
}
